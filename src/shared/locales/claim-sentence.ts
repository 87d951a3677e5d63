import { claimLevel, type CohortFindings, type CohortMeasure, type Column, type MeasureTest } from '../domain/cohort.ts'
import { paragraph } from './paragraph.ts'
import { counted } from './counted.ts'
import { pValue } from './p-value.ts'
import type { Translate } from './translate.ts'
import { twoDecimals } from './two-decimals.ts'

/** Beyond so many the subjects without a ρ are counted. */
const mostNamed = 6

/**
 * What a cohort showed, in words: the one line, its numbers with interval and nulls, the other column, the nearest simple
 * marker, and with too few subjects how many more are needed.
 * @param translate of the page or of the host
 * @source model spec 7.4.6
 */
export function claimSentence(
  translate: Translate,
  { claim, measures, residuals, subjects }: Pick<CohortFindings, 'claim' | 'measures' | 'residuals' | 'subjects'>,
): string {
  const say = (key: string, values: Record<string, unknown> = {}): string => translate(`cohorts.${key}`, values)
  const [primary] = measures,
    line = [say(`verdict.${claim.verdict}`)],
    own = primary?.[claim.column] ?? null
  if (!primary || !own) return paragraph(line)
  const all = own.z.length
  if (own.subjectCount > 0 && own.subjectCount < all) line.push(say('measuredIn', { count: own.subjectCount, all }))
  line.push(...whoHasNone(translate, subjects))
  if (own.meanRho === null) return paragraph(line)
  line.push(estimate(translate, own, claim.column))
  const testsOf = ({ signFlip, swap }: MeasureTest) =>
    signFlip && { pSignFlip: pValue(signFlip.p), pSwap: swap ? pValue(swap.p) : say('noSwap') }
  const ownTests = testsOf(own)
  if (ownTests) line.push(say('tests', ownTests))
  const other: Column = claim.column === 'asRecorded' ? 'rateMatched' : 'asRecorded',
    beside = primary[other]
  if (beside && beside.meanRho !== null) {
    const values = { column: say(`column.${other}`), rho: twoDecimals(beside.meanRho) },
      besideTests = testsOf(beside)
    line.push(besideTests ? say('beside', { ...values, ...besideTests }) : say('besideBare', values))
  }
  if (claim.verdict === 'follows-time') line.push(say('time'))
  if (claim.verdict === 'follows-time' || claim.verdict === 'nothing-found' || claim.verdict === 'too-few-subjects')
    line.push(...simplest(measures, claim, say))
  if (claim.verdict === 'claimed' || claim.verdict === 'only-as-recorded' || claim.verdict === 'not-rate-matched') {
    line.push(...whatIsLeft(residuals, claim.column, say))
    const nearest = claim.counterparts.find(({ doesAsWell }) => doesAsWell) ?? claim.counterparts[0]
    if (nearest)
      line.push(
        say(nearest.doesAsWell ? 'asWell' : 'leads', { marker: say(`measure.${nearest.measure}`), rho: twoDecimals(nearest.meanRho) }),
      )
  }
  if (claim.verdict === 'too-few-subjects') line.push(...needed(own, say))
  return paragraph(line)
}

/** Subjects without a ρ, by what keeps them from one. */
function whoHasNone(translate: Translate, subjects: CohortFindings['subjects']): string[] {
  const reasons = new Set(subjects.flatMap(({ reason }) => reason ?? []))
  return Array.from(reasons, (reason) => {
    const own = subjects.filter((one) => one.reason === reason).map(({ subject }) => subject),
      who = own.length > mostNamed ? counted(translate, 'subjects', own.length) : own.join(', ')
    return translate('cohorts.none', { who, why: translate(`alignments.reason.${reason}`) })
  })
}

function estimate(translate: Translate, { subjectCount, meanRho, interval95 }: MeasureTest, column: Column): string {
  const values = {
    subjects: counted(translate, 'subjects', subjectCount),
    rho: twoDecimals(meanRho ?? NaN),
    column: translate(`cohorts.column.${column}`),
  }
  if (!interval95) return translate('cohorts.estimateBare', values)
  return translate('cohorts.estimate', { ...values, low: twoDecimals(interval95[0]), high: twoDecimals(interval95[1]) })
}

/** What density alone, and density, rate and time together, leave of a relation; and whether that is anything. */
function whatIsLeft(
  residuals: CohortFindings['residuals'],
  column: Column,
  say: (key: string, values?: Record<string, unknown>) => string,
): string[] {
  const left = (on: 'density' | 'all'): MeasureTest | null => residuals.find((one) => one.on === on)?.[column] ?? null
  const said = (['density', 'all'] as const).flatMap((on) => {
    const test = left(on)
    if (!test || test.meanRho === null || !test.interval95) return []
    const [low, high] = test.interval95.map(twoDecimals)
    return [say(`left.${on}`, { rho: twoDecimals(test.meanRho), low, high })]
  })
  const test = left('all')?.signFlip
  return said.length > 0 && test && test.p >= claimLevel ? [...said, say('left.nothing', { p: pValue(test.p) })] : said
}

/** Where nothing can be claimed: what the simple marker shows that comes nearest, by the tests of its own column. */
function simplest(
  measures: readonly CohortMeasure[],
  { counterparts, column }: CohortFindings['claim'],
  say: (key: string, values?: Record<string, unknown>) => string,
): string[] {
  const marker = measures.find(({ measure }) => measure === counterparts[0]?.measure),
    own = marker?.[column]
  if (!marker || !own || own.meanRho === null) return []
  const values = {
      marker: say(`measure.${marker.measure}`),
      rho: twoDecimals(own.meanRho),
      shows: say(`shows.${shownBy(own, marker.q[column])}`),
    },
    { interval95 } = own
  if (!interval95) return [say('nearestBare', values)]
  return [say('nearest', { ...values, low: twoDecimals(interval95[0]), high: twoDecimals(interval95[1]) })]
}

/** @param q of its sign-flip test: a marker is one of a family, other than the primary measure */
function shownBy({ signFlip, swap }: MeasureTest, q: number | null): 'performance' | 'time' | 'nothing' | 'untested' {
  if (!signFlip || q === null) return 'untested'
  if (q >= claimLevel) return 'nothing'
  return swap && swap.p < claimLevel ? 'performance' : 'time'
}

function needed(
  { subjectCount, needed: { forTest, forPower } }: MeasureTest,
  say: (key: string, values?: Record<string, unknown>) => string,
): string[] {
  return [
    say('moreSubjects', { count: forTest - subjectCount }),
    forPower === null ? say('powerUnknown') : say('power', { count: forPower }),
  ]
}
