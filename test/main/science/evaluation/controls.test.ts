import { expect, test } from 'vitest'
import { rewiredGraph } from '../../../../src/main/science/evaluation/rewired-graph.ts'
import { shiftedSpikes } from '../../../../src/main/science/evaluation/shifted-spikes.ts'
import { spatialFolds } from '../../../../src/main/science/evaluation/spatial-blocks.ts'
import { invariantVectors, meanVectors, regionVectors, sideBySide } from '../../../../src/main/science/evaluation/window-vectors.ts'
import { allPairs, edgeFlags, nextSnapshotScores } from '../../../../src/main/science/evaluation/next-snapshot.ts'
import { linkScores, productScores } from '../../../../src/main/science/evaluation/link-scores.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'

/** A graph of two communities; r is high on edges. */
function communities(channelCount: number, seed: number): { edges: Uint16Array; r: Int16Array } {
  const uniform = uniformSequence(seed, 'simulate'),
    pairs = allPairs(channelCount),
    edges: number[] = [],
    r = new Int16Array(pairs.length / 2)
  for (let e = 0; e < r.length; e++) {
    const i = pairs[2 * e]!,
      j = pairs[2 * e + 1]!
    const isEdge = uniform() < (i % 2 === j % 2 ? 0.5 : 0.05)
    r[e] = Math.round((isEdge ? 0.6 : 0.1) * 32767 + 1000 * uniform())
    if (isEdge) edges.push(i, j)
  }
  return { edges: Uint16Array.from(edges), r }
}

test('rewiring keeps every degree and the number of edges, moves r with the edges, and leaves no community', () => {
  const N = 30,
    before = communities(N, 1),
    after = rewiredGraph(before, N, uniformSequence(1, 'surrogates'))
  const degrees = (edges: Uint16Array): number[] => Array.from({ length: N }, (_, i) => edges.filter((one) => one === i).length)
  expect(degrees(after.edges)).toEqual(degrees(before.edges))
  const flags = edgeFlags(after.edges, N)
  after.r.forEach((value, pair) => expect(value > 16000).toBe(flags[pair] === 1))
  expect([...after.r].sort()).toEqual([...before.r].sort())
  const within = (edges: Uint16Array): number => {
    let own = 0
    for (let e = 0; e < edges.length; e += 2) own += Number(edges[e]! % 2 === edges[e + 1]! % 2)
    return own / (edges.length / 2)
  }
  expect(within(before.edges)).toBeGreaterThan(0.8)
  expect(within(after.edges)).toBeLessThan(0.65)
})

test('shifting keeps each train’s spikes and intervals on the circle, and turns every channel by its own offset', () => {
  const timesS = Float64Array.of(10, 11, 15, 19.5, 10.5, 12),
    offsets = Uint32Array.of(0, 4, 6)
  const shifted = shiftedSpikes({ timesS, offsets }, { startS: 10, endS: 20 }, uniformSequence(3, 'surrogates'))
  const intervals = (times: Float64Array): string[] =>
    Array.from(times, (time, k) => ((times[(k + 1) % times.length]! - time + 10) % 10 || 10).toFixed(9)).sort()
  expect(intervals(shifted.timesS.subarray(0, 4))).toEqual(intervals(timesS.subarray(0, 4)))
  expect(intervals(shifted.timesS.subarray(4))).toEqual(intervals(timesS.subarray(4)))
  expect(shifted.timesS.every((time) => time >= 10 && time < 20)).toBe(true)
  const turn = (k: number): number => (shifted.timesS[k]! - timesS[k]! + 10) % 10
  expect(Math.abs(turn(0) - turn(4))).toBeGreaterThan(1e-3)
})

test('window vectors count connected channels only', () => {
  const vectors = { values: Float32Array.of(1, 2, 3, 4, 5, 6, 100, 100), snapshotCount: 1, channelCount: 4, latentCount: 2 }
  const degree = Int32Array.of(1, 2, 3, 0)
  expect([...meanVectors(vectors, degree).data]).toEqual([3, 4])
  expect([...regionVectors(vectors, degree, Int16Array.of(0, 0, 1, 1), 2).data]).toEqual([2, 3, 5, 6])
  expect(sideBySide(vectors)).toMatchObject({ pointCount: 1, dimensionCount: 8 })
})

test('invariant vectors are mean products and cosines by pair of regions, and a turned embedding gives the same', () => {
  const uniform = uniformSequence(5, 'simulate')
  const N = 7,
    values = Float64Array.from({ length: N * 2 }, () => uniform() - 0.5)
  const regionOf = Int16Array.of(0, 0, 0, 1, 1, -1, 0),
    degree = Int32Array.of(1, 1, 1, 1, 1, 1, 0)
  const shape = { snapshotCount: 1, channelCount: N, latentCount: 2 }
  const ours = invariantVectors({ values, ...shape }, degree, regionOf, 2).data
  const dot = (i: number, j: number): number => values[2 * i]! * values[2 * j]! + values[2 * i + 1]! * values[2 * j + 1]!
  expect(ours[0]).toBeCloseTo((dot(0, 1) + dot(0, 2) + dot(1, 2)) / 3, 12)
  expect(ours[1]).toBeCloseTo((dot(0, 3) + dot(0, 4) + dot(1, 3) + dot(1, 4) + dot(2, 3) + dot(2, 4)) / 6, 12)
  expect(ours[2]).toBeCloseTo(dot(3, 4), 12)
  const turned = Float64Array.from(values, (_, at) => {
    const x = values[at & ~1]!,
      y = values[at | 1]!
    return at % 2 === 0 ? 0.6 * x - 0.8 * y : 0.8 * x + 0.6 * y
  })
  invariantVectors({ values: turned, ...shape }, degree, regionOf, 2).data.forEach((value, at) => expect(value).toBeCloseTo(ours[at]!, 12))
})

test('spatial folds keep neighbours together and test every channel with a place once', () => {
  const positions = Float64Array.from({ length: 2 * 101 }, (_, at) => {
    const channel = at >> 1
    return channel === 100 ? NaN : at % 2 === 0 ? channel % 10 : Math.floor(channel / 10)
  })
  const folds = spatialFolds(positions)
  expect(folds.flatMap(({ test: tested }) => [...tested]).sort((a, b) => a - b)).toEqual([...Array(100).keys()])
  for (const { test: tested, train } of folds) expect(tested.length + train.length).toBe(100)
  expect(folds.findIndex(({ test: tested }) => tested.includes(0))).toBe(folds.findIndex(({ test: tested }) => tested.includes(11)))
})

test('copying a graph that never changes is perfect, and says nothing of new edges', () => {
  const graph = communities(16, 2)
  const [scores] = nextSnapshotScores([graph, graph], 16, null)
  expect(scores!.copy.all).toMatchObject({ auc: 1, averagePrecision: 1 })
  expect(scores!.copy.fresh).toMatchObject({ auc: NaN, edgeCount: 0 })
  expect(scores!.prior).toBe(null)
})

test('a prior that holds the communities foretells edges that were not there', () => {
  const N = 30,
    graphs = [communities(N, 3), communities(N, 4), communities(N, 5)]
  // nothing is foretold of the first snapshot: its prior must not be read
  const values = Float64Array.from({ length: 3 * N * 2 }, (_, at) => (at >= 2 * N && at % 2 === (at >> 1) % 2 ? 1 : 0))
  const scores = nextSnapshotScores(graphs, N, { values, latentCount: 2 })
  for (const { prior, copy, degreeProduct } of scores) {
    expect(prior!.fresh.auc).toBeGreaterThan(0.75)
    expect(prior!.all.auc).toBeGreaterThan(Math.max(copy.all.auc, degreeProduct.all.auc))
  }
})

test('held-out pairs are scored by their product', () => {
  const vectors = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1)
  const pairs = Uint16Array.of(0, 1, 2, 3, 0, 2, 1, 3)
  expect(linkScores(productScores(vectors, 2, pairs), { isEdge: Uint8Array.of(1, 1, 0, 0) })).toEqual({
    auc: 1,
    averagePrecision: 1,
    edgeCount: 2,
    pairCount: 4,
  })
})
