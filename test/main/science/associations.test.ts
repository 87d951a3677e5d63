import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import '../../property-seed.ts'
import { filteredCorrelation, marchenkoPasturBound, surrogateBound } from '../../../src/main/science/eigenvalue-filter.ts'
import { circularAutocorrelation } from '../../../src/main/science/fft.ts'
import { discoveryCut } from '../../../src/main/science/multiple-testing.ts'
import { twoSidedNormalP } from '../../../src/main/science/normal-tail.ts'
import { ledoitWolfWeight, partialCorrelations } from '../../../src/main/science/partial-correlation.ts'
import { correlationOfRows, rankRows, rowsOfCounts, standardised } from '../../../src/main/science/rows.ts'
import { offsetVariances, rowsShiftP } from '../../../src/main/science/rows-null.ts'
import { spikeTimeTiling, trainsInWindow, turnedTrains } from '../../../src/main/science/spike-time-tiling.ts'
import { trainTimes } from '../../../src/main/science/spike-train-times.ts'
import type { Rows } from '../../../src/main/science/trace-bins.ts'
import { turnedCounts, turnedRows, turnOffsets, turnsP } from '../../../src/main/science/turning.ts'
import { uniformSequence } from '../../../src/shared/domain/random.ts'
import reference from '../../fixtures/statistics/associations.json' with { type: 'json' }
import { binsFrom, denseCounts, firstChannels, neverInterrupts, spikeTrains } from './spike-trains.ts'

const rowsOf = (values: readonly (readonly number[])[]): Rows => ({
  rows: Float64Array.from(values.flat()),
  rowCount: values.length,
  columnCount: values[0]!.length,
})
const traces = rowsOf(reference.traces),
  counts = rowsOfCounts(binsFrom(reference.counts), 0, reference.counts.length)
const agree = (found: ArrayLike<number>, expected: readonly number[], digits = 10): void => {
  expect(found.length).toBe(expected.length)
  expected.forEach((value, at) => expect(found[at], `place ${at}`).toBeCloseTo(value, digits))
}

describe('rows of real numbers', () => {
  const scored = standardised(traces),
    ranked = standardised(rankRows(counts, neverInterrupts))

  test('have the correlations of NumPy, and rank correlations of SciPy, 0 where a row is constant', () => {
    agree(correlationOfRows(scored, neverInterrupts), reference.pearson.traces)
    agree(correlationOfRows(ranked, neverInterrupts), reference.spearman.counts)
    agree(correlationOfRows(standardised(rankRows(traces, neverInterrupts)), neverInterrupts), reference.spearman.traces)
  })

  test('have the variance of turning one row by every offset, and the p of its normal tail', () => {
    agree(offsetVariances(scored, neverInterrupts), reference.pearson.variance)
    agree(offsetVariances(ranked, neverInterrupts), reference.spearman.variance)
    agree(rowsShiftP(correlationOfRows(scored, neverInterrupts), scored, neverInterrupts), reference.pearson.p)
    agree(rowsShiftP(correlationOfRows(ranked, neverInterrupts), ranked, neverInterrupts), reference.spearman.p)
  })

  test('correlate with themselves around the circle as a plain sum says, for even and odd lengths', () => {
    for (const length of [2, 5, 64, 97]) {
      const x = Float64Array.from({ length }, (_, b) => Math.sin(b * b) + 0.3 * b)
      const plain = Array.from({ length: Math.floor(length / 2) + 1 }, (_, k) =>
        x.reduce((sum, value, b) => sum + value * x[(b + k) % length]!, 0),
      )
      agree(circularAutocorrelation(length)(x), plain, 8)
    }
  })
})

test('normal tails are those of SciPy, relative to themselves', () => {
  reference.normal.z.forEach((z, k) => {
    const expected = reference.normal.p[k]!
    for (const found of [twoSidedNormalP(z), twoSidedNormalP(-z)]) expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-12 * expected)
  })
})

test('discoveries are where the adjusted p of Benjamini and Hochberg is at most the level', () => {
  const { p, adjusted } = reference.discoveries
  for (const level of [0.001, 0.01, 0.05, 0.2, 0.5]) {
    const cut = discoveryCut(Float64Array.from(p), level)
    expect(p.map((value) => value <= cut)).toEqual(adjusted.map((value) => value <= level))
  }
})

describe('partial correlation', () => {
  const ofRows = (rows: Rows, varies: number[]): { partial: Float64Array; weight: number } => {
    const scored = standardised(rows),
      correlation = { r: correlationOfRows(scored, neverInterrupts), channelCount: rows.rowCount, varies: Int32Array.from(varies) },
      weight = ledoitWolfWeight(correlation, scored)
    return { partial: partialCorrelations(correlation, weight, neverInterrupts), weight }
  }

  test('is that of scikit-learn, weight included; constant channels are left out', () => {
    const ofCounts = ofRows(counts, [0, 1, 2, 4, 6]),
      ofTraces = ofRows(traces, [0, 1, 2, 3, 5])
    agree(ofCounts.partial, reference.partial.counts)
    agree(ofTraces.partial, reference.partial.traces)
    expect(ofCounts.weight).toBeCloseTo(reference.partial.shrinkage, 12)
    expect(ofTraces.weight).toBeCloseTo(reference.partial.tracesShrinkage, 12)
  })

  test('with more channels than bins is finite and between −1 and 1', () => {
    const next = uniformSequence(1, 'simulate'),
      rows = rowsOf(Array.from({ length: 30 }, () => Array.from({ length: 22 }, next)))
    const { partial } = ofRows(
      rows,
      Array.from({ length: 30 }, (_, c) => c),
    )
    expect(partial.every((value) => Math.abs(value) <= 1)).toBe(true)
  })
})

describe('spike time tiling coefficient', () => {
  const { trains, windowS, deltaMs, coefficients } = reference.tiling
  const tiled = (times: readonly (readonly number[])[], deltaNs = deltaMs * 1e6): Float64Array =>
    spikeTimeTiling(
      trainsInWindow(trainTimes(spikeTrains(times), firstChannels(times.length), 0, neverInterrupts), 0, windowS * 1e9),
      deltaNs,
      neverInterrupts,
    ).coefficients

  test('is that of its definition, tiles at the ends and spikes exactly Δt apart included', () => {
    agree(tiled(trains), coefficients, 9)
  })

  test('is 1 of a train with itself, 0 without spikes, between −1 and 1, and the same for both orders', () => {
    const spikes = fc.array(fc.double({ min: 0, max: 9.999, noNaN: true }), { maxLength: 30 })
    fc.assert(
      fc.property(spikes, spikes, (a, b) => {
        const [own] = tiled([a, a]),
          [ab] = tiled([a, b]),
          [ba] = tiled([b, a])
        expect(own).toBeCloseTo(a.length > 0 ? 1 : 0, 12)
        expect(ab).toBe(ba)
        expect(Math.abs(ab!)).toBeLessThanOrEqual(1)
        if (a.length === 0 || b.length === 0) expect(ab).toBe(0)
      }),
    )
  })

  test('a turn keeps every train whole and around its circle', () => {
    const window = trainsInWindow(trainTimes(spikeTrains(trains), firstChannels(trains.length), 0, neverInterrupts), 2e9, 9e9)
    const turned = turnedTrains(window, uniformSequence(4, 'surrogates'))
    turned.trains.forEach((train, c) => {
      expect(train.every((time, k) => time >= 0 && time < 7e9 && (k === 0 || time >= train[k - 1]!))).toBe(true)
      const gaps = (times: Float64Array): number[] =>
        Array.from(times, (time, k) => (times[(k + 1) % times.length]! - time + 7e9) % 7e9 || (times.length === 1 ? 7e9 : 0)).sort(
          (a, b) => a - b,
        )
      expect(gaps(train)).toEqual(gaps(window.trains[c]!))
    })
    expect(turned.trains[0]).not.toEqual(window.trains[0])
  })
})

describe('eigenvalue filter', () => {
  const rows = rowsOf(reference.filter.rows),
    r = correlationOfRows(standardised(rows), neverInterrupts),
    size = { channelCount: rows.rowCount, varies: firstChannels(rows.rowCount) }

  test('keeps what NumPy keeps above the bound of Marchenko and Pastur', () => {
    const bound = marchenkoPasturBound(rows.rowCount, rows.columnCount)
    expect(bound).toBeCloseTo(reference.filter.all.bound, 12)
    agree(filteredCorrelation(r, { ...size, bound, dropsFirst: false }, neverInterrupts), reference.filter.all.r, 8)
    agree(filteredCorrelation(r, { ...size, bound, dropsFirst: true }, neverInterrupts), reference.filter.withoutFirst.r, 8)
  })

  test('gives back the correlation where everything is kept, and nothing where nothing is', () => {
    agree(filteredCorrelation(r, { ...size, bound: -1, dropsFirst: false }, neverInterrupts), [...r], 9)
    expect(filteredCorrelation(r, { ...size, bound: 100, dropsFirst: false }, neverInterrupts).every((value) => value === 0)).toBe(true)
  })

  test('takes the surrogates by their own largest eigenvalue: white noise reaches the bound of Marchenko and Pastur, slow noise more', () => {
    const boundOf = (keep: number): number => {
      const next = uniformSequence(9, 'simulate'),
        slow = standardised(
          rowsOf(
            Array.from({ length: 30 }, () => {
              let value = 0
              return Array.from({ length: 600 }, () => (value = keep * value + next() - 0.5))
            }),
          ),
        )
      return surrogateBound(
        (turn) => correlationOfRows(turnedRows(slow, turnOffsets(1, 0, turn, { channelCount: 30, binCount: 600 })), neverInterrupts),
        { channelCount: 30, varies: firstChannels(30) },
        neverInterrupts,
      )
    }
    expect(Math.abs(boundOf(0) - marchenkoPasturBound(30, 600))).toBeLessThan(0.1)
    expect(boundOf(0.9)).toBeGreaterThan(2)
  })
})

describe('turns', () => {
  test('of counts and of rows are the same, and each channel keeps its counts around the circle', () => {
    const bins = binsFrom(reference.counts),
      offsets = turnOffsets(1, 2, 3, { channelCount: 7, binCount: 100 }),
      turned = turnedCounts(bins, 40, 100, offsets)
    const plain = turnedRows(rowsOfCounts(bins, 40, 100), offsets)
    expect(rowsOfCounts(turned, 0, 100)).toEqual(plain)
    for (let c = 0; c < 7; c++) {
      const before = reference.counts.slice(40, 140).map((row) => row[c]!),
        after = denseCounts(turned).map((row) => row[c]!)
      expect(after).toEqual(before.map((_, b) => before[(b - offsets[c]! + 100) % 100]!))
    }
    for (let b = 0; b < 100; b++) {
      const channels = turned.channels.subarray(turned.binStarts[b], turned.binStarts[b + 1])
      expect([...channels]).toEqual([...channels].sort((a, b) => a - b))
    }
  })

  test('give each pair its own mean and SD; pairs that are not tested have no p', () => {
    const next = uniformSequence(2, 'simulate'),
      turns = Array.from({ length: 100 }, () => Float64Array.of(next(), 5 + 2 * next(), 3, next()))
    const p = turnsP(Float64Array.of(0.5, 9, 3, 0.5), (turn) => turns[turn]!, Uint8Array.of(1, 1, 1, 0))
    const second = turns.map((turn) => turn[1]!),
      mean = second.reduce((sum, value) => sum + value) / 100,
      deviation = Math.sqrt(second.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 99)
    expect(p[0]).toBeGreaterThan(0.5)
    expect(p[1]).toBeCloseTo(twoSidedNormalP((9 - mean) / deviation), 12)
    expect([p[2], p[3]]).toEqual([1, NaN])
  })
})
