import { expect, test } from 'vitest'
import { fanoFactor, intervalCv } from '../../../src/main/science/node-statistics.ts'
import { smoothRows } from '../../../src/main/science/smoothing.ts'
import { binTraces, overRunningBaseline } from '../../../src/main/science/trace-bins.ts'
import reference from '../../fixtures/statistics/associations.json' with { type: 'json' }
import { neverInterrupts } from './spike-trains.ts'

const timesS = Float64Array.of(5.0, 5.04, 5.1, 5.12, 5.19, 5.2, 5.31)
const values = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 10, 20, 30, 40, 50, 60, 70)
const span = { startS: 5, endS: 5.4, binMs: 100 }

test('a bin of a trace is the mean of its samples, of the channels asked for, from the start of the recording', () => {
  const { rows, rowCount, columnCount } = binTraces({ values, timesS }, Int32Array.of(1, 0), { span, overBaseline: false }, neverInterrupts)
  expect([rowCount, columnCount]).toEqual([2, 4])
  expect([...rows]).toEqual([15, 40, 60, 70, 1.5, 4, 6, 7])
})

test('a bin without a sample is refused, with where it is and how far samples lie apart', () => {
  expect(() =>
    binTraces({ values, timesS }, Int32Array.of(0), { span: { ...span, binMs: 50 }, overBaseline: false }, neverInterrupts),
  ).toThrow('snapshots/bin-without-sample {"binMs":50,"atS":0.05,"sampleMs":60,"longestGapMs":110}')
})

test('the running baseline is the 8th percentile of 60 s around, as NumPy has it', () => {
  const { timesS: moments, values: trace, baseline } = reference.baseline
  const found = overRunningBaseline(Float32Array.from(trace), Float64Array.from(moments), 0, neverInterrupts)
  baseline.forEach((level, s) => expect(found[s]).toBeCloseTo((Math.fround(trace[s]!) - level) / level, 10))
})

test('ΔF/F over a baseline of zero or below is refused', () => {
  expect(() => overRunningBaseline(Float32Array.of(3, 0, 0, 0, -1), Float64Array.of(7, 8, 9, 10, 11), 4, neverInterrupts)).toThrow(
    /snapshots\/baseline-not-positive \{"channelIndex":4,"atS":0,"level":-0\.\d+/,
  )
})

test('smoothing is that of SciPy with reflected ends, also where the kernel is longer than the row', () => {
  const { rows, sdBins, smoothed, short, wideSdBins, wide } = reference.smoothing
  const smooth = (given: number[][], sd: number): number[] =>
    Array.from(
      smoothRows({ rows: Float64Array.from(given.flat()), rowCount: given.length, columnCount: given[0]!.length }, sd, neverInterrupts)
        .rows,
    )
  smoothed.flat().forEach((value, at) => expect(smooth(rows, sdBins)[at]).toBeCloseTo(value, 12))
  wide.flat().forEach((value, at) => expect(smooth(short, wideSdBins)[at]).toBeCloseTo(value, 12))
})

test('CV of intervals and Fano factor at 1 s are those of NumPy, undefined with too few spikes', () => {
  reference.tiling.trains.forEach((train, c) => {
    const times = Float64Array.from(train, (timeS) => 3e9 + Math.round(timeS * 1e9)),
      { cv, fano } = reference.statistics.channels[c]!
    const agree = (found: number, expected: number | null): void => {
      if (expected === null) expect(found).toBeNaN()
      else expect(found).toBeCloseTo(expected, 9)
    }
    agree(intervalCv(times), cv)
    agree(fanoFactor(times, 3e9, 3e9 + reference.statistics.windowS * 1e9), fano)
  })
  expect(fanoFactor(Float64Array.of(1, 2, 3), 0, 1.9e9)).toBeNaN()
  expect(intervalCv(Float64Array.of(1, 2))).toBeNaN()
})
