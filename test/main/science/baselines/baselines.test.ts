import { expect, test } from 'vitest'
import { channelCentrality } from '../../../../src/main/science/baselines/channel-centrality.ts'
import { correlationComponents } from '../../../../src/main/science/baselines/correlation-components.ts'
import { densitiesOf } from '../../../../src/main/science/baselines/graph-densities.ts'
import { spectralVectors } from '../../../../src/main/science/baselines/spectral-vectors.ts'
import { logRates, whoFired } from '../../../../src/main/science/baselines/who-fired.ts'
import { adjustedRandIndex } from '../../../../src/main/science/evaluation/agreement.ts'
import { kMeans } from '../../../../src/main/science/evaluation/k-means.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'

const uniform = (): (() => number) => uniformSequence(4, 'projection')

/** Triangle 0-1-2 with 3 hanging on 2; |r| ½ on edges and 0 elsewhere. */
const edges = Uint16Array.of(0, 1, 0, 2, 1, 2, 2, 3)
const r = Int16Array.of(16384, -16384, 0, 16384, 0, 16384)

test('who fired and log rates look at rates only', () => {
  expect([...whoFired(Float32Array.of(0, 0.01, 3))]).toEqual([0, 1, 1])
  expect(logRates(Float32Array.of(0, Math.E - 1))[1]).toBeCloseTo(1, 6)
})

test('densities part pairs between and within the roles', () => {
  const found = densitiesOf({ edges, r }, ['sensory', 'sensory', 'motor', 'other'])
  expect(found).toMatchObject({ density: 4 / 6, crossRole: 1, withinRole: 1 })
  expect(found.meanAbsoluteR).toBeCloseTo(4 / 12, 4)
  expect(found.crossRoleR).toBeCloseTo(0.5, 4)
  expect(densitiesOf({ edges, r }, ['other', 'other', 'other', 'other']).crossRole).toBe(NaN)
})

test('degree, strength, clustering and centrality of a triangle with a tail', () => {
  const values = channelCentrality({ edges, r }, 4, uniform())
  const column = (k: number): number[] => Array.from({ length: 4 }, (_, i) => values[i * 4 + k]!)
  expect(column(0)).toEqual([2, 2, 3, 1])
  column(1).forEach((strength, i) => expect(strength).toBeCloseTo([1, 1, 1.5, 0.5][i]!, 3))
  expect(column(2).map((value) => value.toFixed(4))).toEqual(['1.0000', '1.0000', '0.3333', '0.0000'])
  column(3).forEach((value, i) => expect(value).toBeCloseTo([0.5227, 0.5227, 0.6116, 0.2818][i]!, 4))
  expect([...channelCentrality({ edges: new Uint16Array(), r }, 4, uniform())].filter((value) => Number.isNaN(value))).toEqual([])
})

/** Snapshots of two communities, all of one sign of r. */
function planted(snapshotCount: number): { edges: Uint16Array[]; r: Int16Array[]; community: Int32Array } {
  const N = 24,
    draw = uniformSequence(9, 'simulate'),
    community = Int32Array.from({ length: N }, (_, i) => i % 2)
  const graphs = Array.from({ length: snapshotCount }, () => {
    const pairs: number[] = [],
      values: number[] = []
    for (let i = 0; i < N; i++) {
      for (let j = i + 1; j < N; j++) {
        const isEdge = draw() < (community[i] === community[j] ? 0.7 : 0.08)
        if (isEdge) pairs.push(i, j)
        values.push(Math.round((isEdge ? 0.5 : 0.1) * 32767 * (0.8 + 0.2 * draw())))
      }
    }
    return { pairs: Uint16Array.from(pairs), values: Int16Array.from(values) }
  })
  return { edges: graphs.map(({ pairs }) => pairs), r: graphs.map(({ values }) => values), community }
}

test('PCA-8 and spectral-8 find planted communities, and spectral vectors stay from snapshot to snapshot', () => {
  const N = 24,
    graphs = planted(4)
  const spectral = spectralVectors(graphs.edges, N, { uniform: uniform() })
  const components = correlationComponents(graphs.r, N, { trained: [0, 1, 2], uniform: uniform() })
  for (const vectors of [spectral, components]) {
    expect(vectors).toHaveLength(4 * N * 8)
    for (let t = 0; t < 4; t++) {
      const first = Float64Array.from({ length: N }, (_, i) => vectors[(t * N + i) * 8]!)
      const { cluster } = kMeans({ data: first, pointCount: N, dimensionCount: 1 }, 2, { uniform: uniform() })
      expect(adjustedRandIndex(cluster, graphs.community)).toBeGreaterThan(t === 0 ? 0.8 : 0.6)
    }
  }
  const gap = (a: number, b: number): number =>
    Math.hypot(...Array.from({ length: N * 8 }, (_, at) => spectral[a * N * 8 + at]! - spectral[b * N * 8 + at]!))
  expect(gap(0, 1)).toBeLessThan(Math.hypot(...spectral.subarray(0, N * 8)) * 1.2)
})
