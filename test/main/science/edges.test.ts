import { expect, test } from 'vitest'
import fc from 'fast-check'
import { edgesOf, proportionalEdgeCount, significantEdges } from '../../../src/main/science/edges.ts'
import reference from '../../fixtures/statistics/correlation.json' with { type: 'json' }

const pairList = (pairs: Uint16Array): number[][] => Array.from({ length: pairs.length / 2 }, (_, e) => [pairs[2 * e]!, pairs[2 * e + 1]!])

/** Coarse values make ties common, fine ones rare; both belong to real windows. */
const window = fc.integer({ min: 2, max: 14 }).chain((channels) => {
  const pairCount = (channels * (channels - 1)) / 2
  const value = fc.oneof(
    fc.integer({ min: -4, max: 4 }).map((v) => v / 4),
    fc.double({ min: -1, max: 1, noNaN: true }),
  )
  return fc.record({
    channels: fc.constant(channels),
    r: fc.array(value, { minLength: pairCount, maxLength: pairCount }).map((r) => Float64Array.from(r)),
  })
})

/** Full stable sort: strongest first, lower index first among equals. */
function plainStrongest(r: Float64Array, channels: number, count: number): number[][] {
  const pairs: { i: number; j: number; strength: number; index: number }[] = []
  for (let i = 0; i < channels; i++)
    for (let j = i + 1; j < channels; j++) pairs.push({ i, j, strength: Math.abs(r[pairs.length]!), index: pairs.length })
  return pairs
    .sort((a, b) => b.strength - a.strength || a.index - b.index)
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
    .map(({ i, j }) => [i, j])
}

test('edges of both rules agree with an independent program', () => {
  for (const { r, absolute, proportional } of reference.windows) {
    const exact = Float64Array.from(r)
    expect(pairList(edgesOf(exact, 9, { rule: 'absolute', threshold: reference.threshold }).pairs)).toEqual(absolute)
    expect(pairList(edgesOf(exact, 9, { rule: 'proportional', density: reference.density }).pairs)).toEqual(proportional)
  }
})

test('absolute: every pair at or above the threshold, of either sign, sorted', () => {
  const { pairs, thresholdR } = edgesOf(Float64Array.of(0.6, -0.7, 0.59, -0.6, 0, 0.9), 4, { rule: 'absolute', threshold: 0.6 })
  expect(pairList(pairs)).toEqual([
    [0, 1],
    [0, 2],
    [1, 2],
    [2, 3],
  ])
  expect(thresholdR).toBe(0.6)
})

test('proportional: exactly the strongest, ties by index, as a full sort gives them', () => {
  fc.assert(
    fc.property(window, fc.double({ min: 0.001, max: 1, noNaN: true }), ({ channels, r }, density) => {
      const wanted = proportionalEdgeCount(density, r.length)
      const { pairs, thresholdR } = edgesOf(r, channels, { rule: 'proportional', density })
      expect(pairList(pairs)).toEqual(plainStrongest(r, channels, wanted))
      const strengths = [...r].map(Math.abs).sort((a, b) => b - a)
      expect(thresholdR).toBe(wanted > 0 ? strengths[wanted - 1] : null)
    }),
  )
})

test('proportional: a denser graph holds every edge of a sparser one', () => {
  fc.assert(
    fc.property(
      window,
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      ({ channels, r }, a, b) => {
        const sparse = pairList(edgesOf(r, channels, { rule: 'proportional', density: Math.min(a, b) }).pairs)
        const dense = new Set(pairList(edgesOf(r, channels, { rule: 'proportional', density: Math.max(a, b) }).pairs).map(String))
        expect(sparse.every((pair) => dense.has(String(pair)))).toBe(true)
      },
    ),
  )
})

test('proportional: pairs with r = 0 fill up a silent window, by index', () => {
  expect(pairList(edgesOf(new Float64Array(10), 5, { rule: 'proportional', density: 0.3 }).pairs)).toEqual([
    [0, 1],
    [0, 2],
    [0, 3],
  ])
})

test('the count is of the decimal a person typed', () => {
  expect(proportionalEdgeCount(0.29, 100)).toBe(29)
  expect(proportionalEdgeCount(0.05, 416_328)).toBe(20_816)
  expect(proportionalEdgeCount(1, 3)).toBe(3)
  expect(proportionalEdgeCount(0.05, 10)).toBe(0)
})

test('no edge has no threshold', () => {
  expect(edgesOf(Float64Array.of(0.1, 0.2, 0.3), 3, { rule: 'absolute', threshold: 0.6 })).toEqual({
    pairs: new Uint16Array(0),
    thresholdR: null,
  })
  expect(edgesOf(Float64Array.of(0.1, 0.2, 0.3), 3, { rule: 'proportional', density: 0.05 })).toEqual({
    pairs: new Uint16Array(0),
    thresholdR: null,
  })
})

test('significance: pairs up to the cut of Benjamini and Hochberg, of either sign, and the weakest |r| among them', () => {
  const r = Float64Array.of(0.1, -0.2, 0.5, 0.4, 0, 0.3)
  const { pairs, thresholdR } = significantEdges(r, Float64Array.of(0.001, 0.002, 0.9, 0.04, 1, 0.024), 4, 0.05)
  expect(pairList(pairs)).toEqual([
    [0, 1],
    [0, 2],
    [2, 3],
  ])
  expect(thresholdR).toBe(0.1)
  expect(significantEdges(r, new Float64Array(6).fill(1), 4, 0.05)).toEqual({ pairs: new Uint16Array(0), thresholdR: null })
})
