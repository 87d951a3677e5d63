import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { circularShiftP, offsetMoments } from '../../../src/main/science/circular-null.ts'
import { correlations, rowOffset } from '../../../src/main/science/correlation.ts'
import type { WindowCounts } from '../../../src/main/science/correlation.ts'
import { significantEdges } from '../../../src/main/science/edges.ts'
import { twoSidedP, upperTail } from '../../../src/main/science/tails.ts'
import { uniformSequence } from '../../../src/shared/domain/random.ts'
import reference from '../../fixtures/statistics/circular_null.json' with { type: 'json' }
import { binsFrom, neverInterrupts } from './spike-trains.ts'

/** The window that covers all bins. */
function wholeWindow(counts: number[][]): WindowCounts {
  const windows = correlations(binsFrom(counts), { windowCount: 1, lengthBins: counts.length, stepBins: 1 }, neverInterrupts)
  return windows.next().value as WindowCounts
}
const pValuesOf = (counts: number[][]): Float64Array => circularShiftP(binsFrom(counts), wholeWindow(counts), neverInterrupts)
const momentsOf = (counts: number[][]): ReturnType<typeof offsetMoments> =>
  offsetMoments(binsFrom(counts), wholeWindow(counts), neverInterrupts)

/** Co-counts of channels i and j for every offset of j against i, [binCount]. */
const everyOffset = (counts: number[][], i: number, j: number): number[] =>
  counts.map((_, offset) => counts.reduce((sum, row, b) => sum + row[i]! * counts[(b + offset) % counts.length]![j]!, 0))

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
function variance(values: readonly number[]): number {
  const centre = mean(values)
  return mean(values.map((value) => (value - centre) ** 2))
}

const countMatrix = fc.tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 2, max: 41 })).chain(([channels, bins]) =>
  fc.array(fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(5)), { minLength: channels, maxLength: channels }), {
    minLength: bins,
    maxLength: bins,
  }),
)

function poissonCounts(seed: number, { channels, bins, perBin }: { channels: number; bins: number; perBin: number }): number[][] {
  const uniform = uniformSequence(seed, 'simulate'),
    none = Math.exp(-perBin)
  const draw = (): number => {
    let count = 0
    for (let product = uniform(); product > none; product *= uniform()) count++
    return count
  }
  return Array.from({ length: bins }, () => Array.from({ length: channels }, draw))
}

const edgesAt = (counts: number[][], alpha = 0.05): string[] => {
  const { pairs } = significantEdges(wholeWindow(counts).r, pValuesOf(counts), counts[0]!.length, alpha)
  return Array.from({ length: pairs.length / 2 }, (_, e) => `${pairs[2 * e]}–${pairs[2 * e + 1]}`)
}

describe('moments', () => {
  test('are mean and variance of the co-count over every offset', () => {
    fc.assert(
      fc.property(countMatrix, (counts) => {
        const { total, variance: found } = momentsOf(counts),
          channels = counts[0]!.length
        for (let i = 0; i < channels; i++) {
          for (let j = i + 1; j < channels; j++) {
            const coCounts = everyOffset(counts, i, j)
            expect((total[i]! * total[j]!) / counts.length).toBeCloseTo(mean(coCounts), 10)
            expect(found[rowOffset(channels, i) + j]).toBeCloseTo(variance(coCounts), 9)
          }
        }
      }),
    )
  })

  test('are those of the window, wherever it lies in the recording', () => {
    fc.assert(
      fc.property(countMatrix, countMatrix, fc.nat(5), (before, counts, behind) => {
        const channels = counts[0]!.length,
          fit = (rows: number[][]): number[][] => rows.map((row) => Array.from({ length: channels }, (_, c) => row[c] ?? 1))
        const around = binsFrom([...fit(before), ...counts, ...fit(before).slice(0, behind)])
        expect(offsetMoments(around, { firstBin: before.length, binCount: counts.length }, neverInterrupts)).toEqual(momentsOf(counts))
      }),
    )
  })

  test('are the same where the lags are worked on in several blocks', () => {
    const counts = poissonCounts(3, { channels: 3, bins: 1500, perBin: 0.3 })
    const { variance: found } = momentsOf(counts)
    expect(found[0]).toBeCloseTo(variance(everyOffset(counts, 0, 1)), 9)
    expect(found[2]).toBeCloseTo(variance(everyOffset(counts, 1, 2)), 9)
  })

  test('stay exact where channels are far busier than they vary', () => {
    const counts = poissonCounts(4, { channels: 3, bins: 64, perBin: 2 }).map((row) => row.map((count) => 100_000 + count))
    expect(
      momentsOf(counts).variance[1]! /
        variance(
          everyOffset(
            counts.map((row) => row.map((count) => count - 100_000)),
            0,
            2,
          ),
        ),
    ).toBeCloseTo(1, 9)
  })
})

test('moments, p and edges agree with SciPy', () => {
  const window = wholeWindow(reference.counts),
    { total, variance: found } = momentsOf(reference.counts),
    p = pValuesOf(reference.counts)
  const channels = reference.counts[0]!.length
  const isEdge = new Uint8Array(p.length),
    { pairs } = significantEdges(window.r, p, channels, 0.05)
  for (let e = 0; e < pairs.length; e += 2) isEdge[rowOffset(channels, pairs[e]!) + pairs[e + 1]!] = 1
  let pair = 0
  for (let i = 0; i < channels; i++) {
    for (let j = i + 1; j < channels; j++, pair++) {
      expect(window.coCounts[pair]).toBe(reference.coCounts[pair])
      expect((total[i]! * total[j]!) / window.binCount).toBeCloseTo(reference.mean[pair]!, 9)
      expect(found[pair]).toBeCloseTo(reference.variance[pair]!, 8)
      // up to a variance of 1.0001 means the reference takes a Poisson, we from 1 on
      const excess = reference.variance[pair]! / reference.mean[pair]! - 1
      expect(Math.abs(p[pair]! - reference.p[pair]!)).toBeLessThan(excess > 0 && excess <= 1e-4 ? 1e-4 : 1e-9)
    }
  }
  expect([...isEdge]).toEqual(reference.isEdge)
})

test('10,000 real turns of a pair have these moments, and nearly these tails', () => {
  const { counts } = reference,
    bins = counts.length,
    { total, variance: found } = momentsOf(counts),
    channels = counts[0]!.length
  const uniform = uniformSequence(1, 'surrogates')
  for (const [i, j] of [
    [6, 18],
    [7, 16],
    [12, 21],
    [13, 19],
    [14, 20],
    [20, 26],
    [24, 27],
    [28, 29],
  ] as const) {
    const offsets = everyOffset(counts, i, j)
    const turned = Array.from({ length: 10_000 }, () => offsets[Math.floor(uniform() * bins)]!)
    const expectedMean = (total[i]! * total[j]!) / bins,
      expectedVariance = found[rowOffset(channels, i) + j]!
    expect(Math.abs(mean(turned) - expectedMean)).toBeLessThan(4 * Math.sqrt(expectedVariance / 10_000))
    expect(variance(turned) / expectedVariance).toBeCloseTo(1, 0)
    const sorted = Float64Array.from(turned).sort()
    for (const count of new Set(turned)) {
      const share = 1 - sorted.indexOf(count) / sorted.length,
        tail = upperTail(count, expectedMean, expectedVariance)
      expect(Math.abs(tail - share)).toBeLessThan(tail <= 0.05 ? 0.03 : 0.12)
    }
  }
})

describe('independent channels', () => {
  test.each([
    [0.1, 1],
    [0.4, 2],
    [2, 3],
  ])('at %s Hz have next to no edge', (rateHz, seed) => {
    const counts = poissonCounts(seed, { channels: 120, bins: 2400, perBin: rateHz * 0.05 })
    expect(edgesAt(counts).length / 7140).toBeLessThanOrEqual(0.0001)
  })

  test('have small p no more often than promised', () => {
    const p = pValuesOf(poissonCounts(9, { channels: 120, bins: 2400, perBin: 0.1 }))
    for (const level of [0.5, 0.1, 0.01, 0.001])
      expect(p.filter((value) => value <= level).length / p.length).toBeLessThanOrEqual(1.15 * level + 0.0005)
  })
})

describe('a planted pair', () => {
  /** Channel 1 repeats a third of channel 0's spikes; channel 3 is silent wherever channel 2 is not. */
  const planted = (): number[][] => {
    const uniform = uniformSequence(5, 'simulate')
    return poissonCounts(6, { channels: 40, bins: 2400, perBin: 0.2 }).map((row) => {
      const changed = [...row]
      if (row[0]! > 0 && uniform() < 1 / 3) changed[1] = changed[1]! + 1
      if (row[2]! > 0) changed[3] = 0
      return changed
    })
  }

  test('is found, of either sign, and nothing else', () => {
    expect(edgesAt(planted())).toEqual(['0–1', '2–3'])
  })

  test('is not found where one of the two is turned against the other', () => {
    const counts = planted(),
      turned = counts.map((row, b) => row.map((count, c) => (c % 2 === 0 ? count : counts[(b + 700) % 2400]![c]!)))
    expect(edgesAt(turned)).toEqual([])
  })
})

test('a permutation of the channels permutes p, bit by bit', () => {
  fc.assert(
    fc.property(countMatrix, fc.infiniteStream(fc.double({ noNaN: true, min: 0, max: 1 })), (counts, stream) => {
      const channels = counts[0]!.length
      const order = counts[0]!
        .map((_, c) => ({ c, key: stream.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ c }) => c)
      const plain = pValuesOf(counts),
        moved = pValuesOf(counts.map((row) => order.map((c) => row[c]!)))
      for (let i = 0; i < channels; i++) {
        for (let j = i + 1; j < channels; j++) {
          const low = Math.min(order[i]!, order[j]!),
            high = Math.max(order[i]!, order[j]!)
          expect(moved[rowOffset(channels, i) + j]).toBe(plain[rowOffset(channels, low) + high])
        }
      }
    }),
  )
})

test('p depends on how channels lie to each other, not on where the window begins', () => {
  fc.assert(
    fc.property(countMatrix, fc.nat(40), (counts, turn) => {
      expect(pValuesOf(counts.map((_, b) => counts[(b + turn) % counts.length]!))).toEqual(pValuesOf(counts))
    }),
  )
})

test('a silent or constant channel has p = 1 with everybody and no edge, even at a generous alpha', () => {
  const counts = reference.counts.map((row) => [0, ...row, 3]),
    channels = counts[0]!.length,
    p = pValuesOf(counts)
  for (let c = 1; c < channels; c++) expect(p[rowOffset(channels, 0) + c]).toBe(1)
  for (let c = 0; c < channels - 1; c++) expect(p[rowOffset(channels, c) + channels - 1]).toBe(1)
  expect(edgesAt(counts, 0.5).filter((edge) => edge.startsWith('0–') || edge.endsWith(`–${channels - 1}`))).toEqual([])
})

test('channels that burst at times of their own have no edge', () => {
  const uniform = uniformSequence(8, 'simulate'),
    bursts = Array.from({ length: 60 }, () => [uniform() * 580, uniform() * 580, uniform() * 580])
  const counts = poissonCounts(8, { channels: 60, bins: 600, perBin: 1.5 }).map((row, b) =>
    row.map((count, c) => (bursts[c]!.some((start) => b >= start && b < start + 20) ? count : 0)),
  )
  expect(edgesAt(counts)).toEqual([])
})

test('another kernel gives the same bits', () => {
  const { counts } = reference,
    window = wholeWindow(counts)
  const byColumns = circularShiftP(binsFrom(counts), window, neverInterrupts, (sums, rows, { rowCount, columnCount }) => {
    for (let k = columnCount - 1; k >= 0; k--) {
      for (let i = 0, pair = 0; i < rowCount; i++) {
        for (let j = i + 1; j < rowCount; j++, pair++) sums[pair]! += rows[i * columnCount + k]! * rows[j * columnCount + k]!
      }
    }
  })
  expect(byColumns).toEqual(pValuesOf(counts))
})

test('edges are the same where pairs that are surely above the level are not worked out', () => {
  const quiet = poissonCounts(5, { channels: 40, bins: 600, perBin: 0.04 }).map((row, b) =>
    row.map((count, c) => (c < 12 && b % 97 < 2 ? count + 1 : count)),
  )
  for (const counts of [reference.counts, quiet]) {
    for (const alpha of [0.01, 0.05, 0.5]) {
      const window = wholeWindow(counts),
        bounded = circularShiftP(binsFrom(counts), window, neverInterrupts, undefined, alpha),
        p = pValuesOf(counts)
      expect(bounded.some((value, pair) => value !== p[pair])).toBe(true)
      expect(significantEdges(window.r, bounded, counts[0]!.length, alpha)).toEqual(significantEdges(window.r, p, counts[0]!.length, alpha))
      expect(significantEdges(window.r, p, counts[0]!.length, alpha).pairs.length).toBeGreaterThan(0)
    }
  }
})

test('an interrupt ends the work', () => {
  const window = wholeWindow(reference.counts)
  expect(() =>
    circularShiftP(binsFrom(reference.counts), window, () => {
      throw new Error('stopped')
    }),
  ).toThrow('stopped')
})

test('p of the model spec: min(1, 2 min of both tails)', () => {
  const p = twoSidedP(12, 6, 9)
  expect(p).toBeCloseTo(2 * upperTail(12, 6, 9), 12)
})
