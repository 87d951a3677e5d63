import { expect, test } from 'vitest'
import fc from 'fast-check'
import { asOccupancy, binSpikes, countBins } from '../../../src/main/science/bins.ts'
import reference from '../../fixtures/statistics/correlation.json' with { type: 'json' }
import { denseCounts, firstChannels, neverInterrupts, spikeTrains } from './spike-trains.ts'

const binned = (times: number[][], startS: number, endS: number, binMs: number, channels = firstChannels(times.length)) =>
  binSpikes(spikeTrains(times), channels, { startS, endS, binMs }, neverInterrupts)

test('a spike on the edge of two bins is in the later one, whatever floating point says', () => {
  for (let bin = 0; bin < 400; bin++) {
    const counts = denseCounts(binned([[bin * 0.05]], 0, 20, 50))
    expect(counts.findIndex((row) => row[0] === 1)).toBe(bin)
  }
  expect(0.15 / 0.05).toBeLessThan(3)
})

test('bins begin at the start of the recording, also when its clock does not begin at zero', () => {
  const counts = denseCounts(binned([[100.1, 100.25, 100.2999999]], 100.1, 100.4, 50))
  expect(counts.map((row) => row[0])).toEqual([1, 0, 0, 2, 0, 0])
})

test('spikes before the start, at the end and in the last partial bin are not counted', () => {
  expect(denseCounts(binned([[0.99, 1, 1.2, 1.21, 1.22, 5]], 1, 1.22, 100)).flat()).toEqual([1, 0])
  expect(countBins({ startS: 1, endS: 1.3, binMs: 100 })).toBe(3)
  expect(countBins({ startS: 0, endS: 0.09, binMs: 100 })).toBe(0)
})

test('every 20 kHz sample falls into the bin of integer arithmetic', () => {
  fc.assert(
    fc.property(fc.nat(24_000_000), fc.nat(1_000_000), (sample, startSample) => {
      const counts = binned([[(startSample + sample) / 20_000]], startSample / 20_000, startSample / 20_000 + 1200.05, 50)
      expect(counts.binStarts.indexOf(1) - 1).toBe(Math.floor(sample / 1000))
    }),
  )
})

test('counts agree with an independent program', () => {
  const bins = binned(reference.timesS, 0, reference.endS, reference.binMs)
  expect(denseCounts(bins)).toEqual(reference.counts)
})

test('only the chosen channels are counted, in the chosen order', () => {
  const chosen = Int32Array.of(5, 0, 8)
  const bins = binned(reference.timesS, 0, reference.endS, reference.binMs, chosen)
  expect(denseCounts(bins)).toEqual(reference.counts.map((row) => [row[5], row[0], row[8]]))
})

test('occupancy is 1 where there is a spike and leaves the counts alone', () => {
  const bins = binned([[0.01, 0.02, 0.03], [0.11]], 0, 0.2, 100)
  expect(denseCounts(asOccupancy(bins))).toEqual([
    [1, 0],
    [0, 1],
  ])
  expect(denseCounts(bins)).toEqual([
    [3, 0],
    [0, 1],
  ])
})
