import { expect, test } from 'vitest'
import type { CohortFindings, MeasureTest } from '../../../src/shared/domain/cohort.ts'
import { claimSentence } from '../../../src/shared/locales/claim-sentence.ts'
import { translator } from '../../../src/shared/locales/translate.ts'

const tested = (given: Partial<MeasureTest> = {}): MeasureTest => ({
  z: [],
  subjectCount: 8,
  meanRho: 0.573,
  interval95: [0.41, 0.7],
  signFlip: { p: 0.0078, exact: true, permutationCount: 256 },
  swap: { p: 0.0002, exact: true, permutationCount: 40_320 },
  needed: { forTest: 6, forPower: 12 },
  ...given,
})

function found(
  claim: Partial<CohortFindings['claim']>,
  one: Partial<MeasureTest> = {},
): Pick<CohortFindings, 'claim' | 'measures' | 'residuals' | 'subjects'> {
  return {
    subjects: [],
    residuals: [],
    claim: { verdict: 'claimed', column: 'rateMatched', direction: 'positive', counterparts: [], ...claim },
    measures: [
      {
        measure: 'coupling',
        kind: 'primary',
        asRecorded: tested(one),
        rateMatched: tested(one),
        q: { asRecorded: null, rateMatched: null },
      },
    ],
  }
}
const en = translator('en')

test('a claim tells its interval, both nulls, both columns and the simple marker that does as well', () => {
  const counterparts = [{ measure: 'crossOverWithin', meanRho: 0.58, lead95: [-0.1, 0.1] as [number, number], doesAsWell: true }]
  expect(claimSentence(en, found({ counterparts }))).toBe(
    'Sensory–motor coupling follows performance. ' +
      'Over 8 subjects the mean correlation with the hit ratio is ρ = 0.57 rate-matched, 95 % interval 0.41 to 0.70 (bootstrap of subjects). ' +
      'Against randomly flipped signs of subjects p = 0.0078; against performances swapped between subjects p = 0.00020. ' +
      'In the other column (as recorded) ρ = 0.57, p = 0.0078 (signs flipped), p = 0.00020 (performances swapped). ' +
      'A simple marker does as well: mean |r| between roles over that within roles (ρ = 0.58).',
  )
})

test('a very small p is no number', () => {
  const swap = { p: 0.00002, exact: true, permutationCount: 40_320 }
  expect(claimSentence(en, found({}, { swap }))).toMatch(/between subjects p < 0\.0001\. .*\(signs flipped\), p < 0\.0001 \(performances/)
})

test('a marker that stays behind is named as such', () => {
  const counterparts = [{ measure: 'density', meanRho: 0.2, lead95: [0.1, 0.4] as [number, number], doesAsWell: false }]
  expect(claimSentence(en, found({ counterparts }))).toContain('density of all edges comes nearest (ρ = 0.20) and follows performance less')
})

test('too few subjects get estimates, no p, and the number that is missing', () => {
  const few = found({ verdict: 'too-few-subjects' }, { subjectCount: 4, signFlip: null, swap: null })
  const sentence = claimSentence(en, few)
  expect(sentence).toContain('Over 4 subjects')
  expect(sentence).toContain('2 more are needed')
  expect(sentence).toContain('12 subjects in all')
  expect(sentence).not.toMatch(/p [=<]/)
  expect(claimSentence(translator('zh'), few)).toMatch(/还需 2 个对象/)
})

test('a measure that could not be computed is told apart from a performance that is missing', () => {
  const nobody = { z: new Array<null>(8).fill(null), subjectCount: 0, meanRho: null, interval95: null, signFlip: null, swap: null }
  const subjects = (['no-motor', 'performance-constant', 'no-motor', null] as const).map((reason, k) => ({
    subject: `S${k + 1}`,
    recordingCount: 1,
    reason,
  }))
  expect(claimSentence(en, { ...found({ verdict: 'no-measure', column: 'asRecorded' }, nobody), subjects })).toBe(
    'Coupling could not be compared with performance in any subject. S1, S3: No channel is motor. S2: The hit ratio is the same in every window.',
  )
  const one = { ...nobody, z: [0.3, ...nobody.z.slice(1)], subjectCount: 1, meanRho: 0.3 }
  expect(claimSentence(en, found({ verdict: 'too-few-subjects' }, one))).toContain('It could be measured in 1 of 8 subjects.')
})

test('what follows time says why, and an absent performance is told without a number', () => {
  expect(claimSentence(en, found({ verdict: 'follows-time' }))).toContain('learning and time cannot be told apart')
  const none = { subjectCount: 0, meanRho: null, interval95: null, signFlip: null, swap: null }
  expect(claimSentence(en, found({ verdict: 'no-performance', column: 'asRecorded' }, none))).toBe(
    'No recording has enough windows with events: there is no performance to compare with.',
  )
})

const marker = (q: number | null, one: Partial<MeasureTest> = {}): CohortFindings['measures'][number] => ({
  measure: 'density',
  kind: 'counterpart',
  asRecorded: tested({ meanRho: 0.9 }),
  rateMatched: tested({ meanRho: 0.21, interval95: [-0.05, 0.44], ...one }),
  q: { asRecorded: 0.01, rateMatched: q },
})
const counterparts = [{ measure: 'density', meanRho: 0.21, lead95: null, doesAsWell: true }]
const swap = { p: 0.3, exact: true, permutationCount: 40_320 }

test.each<['nothing-found' | 'follows-time', string, ReturnType<typeof marker>, string, string]>([
  ['nothing-found', 'nothing either', marker(0.06), ': no relation with performance was found.', '：未发现与表现的关系。'],
  ['nothing-found', 'performance', marker(0.02), ': it follows performance.', '：它随表现而变。'],
  ['follows-time', 'time as well', marker(0.02, { swap }), ': it follows time in the session.', '：它随记录时间而变。'],
  [
    'follows-time',
    'nothing, untested',
    marker(null, { signFlip: null, swap: null }),
    ': too few subjects for a test.',
    '：受试对象太少，无法检验。',
  ],
])('where nothing is claimed the nearest simple marker stands beside it with interval and outcome: %s, the marker shows %s', (...row) => {
  const [verdict, , one, ending, zhEnding] = row,
    others = found({ verdict, counterparts }),
    cohort = { ...others, measures: [...others.measures, one] }
  expect(claimSentence(en, cohort)).toContain(
    `Of the simple markers density of all edges comes nearest (ρ = 0.21, 95 % interval −0.05 to 0.44)${ending}`,
  )
  expect(claimSentence(translator('zh'), cohort)).toContain(`全部连边密度（ρ = 0.21，95% 区间 −0.05 至 0.44）${zhEnding}`)
})

test('of what is found, what density and all explanations leave is told, and that it may be nothing', () => {
  const residual = (on: 'density' | 'all', rho: number, p: number): CohortFindings['residuals'][number] => {
    const one = tested({
      meanRho: rho,
      interval95: [rho - 0.15, rho + 0.15],
      signFlip: { p, exact: true, permutationCount: 256 },
      swap: null,
    })
    return { on, asRecorded: tested(), rateMatched: one }
  }
  const withLeft = (p: number) =>
    claimSentence(en, { ...found({}), residuals: [residual('density', 0.11, 0.23), residual('all', 0.06, p)] })
  expect(withLeft(0.47)).toContain(
    'With the density of edges taken out of both, ρ = 0.11 (−0.04 to 0.26). ' +
      'With density, firing rate and place in the session taken out, ρ = 0.06 (−0.09 to 0.21). These may explain all of it (p = 0.47, signs flipped).',
  )
  expect(withLeft(0.03)).not.toContain('may explain all')
})
