import { describe, expect, test } from 'vitest'
import { pairCountOf, rowOffset } from '../../../src/main/science/correlation.ts'
import { significantEdges } from '../../../src/main/science/edges.ts'
import { trainTimes } from '../../../src/main/science/spike-train-times.ts'
import { associations } from '../../../src/main/jobs/associations.ts'
import type { WindowAssociation } from '../../../src/main/jobs/associations.ts'
import { association, eigenvalueFilter, type EigenvalueFilter, type Measure } from '../../../src/shared/domain/snapshot.ts'
import { uniformSequence } from '../../../src/shared/domain/random.ts'
import reference from '../../fixtures/statistics/associations.json' with { type: 'json' }
import { binsFrom, firstChannels, neverInterrupts, spikeTrains } from '../science/spike-trains.ts'

/** The pairs of one window that covers all bins of 100 ms, by any measure; spikes are spread evenly over their bin. */
function madeOf(measure: Measure, counts: readonly (readonly number[])[], filter: EigenvalueFilter | null = null): WindowAssociation {
  const channelCount = counts[0]!.length,
    times = Array.from({ length: channelCount }, (_, c) =>
      counts.flatMap((row, b) => Array.from({ length: row[c]! }, (_, k) => 0.1 * (b + (k + 1) / (row[c]! + 3)))),
    )
  const [made] = associations(
    {
      values: { kind: 'counts', counts: binsFrom(counts) },
      trains: trainTimes(spikeTrains(times), firstChannels(channelCount), 0, neverInterrupts),
      plan: { spans: [{ firstBin: 0, binCount: counts.length, label: null }], sliding: null, dropped: [] },
      recipe: { association: association.parse({ measure }), filter, binMs: 100 },
    },
    neverInterrupts,
  )
  return made!
}

/** Poisson-like counts; channel 1 repeats half of channel 0's spikes in the same bin where it is `coupled`. */
function countsOf(
  seed: number,
  { channels, bins, perBin, isCoupled }: { channels: number; bins: number; perBin: number; isCoupled: boolean },
): number[][] {
  const next = uniformSequence(seed, 'simulate')
  return Array.from({ length: bins }, () => {
    const row = Array.from({ length: channels }, (): number => (next() < perBin ? 1 : 0))
    if (isCoupled && row[0]! > 0 && next() < 0.5) row[1] = row[1]! + 1
    return row
  })
}

test.each(['pearson', 'spearman', 'tiling', 'partial'] as const)('%s: a permutation of the channels permutes the pairs', (measure) => {
  const order = [4, 0, 6, 2, 5, 1, 3]
  const plain = madeOf(measure, reference.counts),
    moved = madeOf(
      measure,
      reference.counts.map((row) => order.map((c) => row[c]!)),
    )
  expect(plain.r).toHaveLength(pairCountOf(7))
  for (let i = 0; i < 7; i++) {
    for (let j = i + 1; j < 7; j++) {
      const low = Math.min(order[i]!, order[j]!),
        high = Math.max(order[i]!, order[j]!)
      expect(moved.r[rowOffset(7, i) + j]).toBeCloseTo(plain.r[rowOffset(7, low) + high]!, 10)
      expect(Math.abs(moved.r[rowOffset(7, i) + j]!)).toBeLessThanOrEqual(1)
    }
  }
})

describe.each(['pearson', 'spearman', 'tiling', 'partial'] as const)('%s', (measure) => {
  const edgesOf = (counts: number[][]): number[][] => {
    const { r, p } = madeOf(measure, counts),
      { pairs } = significantEdges(r, p(0.05), counts[0]!.length, 0.05)
    return Array.from({ length: pairs.length / 2 }, (_, e) => [pairs[2 * e]!, pairs[2 * e + 1]!])
  }

  test('finds a planted pair, and next to nothing among independent channels', () => {
    const size = { channels: 20, bins: 600, perBin: 0.2 }
    expect(edgesOf(countsOf(1, { ...size, isCoupled: true }))).toContainEqual([0, 1])
    const found = [2, 3, 4].flatMap((seed) => edgesOf(countsOf(seed, { ...size, isCoupled: false })))
    expect(found.length).toBeLessThanOrEqual(2)
  })

  test('says how many pairs could be tested', () => {
    const counts = countsOf(5, { channels: 8, bins: 200, perBin: 0.2, isCoupled: false }).map((row, b) =>
      row.map((count, c) => (c === 7 ? 0 : c === 6 && b > 3 ? 0 : c === 6 ? 1 : count)),
    )
    const { p, testedCount } = madeOf(measure, counts),
      found = p(1)
    // channel 7 is silent; channel 6 has four spikes, which the measures with 100 turns do not test
    expect(testedCount).toBe(measure === 'tiling' || measure === 'partial' ? (6 * 5) / 2 : (7 * 6) / 2)
    if (measure === 'tiling' || measure === 'partial') expect(found.filter((value) => !Number.isNaN(value))).toHaveLength(testedCount)
  })
})

test('after the eigenvalue filter the common mode is left, or gone where it is dropped', () => {
  const next = uniformSequence(6, 'simulate'),
    counts = Array.from({ length: 400 }, () => {
      const together = next() < 0.3
      return Array.from({ length: 15 }, (_, c) => (next() < (together && c < 12 ? 0.8 : 0.1) ? 1 : 0))
    })
  const strength = (filter: EigenvalueFilter | null): number => {
    const { r } = madeOf('pearson', counts, filter)
    return r.slice(0, 11).reduce((sum, value) => sum + Math.abs(value), 0) / 11
  }
  for (const bound of ['surrogates', 'marchenko-pastur'] as const) {
    expect(strength(eigenvalueFilter.parse({ bound }))).toBeGreaterThan(strength(null))
    expect(strength(eigenvalueFilter.parse({ bound, dropsFirst: true }))).toBeLessThan(0.1)
  }
})

test.each(['spearman', 'tiling'] as const)(
  '%s of sparse spikes gives no edges to independent channels: the count tail has to agree',
  (measure) => {
    const found = [11, 12, 13].map((seed) => {
      const counts = countsOf(seed, { channels: 40, bins: 2400, perBin: 0.005, isCoupled: false }),
        { r, p } = madeOf(measure, counts)
      return significantEdges(r, p(0.05), 40, 0.05).pairs.length / 2
    })
    expect(found).toEqual([0, 0, 0])
  },
)

test('a dozen spikes are enough for an edge where most of them go together', () => {
  const next = uniformSequence(21, 'simulate'),
    counts = Array.from({ length: 1200 }, () => {
      const together = next() < 0.012
      return Array.from({ length: 20 }, (_, c) => Number(c < 2 ? together && next() < 0.8 : next() < 0.01))
    })
  const { r, p } = madeOf('tiling', counts)
  expect(Array.from(significantEdges(r, p(0.05), 20, 0.05).pairs)).toEqual([0, 1])
})
