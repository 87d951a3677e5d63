import { expect, test } from 'vitest'
import { wholeLineTest, type LineValues } from '../../../../src/main/science/alignment/whole-line.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'

const values = (perWindow: number[], rho: number | null = null): LineValues => ({ perWindow: Float64Array.from(perWindow), rho })
const turned = (count: number): LineValues[] => Array.from({ length: count }, (_, k) => values([k, k + 1, NaN], k / 100))

test('windows, their mean and ρ are each held against the turned recordings that have them', () => {
  const found = wholeLineTest(values([30, 9.5, NaN], 0.5), turned(19))
  expect(found).toMatchObject({ turnCount: 19, valueCount: 19, mean: 19.75, p: 1 / 20, rhoP: 1 / 20 })
  expect(found.windowP).toEqual([1 / 20, expect.any(Number), null])
  expect(found.windowP[1]).toBeGreaterThan(0.9)
  expect(found.null95?.map((one) => Number(one.toFixed(6)))).toEqual([0.95, 18.05])
})

test('with fewer than 19 values there is no p, and how many there are is said', () => {
  expect(wholeLineTest(values([30, 9, 4], 0.5), turned(18))).toMatchObject({ valueCount: 18, null95: null, p: null, rhoP: null })
  const none = wholeLineTest(
    values([30], null),
    Array.from({ length: 20 }, () => values([NaN])),
  )
  expect(none).toEqual({ turnCount: 20, valueCount: 0, mean: 30, null95: null, p: null, windowP: [null], rhoP: null })
})

test('p is uniform where the recording is one of the turned ones', () => {
  const uniform = uniformSequence(9, 'surrogates')
  const all = Array.from({ length: 500 }, () => {
    const draws = Array.from({ length: 20 }, () => values([uniform(), uniform()]))
    return wholeLineTest(draws[0]!, draws.slice(1)).p!
  })
  expect(all.filter((p) => p <= 0.05).length / 500).toBeLessThan(0.08)
  expect(all.filter((p) => p <= 0.5).length / 500).toBeGreaterThan(0.42)
})
