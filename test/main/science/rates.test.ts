import { expect, test } from 'vitest'
import { channelRatesHz, degrees, meanOverSnapshots, silentChannelCounts, windowRatesHz } from '../../../src/main/science/rates.ts'
import reference from '../../fixtures/statistics/correlation.json' with { type: 'json' }
import { binsFrom } from './spike-trains.ts'

const bins = binsFrom(reference.counts),
  windows = reference.windows.map((_, k) => ({ firstBin: 24 * k, binCount: 60 }))

test('rates per window agree with an independent program', () => {
  const ratesHz = windowRatesHz(bins, windows, reference.binMs)
  reference.windows.flatMap(({ rateHz }) => rateHz).forEach((expected, at) => expect(ratesHz[at]).toBeCloseTo(expected, 5))
})

test('the rate of a channel is over all whole bins', () => {
  const spikes = reference.counts.reduce((sum, row) => sum + row[1]!, 0)
  expect(channelRatesHz(bins, 50)[1]).toBeCloseTo(spikes / 7.5, 5)
})

test('silent channels are those without a spike in the window', () => {
  const silent = silentChannelCounts(windowRatesHz(bins, windows, 50), 9)
  expect([...silent]).toEqual([2, 2, 1, 1])
})

test('a degree is the number of edges of a channel', () => {
  expect([...degrees(Uint16Array.of(0, 1, 0, 3, 1, 3), 5)]).toEqual([2, 2, 0, 2, 0])
})

test('a mean over snapshots leaves out those without a value', () => {
  const values = Float32Array.of(1, NaN, 4, 3, NaN, NaN)
  expect([...meanOverSnapshots(values, { snapshotCount: 2, channelCount: 3 })]).toEqual([2, NaN, 4])
})
