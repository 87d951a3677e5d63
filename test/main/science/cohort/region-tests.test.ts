import { expect, test } from 'vitest'
import { findingsOf } from '../../../../src/main/science/cohort/findings.ts'
import type { RegionTest } from '../../../../src/shared/domain/cohort.ts'
import { normalDraws } from '../../../../src/main/science/draws.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'
import { madeUpCohort, names } from './cohorts.ts'

const regions = ['follows', 'follows', 'follows', 'still', 'still', 'drifts', 'drifts', 'rare', null]

/** Three channels that follow play, two that follow nothing, two that rise with time, and one that three subjects have. */
function withLevels(seed: number) {
  const cohort = madeUpCohort('play', { seed })
  return cohort.map((recording, s) => {
    const normal = normalDraws(uniformSequence(seed, 'simulate', [s, 9])),
      windowCount = recording.performance.length
    const level = new Float32Array(windowCount * regions.length)
    recording.performance.forEach((play, t) =>
      regions.forEach((region, c) => {
        const followed = region === 'follows' ? 4 * (play ?? 0) : region === 'drifts' ? t / 4 : 0
        level[t * regions.length + c] = region === 'rare' && s >= 3 ? NaN : followed + normal()
      }),
    )
    // a channel without an edge in one window has no score there
    level[4 * regions.length] = NaN
    const levels = { level, regions }
    return { ...recording, asRecorded: { ...recording.asRecorded, levels }, rateMatched: null }
  })
}
const found = (seed: number): Record<string, RegionTest> =>
  Object.fromEntries(findingsOf(withLevels(seed), names, { seed }).regions.map((one) => [one.region, one]))

test('the region whose channels follow play is found, with q over regions; a region of three subjects has no p', () => {
  const { follows, rare, ...others } = found(2)
  expect(Object.keys(others).toSorted()).toEqual(['drifts', 'still'])
  expect(follows?.asRecorded.interval95?.[0]).toBeGreaterThan(0)
  expect(follows?.asRecorded.signFlip?.p).toBeLessThan(0.05)
  expect(follows?.asRecorded.swap?.p).toBeLessThan(0.05)
  expect(follows?.q.asRecorded).toBeGreaterThanOrEqual(Math.max(follows?.asRecorded.signFlip?.p ?? 1, follows?.asRecorded.swap?.p ?? 1))
  expect(follows?.rateMatched).toBe(null)
  expect(rare?.asRecorded).toMatchObject({ subjectCount: 3, signFlip: null, swap: null })
})

test('what follows nothing is claimed at its level, and what only drifts is held back by the swap test', () => {
  const passed = { still: 0, drifts: 0, driftsBySigns: 0 }
  for (let seed = 1; seed <= 30; seed++) {
    const { still, drifts } = found(seed)
    const isSigns = (one: RegionTest | undefined): boolean => (one?.asRecorded.signFlip?.p ?? 1) < 0.05,
      isBoth = (one: RegionTest | undefined): boolean => isSigns(one) && (one?.asRecorded.swap?.p ?? 1) < 0.05
    if (isBoth(still)) passed.still++
    if (isSigns(drifts)) passed.driftsBySigns++
    if (isBoth(drifts)) passed.drifts++
  }
  // upper 97.5 % of Binomial(30, 0.05)
  expect(passed.still).toBeLessThanOrEqual(4)
  expect(passed.drifts).toBeLessThanOrEqual(4)
  expect(passed.driftsBySigns).toBeGreaterThan(20)
})
