import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startPairs } from '../../../../src/main/engine/cpu/pairs.ts'
import { circularShiftP, likelyP, offsetMoments } from '../../../../src/main/science/circular-null.ts'
import { correlations } from '../../../../src/main/science/correlation.ts'
import { significantEdges } from '../../../../src/main/science/edges.ts'
import { logLeastP, twoSidedP } from '../../../../src/main/science/tails.ts'
import { binsFrom, neverInterrupts } from '../../science/spike-trains.ts'

/** Counts of every bin and channel, from hardly any to several in each bin, some of hundreds, some channels constant. */
const recordings = fc
  .record({
    channelCount: fc.integer({ min: 2, max: 40 }),
    lengthBins: fc.integer({ min: 2, max: 130 }),
    stepBins: fc.integer({ min: 1, max: 140 }),
    windowCount: fc.integer({ min: 1, max: 5 }),
    busy: fc.constantFrom(0.02, 0.2, 0.7, 0.98),
    most: fc.constantFrom(1, 2, 9, 300),
    seed: fc.nat(),
    threads: fc.constantFrom(1, 2, 3),
  })
  .map(({ channelCount, busy, most, seed, threads, ...windows }) => {
    let state = seed
    const next = (): number => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32
    const counts = Array.from({ length: (windows.windowCount - 1) * windows.stepBins + windows.lengthBins }, () =>
      Array.from({ length: channelCount }, (_, c) =>
        c % 11 === 5 ? c % 2 : next() < (c % 3 === 0 ? busy / 4 : busy) ? 1 + Math.floor(next() * most) : 0,
      ),
    )
    return { bins: binsFrom(counts), windows, threads }
  })

test('co-counts, r and moments are those of the plain loops, bit for bit, whatever the counts, windows and threads', () => {
  fc.assert(
    fc.property(recordings, ({ bins, windows, threads }) => {
      const machine = startPairs(bins, windows, threads)!
      try {
        for (const plain of correlations(bins, windows, neverInterrupts)) {
          const { coCounts, r } = machine.correlate(plain, neverInterrupts),
            found = machine.ofNull(neverInterrupts)!
          expect(Float64Array.from(coCounts)).toEqual(Float64Array.from(plain.coCounts))
          expect(r).toEqual(plain.r)
          expect({ total: found.total, variance: Float64Array.from(found.variance) }).toEqual(offsetMoments(bins, plain, neverInterrupts))
        }
      } finally {
        machine.close()
      }
    }),
    { numRuns: 40 },
  )
})

test('windows in any order, of any length, and again', () => {
  fc.assert(
    fc.property(recordings, fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 6 }), ({ bins, windows }, spans) => {
      const machine = startPairs(bins, windows, 1)!
      for (const [a, b] of spans) {
        const firstBin = a % bins.binCount,
          binCount = 1 + (b % (bins.binCount - firstBin))
        const window = { windowCount: 1, lengthBins: binCount, stepBins: 1 },
          part = { ...bins, binCount, binStarts: bins.binStarts.subarray(firstBin, firstBin + binCount + 1) }
        const plain = correlations(part, window, neverInterrupts).next().value!
        const found = machine.correlate({ firstBin, binCount }, neverInterrupts)
        expect(Float64Array.from(found.coCounts)).toEqual(Float64Array.from(plain.coCounts))
        expect(found.r).toEqual(plain.r)
      }
      machine.close()
    }),
  )
})

test('bounds are below the p of every pair, and the edges are the same', () => {
  fc.assert(
    fc.property(recordings, fc.constantFrom(0.001, 0.05, 0.3), ({ bins, windows, threads }, level) => {
      const machine = startPairs(bins, windows, threads)!
      for (const plain of correlations(bins, windows, neverInterrupts)) {
        machine.correlate(plain, neverInterrupts)
        const found = machine.ofNull(neverInterrupts)!,
          exact = circularShiftP(bins, plain, neverInterrupts)
        exact.forEach((p, pair) => {
          if (found.variance[pair]! > 0) expect(found.logLeastP[pair]).toBeLessThanOrEqual(Math.log(p) + 1e-7)
        })
        const edges = (p: Float64Array): unknown => significantEdges(plain.r, p, bins.channelCount, level)
        expect(edges(likelyP(found, plain, level, neverInterrupts))).toEqual(edges(exact))
      }
      machine.close()
    }),
    { numRuns: 25 },
  )
})

const moments = fc.record({
  mean: fc.double({ min: -4, max: 11, noNaN: true }).map(Math.exp),
  spread: fc.oneof(
    fc.constant(0.5),
    fc.double({ min: -6, max: 6, noNaN: true }).map((x) => 1 + Math.exp(x)),
  ),
  off: fc.double({ min: -8, max: 8, noNaN: true }),
})

test('the plain bound is below the p it stands for, and where p is not extreme not far', () => {
  let near = 0,
    all = 0
  fc.assert(
    fc.property(moments, ({ mean, spread, off }) => {
      const variance = mean * spread,
        count = Math.max(0, Math.round(mean + off * Math.sqrt(variance))),
        p = twoSidedP(count, mean, variance)
      fc.pre(p > 0)
      const least = logLeastP(count, mean, variance)
      expect(least).toBeLessThanOrEqual(Math.log(p))
      if (spread > 20) return
      all++
      if (least > Math.log(p) - Math.log(20)) near++
    }),
    { numRuns: 3000 },
  )
  expect(near / all).toBeGreaterThan(0.8)
})

test('numbers too large for 32 bits are left to the plain loops', () => {
  expect(
    startPairs(
      binsFrom([
        [50_000, 1],
        [1, 2],
      ]),
      null,
      1,
    ),
  ).toBeNull()
  const huge = Array.from({ length: 40 }, (_, b) => [b % 7 === 0 ? 9000 + b : 0, b % 5])
  const machine = startPairs(binsFrom(huge), null, 1)!
  machine.correlate({ firstBin: 0, binCount: 40 }, neverInterrupts)
  expect(machine.ofNull(neverInterrupts)).toBeNull()
  machine.close()
})

test('an interrupt ends a window', () => {
  // work enough that every thread gets some of it, also where there are fewer cores
  const counts = Array.from({ length: 2000 }, (_, b) => Array.from({ length: 240 }, (_, c) => (b * c) % 3))
  for (const threads of [1, 2, 3]) {
    const machine = startPairs(binsFrom(counts), null, threads)!
    let calls = 0
    const stops = (): void => {
      if (++calls > 0) throw new Error('stopped')
    }
    expect(() => machine.correlate({ firstBin: 0, binCount: 2000 }, stops)).toThrow('stopped')
    machine.close()
  }
})
