import { expect, test } from 'vitest'
import { cohortFindings } from '../../../../src/shared/domain/cohort.ts'
import { findingsOf } from '../../../../src/main/science/cohort/findings.ts'
import { madeUpCohort, names, type Follows } from './cohorts.ts'

const find = (follows: Follows, options: Parameters<typeof madeUpCohort>[1] = {}) =>
  findingsOf(madeUpCohort(follows, options), names, { seed: options.seed ?? 1 })

test('what follows play is claimed, with its direction, and a marker that follows it too does as well', () => {
  const { claim, measures } = find('play')
  expect(claim).toMatchObject({ verdict: 'claimed', column: 'rateMatched', direction: 'positive' })
  expect(claim.counterparts).toMatchObject([{ measure: 'ratio', doesAsWell: true }])
  expect(measures[0]?.rateMatched?.interval95?.[0]).toBeGreaterThan(0)
  expect(measures[1]?.rateMatched?.meanRho).toBeLessThan(0)
})

test('what follows play only through rates is named so, what follows time too, and nothing is nothing', () => {
  expect(find('rates').claim.verdict).toBe('only-as-recorded')
  expect(find('time').claim.verdict).toBe('follows-time')
  expect(find('nothing').claim.verdict).toBe('nothing-found')
})

test('time alone passes the sign-flip test in most cohorts and is claimed in hardly any', () => {
  let signFlips = 0,
    claims = 0
  for (let seed = 1; seed <= 40; seed++) {
    const { claim, measures } = find('time', { seed })
    if ((measures[0]?.rateMatched?.signFlip?.p ?? 1) < 0.05) signFlips++
    if (claim.verdict === 'claimed') claims++
  }
  expect(signFlips).toBeGreaterThan(30)
  // upper 97.5 % of Binomial(40, 0.05)
  expect(claims).toBeLessThanOrEqual(5)
}, 60_000)

test('with five subjects there are estimates, no p, and the number that is missing', () => {
  const { claim, measures, mixed } = find('play', { subjectCount: 5 })
  expect(claim.verdict).toBe('too-few-subjects')
  for (const { asRecorded, rateMatched, q } of measures) {
    expect([asRecorded.signFlip, asRecorded.swap, rateMatched?.signFlip, q.asRecorded]).toEqual([null, null, null, null])
    expect(asRecorded.interval95).not.toBe(null)
    expect(asRecorded.needed.forTest).toBe(6)
  }
  expect(mixed[0]?.signFlip).toBe(null)
})

test('without a rate-matched column nothing is claimed, and a cohort without events is told apart', () => {
  const bare = madeUpCohort('play').map((recording) => ({ ...recording, rateMatched: null }))
  expect(findingsOf(bare, names, { seed: 1 }).claim).toMatchObject({ verdict: 'not-rate-matched', column: 'asRecorded' })
  const still = madeUpCohort('play').map((recording) => ({ ...recording, performance: recording.performance.map(() => null) }))
  const found = findingsOf(still, names, { seed: 1 })
  expect(found.claim).toMatchObject({ verdict: 'no-performance', direction: null, counterparts: [] })
  expect(cohortFindings.parse(found)).toEqual(found)
})

test('where coupling cannot be computed it is that which is missing, not the performance', () => {
  const bare = madeUpCohort('play').map((recording) => ({
    ...recording,
    asRecorded: {
      ...recording.asRecorded,
      measures: { ...recording.asRecorded.measures, coupling: recording.performance.map(() => null) },
    },
    rateMatched: null,
  }))
  const { claim, measures } = findingsOf(bare, names, { seed: 1 })
  expect(claim.verdict).toBe('no-measure')
  expect(measures.find(({ measure }) => measure === 'ratio')?.asRecorded.signFlip?.p).toBeLessThan(0.05)
})

test('a rate-matched column of fewer than six subjects is no column', () => {
  const few = madeUpCohort('play').map((recording, k) => (k < 5 ? recording : { ...recording, rateMatched: null }))
  expect(findingsOf(few, names, { seed: 1 }).claim).toMatchObject({ verdict: 'not-rate-matched' })
})

test('the order of recordings changes nothing, and a subject’s second recording makes no second subject', () => {
  const cohort = madeUpCohort('play')
  const found = findingsOf(cohort, names, { seed: 1 })
  expect(findingsOf(cohort.toReversed(), names, { seed: 1 })).toEqual(found)
  const doubled = findingsOf([...cohort, ...cohort], names, { seed: 1 })
  expect(doubled.subjects.map(({ recordingCount }) => recordingCount)).toEqual(new Array(8).fill(2))
  expect(doubled.measures[0]?.asRecorded).toEqual(found.measures[0]?.asRecorded)
})

test('recordings of unequal length are cut to the shorter, and a recording under eight windows has no ρ', () => {
  const uneven = madeUpCohort('play').map((recording, k) => {
    const cut = (values: readonly (number | null)[]) => values.slice(0, k === 7 ? 7 : 19 - k)
    return {
      ...recording,
      performance: cut(recording.performance),
      asRecorded: { ...recording.asRecorded, measures: { coupling: cut(recording.asRecorded.measures.coupling ?? []) } },
      rateMatched: null,
    }
  })
  const { measures } = findingsOf(uneven, names.slice(0, 1), { seed: 1 })
  expect(measures[0]?.asRecorded).toMatchObject({ subjectCount: 7, swap: { permutationCount: 5040 } })
  expect(measures[0]?.asRecorded.z[7]).toBe(null)
})

test('residuals on time take away what follows time, and leave what follows play', () => {
  const rhoWithout = (follows: Follows, on: string): number =>
    find(follows).residuals.find((one) => one.on === on)?.rateMatched?.meanRho ?? NaN
  expect(Math.abs(rhoWithout('time', 'index'))).toBeLessThan(0.2)
  expect(rhoWithout('play', 'index')).toBeGreaterThan(0.5)
  expect(rhoWithout('play', 'all')).toBeGreaterThan(0.4)
})

test('the mixed form finds the slope on play and none on time', () => {
  expect(find('play').mixed.find(({ column }) => column === 'rateMatched')?.signFlip?.p).toBeLessThan(0.05)
  expect(Math.abs(find('time').mixed.find(({ column }) => column === 'rateMatched')?.meanSlope ?? 1)).toBeLessThan(0.2)
})

test('conditions are compared within subjects that have both, and else between whole subjects', () => {
  const play = madeUpCohort('play').map((one) => ({ ...one, condition: 'play' })),
    rest = madeUpCohort('nothing', { seed: 2 }).map((one) => ({ ...one, condition: 'rest' }))
  const within = findingsOf([...play, ...rest], names, { seed: 1 }).conditions.filter(({ column }) => column === 'rateMatched')
  expect(within.map(({ what, how, subjectCounts }) => ({ what, how, subjectCounts }))).toEqual([
    { what: 'slope', how: 'within', subjectCounts: [8, 8] },
    { what: 'level', how: 'within', subjectCounts: [8, 8] },
  ])
  expect(within[0]?.test?.p).toBeLessThan(0.05)
  expect(within[0]?.difference).toBeGreaterThan(0)
  const others = rest.map((one) => ({ ...one, subject: `other ${one.subject}` }))
  const between = findingsOf([...play, ...others], names, { seed: 1 }).conditions.find(({ what }) => what === 'slope')
  expect(between).toMatchObject({ how: 'between', subjectCounts: [8, 8], first: 'play', second: 'rest', test: { exact: true } })
  expect(between?.test?.p).toBeLessThan(0.05)
})

test('q of everything but the primary measure is corrected over both columns together', () => {
  const { measures } = find('nothing', { seed: 5 })
  expect(measures[0]?.q).toEqual({ asRecorded: null, rateMatched: null })
  const family = measures
    .slice(1)
    .flatMap(({ asRecorded, rateMatched }) => [asRecorded.signFlip?.p ?? NaN, rateMatched?.signFlip?.p ?? NaN])
  const largest = Math.max(...family)
  expect(Math.max(...measures.slice(1).flatMap(({ q }) => [q.asRecorded ?? 0, q.rateMatched ?? 0]))).toBeCloseTo(largest, 12)
})

test.each([8, 9, 13, 19, 40])('a subject whose hit ratio never changes is no subject of a test, of %i windows', (windowCount) => {
  const six = madeUpCohort('play', { subjectCount: 6, windowCount }),
    still = six.map((recording, k) =>
      k === 5 ? { ...recording, performance: recording.performance.map(() => 1), reason: 'performance-constant' as const } : recording,
    )
  const { claim, measures, mixed, residuals, subjects } = findingsOf(still, names, { seed: 1 })
  expect(claim.verdict).toBe('too-few-subjects')
  for (const { asRecorded } of [...measures, ...residuals]) expect([asRecorded.z[5], asRecorded.subjectCount]).toEqual([null, 5])
  expect(mixed[0]?.slopes[5]).toBe(null)
  expect(subjects.map(({ reason }) => reason)).toEqual([null, null, null, null, null, 'performance-constant'])
})
