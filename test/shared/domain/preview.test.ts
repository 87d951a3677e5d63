import { expect, test } from 'vitest'
import { arrayMap, ratesOf } from '../../../src/shared/domain/preview.ts'
import { rateHistogram } from '../../../src/shared/charts/rate-histogram.ts'

test('a rate is spikes over the whole recording', () => {
  expect([...ratesOf(Int32Array.of(0, 5, 20), 10)]).toEqual([0, 0.5, 2])
})

test('an array is coloured by rates where some are known, and by regions, or plainly, where none is', () => {
  const channels = { labels: ['a', 'b'], positionsUm: Float64Array.of(0, 0, 50, 0) }
  const nowhere = { name: 'layout', regions: [], regionOfChannel: Int16Array.of(-1, -1) }
  const unknown = Float32Array.of(NaN, NaN)
  expect(arrayMap({ ...channels, rateHz: Float32Array.of(NaN, 2) }, nowhere).value).toBe('rate')
  expect(arrayMap({ ...channels, rateHz: unknown }, nowhere).value).toBe('region')
  const somewhere = {
    ...nowhere,
    regions: [{ name: 'CA1', role: 'other' as const, side: null, paddle: null }],
    regionOfChannel: Int16Array.of(0, -1),
  }
  expect(arrayMap({ ...channels, rateHz: Float32Array.of(1, 2) }, somewhere).value).toBe('region')
})

test('every channel that fires is in one bin, the silent ones are counted apart', () => {
  const { counts, firstDecade, lastDecade, silentCount } = rateHistogram(Float32Array.of(0, 0.02, 0.5, 1, 99, 100))
  expect([firstDecade, lastDecade]).toEqual([-2, 2])
  expect(counts.reduce((a, b) => a + b)).toBe(5)
  expect(silentCount).toBe(1)
})

test('a recording without spikes still has an axis', () => {
  const { counts, silentCount } = rateHistogram(Float32Array.of(0, 0))
  expect(counts.length).toBeGreaterThan(0)
  expect(silentCount).toBe(2)
})
