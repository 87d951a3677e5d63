import { expect, test } from 'vitest'
import type { CohortMeasure, MeasureTest } from '../../../../src/shared/domain/cohort.ts'
import { claimOf } from '../../../../src/main/science/cohort/claim.ts'

const tested = (signFlip: number | null, swap: number | null, subjectCount = 8): MeasureTest => ({
  z: new Array<number>(subjectCount).fill(0.5),
  subjectCount,
  meanRho: subjectCount > 0 ? 0.46 : null,
  interval95: null,
  signFlip: signFlip === null ? null : { p: signFlip, exact: true, permutationCount: 256 },
  swap: swap === null ? null : { p: swap, exact: true, permutationCount: 40_320 },
  needed: { forTest: 6, forPower: null },
})
const of = (asRecorded: MeasureTest, rateMatched: MeasureTest | null): CohortMeasure[] => [
  { measure: 'coupling', kind: 'primary', asRecorded, rateMatched, q: { asRecorded: null, rateMatched: null } },
]
const yes = 0.01,
  no = 0.2

test.each([
  ['both pass rate-matched', tested(no, no), tested(yes, yes), 'claimed', 'rateMatched'],
  ['signs alone rate-matched: time, whatever the other column says', tested(yes, yes), tested(yes, no), 'follows-time', 'rateMatched'],
  ['both pass as recorded only', tested(yes, yes), tested(no, yes), 'only-as-recorded', 'asRecorded'],
  ['both pass, and there is no other column', tested(yes, yes), null, 'not-rate-matched', 'asRecorded'],
  ['both pass, and the other column has too few', tested(yes, yes), tested(null, null, 5), 'not-rate-matched', 'asRecorded'],
  ['signs alone as recorded', tested(yes, no), tested(no, no), 'follows-time', 'asRecorded'],
  ['the swap test alone is no finding', tested(no, yes), tested(no, yes), 'nothing-found', 'rateMatched'],
  ['five subjects', tested(null, null, 5), tested(null, null, 5), 'too-few-subjects', 'rateMatched'],
  ['nobody has events', tested(null, null, 0), null, 'no-performance', 'asRecorded'],
  ['nobody’s coupling can be computed', tested(null, null, 0), null, 'no-measure', 'asRecorded'],
] as const)('%s', (_, asRecorded, rateMatched, verdict, column) => {
  expect(claimOf(of(asRecorded, rateMatched), { seed: 1, hasPerformance: verdict !== 'no-performance' })).toMatchObject({ verdict, column })
})

test('p of exactly 0.05 claims nothing', () => {
  expect(claimOf(of(tested(0.05, 0.01), tested(0.05, 0.01)), { seed: 1, hasPerformance: true }).verdict).toBe('nothing-found')
})
