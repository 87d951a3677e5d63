import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import '../../property-seed.ts'
import { binSpikes } from '../../../src/main/science/bins.ts'
import { leastSegmentSpikes, longerSegment, matchableChannels, matchRates, shortageOf } from '../../../src/main/science/rate-matching.ts'
import { uniformSequence } from '../../../src/shared/domain/random.ts'
import type { Role } from '../../../src/shared/domain/region.ts'
import { denseCounts, firstChannels, neverInterrupts, spikeTrains } from './spike-trains.ts'

const span = { startS: 3, endS: 3 + 12.7, binMs: 100 }
const segmentBins = 30

/** Spike counts of every channel in every whole segment, [channel][segment], by the bins of the line itself. */
function segmentCounts(trains: ReturnType<typeof spikeTrains>, channelCount: number): number[][] {
  const bins = denseCounts(binSpikes(trains, firstChannels(channelCount), span, neverInterrupts))
  return Array.from({ length: channelCount }, (_, c) =>
    Array.from({ length: Math.floor(bins.length / segmentBins) }, (_, segment) =>
      bins.slice(segment * segmentBins, (segment + 1) * segmentBins).reduce((sum, row) => sum + row[c]!, 0),
    ),
  )
}

const timesOf = ({ timesS, offsets }: ReturnType<typeof spikeTrains>, c: number): number[] =>
  Array.from(timesS.subarray(offsets[c], offsets[c + 1]))

const channels = fc.array(fc.array(fc.double({ min: 2.5, max: 16, noNaN: true }), { maxLength: 90 }), { minLength: 1, maxLength: 5 })
const matchAll = (times: number[][], seed: number) =>
  matchRates(spikeTrains(times), firstChannels(times.length), { span, segmentBins, seed }, neverInterrupts)

test('which channels can be matched is told without thinning', () => {
  fc.assert(
    fc.property(channels, (times) => {
      const matchable = matchableChannels(spikeTrains(times), firstChannels(times.length), { span, segmentBins }, neverInterrupts)
      expect(matchable).toEqual(matchAll(times, 1).channelIndexes)
    }),
  )
})

test('a matched channel has its smallest count in every segment, out of its own spikes; the others are left out', () => {
  fc.assert(
    fc.property(channels, fc.nat(1000), (times, seed) => {
      const { spikes, channelIndexes, leftOut } = matchAll(times, seed)
      const before = segmentCounts(spikeTrains(times), times.length),
        after = segmentCounts(spikes, times.length)
      times.forEach((own, c) => {
        const least = Math.min(...before[c]!),
          isMatched = least >= leastSegmentSpikes
        expect([...channelIndexes].includes(c)).toBe(isMatched)
        expect([...leftOut].includes(c)).toBe(!isMatched)
        expect(after[c]).toEqual(before[c]!.map(() => (isMatched ? least : 0)))
        const left = [...own]
        for (const time of timesOf(spikes, c)) {
          const at = left.indexOf(time)
          expect(at).toBeGreaterThanOrEqual(0)
          left.splice(at, 1)
        }
      })
    }),
  )
})

/** 24 regular channels of 20 spikes a segment, whose channel 0 has only 8 in the second. */
const unequal = Array.from({ length: 24 }, (_, c) =>
  Array.from({ length: 80 }, (_, k) => 3.01 + k * 0.15).filter((_, k) => c > 0 || k < 20 || k >= 40 || k % 5 < 2),
)

test('nothing is drawn where nothing has to go, and the rest of the recording behind the last whole segment goes', () => {
  const { spikes } = matchAll(
    unequal.map((times) => [...times, 15.65]),
    1,
  )
  expect(timesOf(spikes, 5)).toEqual(unequal[5])
})

test('the same seed keeps the same spikes, whoever else is there; another seed keeps others', () => {
  const times = unequal.map((own) => own.map((time, k) => time + (k % 3) * 0.001))
  const kept = (seed: number, chosen: Int32Array): number[] =>
    timesOf(matchRates(spikeTrains(times), chosen, { span, segmentBins, seed }, neverInterrupts).spikes, 0)
  expect(kept(7, Int32Array.of(9, 0, 3))).toEqual(kept(7, firstChannels(24)))
  expect(kept(8, firstChannels(24))).not.toEqual(kept(7, firstChannels(24)))
})

test('every spike is kept equally often', () => {
  const times = Array.from({ length: 20 }, (_, k) => 3.05 + k * 0.1),
    train = times.concat([6.1, 6.2, 6.3, 6.4, 6.5, 9.1, 9.2, 9.3, 9.4, 9.5, 12.1, 12.2, 12.3, 12.4, 12.5])
  const often = new Map(times.map((time) => [time, 0]))
  for (let seed = 0; seed < 4000; seed++) {
    const kept = timesOf(matchAll([train], seed).spikes, 0).filter((time) => often.has(time))
    expect(kept).toHaveLength(5)
    for (const time of kept) often.set(time, often.get(time)! + 1)
  }
  // binomial of 4000 draws at 1/4: standard deviation 27
  for (const count of often.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * 27)
})

test('a thinned rate follows nothing: counts per segment are equal however the rate drifted', () => {
  const next = uniformSequence(3, 'simulate'),
    times = Array.from({ length: 3 }, () =>
      Array.from({ length: 400 }, () => 3 + 12 * Math.sqrt(next())).concat(Array.from({ length: 6 }, () => 3 + 3 * next())),
    )
  for (const counts of segmentCounts(matchAll(times, 1).spikes, 3)) expect(new Set(counts).size).toBe(1)
})

describe('too few channels', () => {
  const all = firstChannels(40),
    roles: (Role | null)[] = Array.from({ length: 40 }, (_, c) => (c < 20 ? 'sensory' : c < 30 ? 'motor' : null))
  const without = (...gone: number[]): Int32Array => all.filter((c) => !gone.includes(c))

  test('are fewer than 20, or fewer than half of a role', () => {
    expect(shortageOf(without(), all, roles)).toBeNull()
    expect(shortageOf(without(20, 21, 22, 23, 24), all, roles)).toBeNull()
    expect(shortageOf(without(20, 21, 22, 23, 24, 25), all, roles)).toEqual({ group: 'motor', kept: 4, of: 10, needed: 5 })
    expect(shortageOf(firstChannels(19), all, roles)).toEqual({ group: 'all', kept: 19, of: 40, needed: 20 })
    expect(shortageOf(without(...firstChannels(11)), all, roles)).toEqual({ group: 'sensory', kept: 9, of: 20, needed: 10 })
  })

  test('are enough at the least longer step that gives every channel five spikes', () => {
    // one spike a second: five in every 5 s, which is not a part of the window of 8 s; 8 s is
    const long = { startS: 0, endS: 60, binMs: 100 },
      trains = spikeTrains(Array.from({ length: 40 }, () => Array.from({ length: 60 }, (_, k) => k + 0.05)))
    const longer = (segmentS: number, windowS: number): number | null =>
      longerSegment(trains, all, { span: long, segmentBins: segmentS * 10, windowBins: windowS * 10, roles }, neverInterrupts)
    expect(longer(2, 8)).toBe(80)
    expect(longer(1, 10)).toBe(50)
    expect(longer(1, 2)).toBe(60)
    expect(longerSegment(trains, all, { span: { ...long, endS: 9 }, segmentBins: 20, windowBins: 80, roles }, neverInterrupts)).toBeNull()
  })
})
