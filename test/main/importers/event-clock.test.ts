import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fits, joinClocks } from '../../../src/main/importers/event-clock.ts'

/** Pulses at uneven times, as a person or a task makes them. */
const pulses = (gaps: number[]): number[] =>
  gaps.map(
    (
      (at) => (gap: number) =>
        (at += gap)
    )(0),
  )
const gapsS = fc.array(fc.double({ min: 0.5, max: 30, noNaN: true }), { minLength: 6, maxLength: 60 })

test('one shared event gives the offset and nothing else', () => {
  expect(joinClocks([12], [100, 130])).toEqual({
    startS: 88,
    drift: 0,
    joined: { offsetS: 88, driftPpm: null, residualMs: null, pairCount: 1, hereCount: 1, thereCount: 2 },
  })
  expect(joinClocks([], [1])).toBeNull()
})

test('offset and drift of any two clocks are found, whatever the clocks begin at', () => {
  fc.assert(
    fc.property(
      gapsS,
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: -3e-4, max: 3e-4, noNaN: true }),
      (gaps, offsetS, drift) => {
        const here = pulses(gaps)
        const line = joinClocks(
          here,
          here.map((timeS) => offsetS + (1 + drift) * timeS),
        )
        expect(line?.joined.pairCount).toBe(here.length)
        expect(line && fits(line)).toBe(true)
        for (const timeS of here)
          expect((line?.startS ?? NaN) + (1 + (line?.drift ?? NaN)) * timeS).toBeCloseTo(offsetS + (1 + drift) * timeS, 4)
      },
    ),
    { numRuns: 60 },
  )
})

test('pulses that one side missed do not shift the others', () => {
  fc.assert(
    fc.property(gapsS, fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }), (gaps, missedHere, missedThere) => {
      const all = pulses(gaps)
      const here = all.filter((_, k) => k !== missedHere)
      const there = all.filter((_, k) => k !== missedThere).map((timeS) => timeS + 250)
      const line = joinClocks(here, there)
      expect(line?.joined.pairCount).toBe(all.filter((_, k) => k !== missedHere && k !== missedThere).length)
      expect(line?.startS).toBeCloseTo(250, 6)
    }),
    { numRuns: 60 },
  )
})

test('events of two different kinds do not fit', () => {
  const here = [1, 4, 4.5, 9, 20, 22]
  const there = [100, 101.7, 113, 140, 141.1, 180]
  const line = joinClocks(here, there)
  expect(line === null || !fits(line)).toBe(true)
})

test('jitter of some milliseconds is told as what is left', () => {
  const here = Array.from({ length: 50 }, (_, k) => 3 * k + (k % 7) / 10)
  const there = here.map((timeS, k) => timeS + 10 + (k % 2 === 0 ? 0.004 : -0.004))
  expect(joinClocks(here, there)?.joined.residualMs).toBeCloseTo(4, 1)
})
