import { expect, test } from 'vitest'
import fc from 'fast-check'
import { discoveryCut } from '../../../src/main/science/multiple-testing.ts'

/** The book's way: sort, and find the last p under its line. */
function plainDiscoveries(p: readonly number[], level: number): boolean[] {
  const sorted = [...p].sort((a, b) => a - b)
  const last = sorted.findLastIndex((value, k) => value <= (level * (k + 1)) / p.length)
  return p.map((value) => last >= 0 && value <= sorted[last]!)
}

test('the cut finds the discoveries of Benjamini and Hochberg', () => {
  const small = fc.double({ min: 0, max: 0.1, noNaN: true }),
    any = fc.double({ min: 0, max: 1, noNaN: true }),
    tied = fc.constantFrom(0.001, 0.01, 0.05, 1)
  fc.assert(
    fc.property(fc.array(fc.oneof(small, any, tied), { minLength: 1, maxLength: 60 }), fc.constantFrom(0.01, 0.05, 0.2), (p, level) => {
      const cut = discoveryCut(Float64Array.from(p), level)
      expect(p.map((value) => value <= cut)).toEqual(plainDiscoveries(p, level))
    }),
    { numRuns: 500 },
  )
})

test('a p alone has to be n times smaller; among others of its kind it has not', () => {
  expect(discoveryCut(Float64Array.of(0.01, 0.5, 0.6, 0.7, 0.8, 0.9), 0.05)).toBe(-1)
  expect(discoveryCut(new Float64Array(6).fill(0.04), 0.05)).toBeGreaterThanOrEqual(0.04)
})
