import type { AlignmentReason } from '../../../shared/domain/alignment.ts'
import {
  columns,
  leastSubjects,
  type CohortFindings,
  type CohortMeasure,
  type Column,
  type ConditionComparison,
  type MeasureTest,
  type MixedForm,
  type ResidualTest,
} from '../../../shared/domain/cohort.ts'
import { uniformSequence } from '../../../shared/domain/random.ts'
import { residualsOf } from '../least-squares.ts'
import { meanRanks, pearson } from '../rank-correlation.ts'
import { bootstrapInterval } from './bootstrap-interval.ts'
import { claimOf } from './claim.ts'
import { withQ } from './family-q.ts'
import { meanOf, subjectZ } from './fisher-z.ts'
import { leastWindows, testMeasure, testSubjects } from './measure-test.ts'
import { choose, mixedSlope, permuteSubjects, type MixedWindows } from './mixed-form.ts'
import { regionTests, type ChannelLevels } from './region-tests.ts'
import { signFlip } from './sign-flip.ts'
import type { WindowSeries } from './swap-test.ts'

/** One recording in one column: a value per window in order of time, null where there is none. */
export type CohortColumn = {
  /** [window] by name of the measure */
  measures: Readonly<Record<string, readonly (number | null)[]>>
  density: readonly number[]
  rateHz: readonly number[]
  /** null where nothing is asked of single channels */
  levels: ChannelLevels | null
}

export type CohortRecording = {
  subject: string
  condition: string
  /** hit ratio, [window] */
  performance: readonly (number | null)[]
  /** why the primary measure has no ρ as recorded */
  reason: AlignmentReason | null
  asRecorded: CohortColumn
  rateMatched: CohortColumn | null
}

/** Names in `measures`, the primary one first, and what each of them is. */
export type MeasureNames = readonly { measure: string; kind: CohortMeasure['kind'] }[]

type Subject = { subject: string; recordings: CohortRecording[] }

/**
 * Everything a cohort is asked (model spec 7.4): each measure in both columns, the primary one with density, rate and place
 * in the session taken out, the mixed form, conditions, and the one line that may be claimed. The subject is the unit.
 * @param recordings in any order; several of one subject are averaged first
 * @source model spec 7.4
 */
export function findingsOf(
  recordings: readonly CohortRecording[],
  names: MeasureNames,
  { seed, interrupt = () => undefined }: { seed: number; interrupt?: () => void },
): CohortFindings {
  const subjects = bySubject(recordings),
    primary = names[0]?.measure ?? ''
  const tested = names.map(({ measure, kind }, place) => {
    interrupt()
    const test = (column: Column): MeasureTest =>
      testMeasure(
        subjects.map((one) => seriesOf(one, column, measure)),
        { seed, place: 2 * place + columns.indexOf(column), withSwap: true },
      )
    return { measure, kind, asRecorded: test('asRecorded'), rateMatched: hasColumn(subjects, 'rateMatched') ? test('rateMatched') : null }
  })
  // everything but the primary measure is a family (model spec 7.4.6)
  const measures = withQ(tested, (one, column) => (one.kind === 'primary' ? NaN : (one[column]?.signFlip?.p ?? NaN)))
  return {
    subjects: subjects.map(({ subject, recordings: own }, k) => ({
      subject,
      recordingCount: own.length,
      reason: measures[0]?.asRecorded.z[k] === null ? (own.find(({ reason }) => reason !== null)?.reason ?? null) : null,
    })),
    measures,
    residuals: residualTests(subjects, primary, seed, interrupt),
    regions: regionTests((column) => (hasColumn(subjects, column) ? levelsOf(subjects, column) : null), { seed, place: 4000, interrupt }),
    mixed: columns.filter((column) => hasColumn(subjects, column)).map((column) => mixedFormOf(subjects, column, primary, seed)),
    conditions: columns.flatMap((column) => comparisons(subjects, column, primary, seed)),
    claim: claimOf(measures, { seed, hasPerformance: recordings.some(isPlayed) }),
  }
}

/** Whether a recording has events in enough windows for a ρ. */
const isPlayed = ({ performance }: CohortRecording): boolean => performance.filter((one) => one !== null).length >= leastWindows

/** In the order of names, so that the order of recordings shifts no random number. */
function bySubject(recordings: readonly CohortRecording[]): Subject[] {
  const subjects = new Map<string, CohortRecording[]>()
  for (const recording of recordings) subjects.set(recording.subject, [...(subjects.get(recording.subject) ?? []), recording])
  return [...subjects].map(([subject, own]) => ({ subject, recordings: own })).toSorted((a, b) => (a.subject < b.subject ? -1 : 1))
}

const hasColumn = (subjects: readonly Subject[], column: Column): boolean =>
  subjects.some(({ recordings }) => recordings.some((recording) => recording[column] !== null))

function seriesOf({ recordings }: Subject, column: Column, measure: string): WindowSeries[] {
  return recordings.flatMap((recording) => {
    const values = recording[column]?.measures[measure]
    return values ? [{ measure: values, performance: recording.performance }] : []
  })
}

const levelsOf = (subjects: readonly Subject[], column: Column) =>
  subjects.map(({ recordings }) => recordings.map((one) => ({ levels: one[column]?.levels ?? null, performance: one.performance })))

/** What a residual takes out, by name of the version. */
const takenOut = {
  density: ['density'],
  rate: ['rateHz'],
  index: ['index'],
  all: ['density', 'rateHz', 'index'],
} as const satisfies Record<ResidualTest['on'], readonly (keyof MixedWindows)[]>

function residualTests(subjects: readonly Subject[], measure: string, seed: number, interrupt: () => void): ResidualTest[] {
  return (Object.keys(takenOut) as ResidualTest['on'][]).map((on, place) => {
    interrupt()
    const test = (column: Column): MeasureTest =>
      testSubjects(
        subjects.map(({ recordings }) => subjectZ(recordings.map((one) => partialRho(windowsOf([one], column, measure), takenOut[on])))),
        { seed, place: 1000 + 2 * place + columns.indexOf(column), matrix: null },
      )
    return { on, asRecorded: test('asRecorded'), rateMatched: hasColumn(subjects, 'rateMatched') ? test('rateMatched') : null }
  })
}

/** Correlation of ranks with the ranks of covariates taken out of both; NaN under eight windows, or where nothing is left. */
function partialRho(windows: MixedWindows, covariates: readonly ('density' | 'rateHz' | 'index')[]): number {
  const kept = [...windows.measure.keys()].filter((k) => windows.measure[k] !== null && windows.performance[k] !== null)
  if (kept.length < leastWindows) return NaN
  const ranks = (values: readonly (number | null)[]): Float64Array => meanRanks(kept.map((k) => values[k] ?? NaN))
  const others = covariates.map((name) => ranks(windows[name]))
  return pearson(residualsOf(ranks(windows.measure), others), residualsOf(ranks(windows.performance), others))
}

/** The windows of some recordings of one subject, one recording after another. */
function windowsOf(recordings: readonly CohortRecording[], column: Column, measure: string): MixedWindows {
  const parts = recordings.flatMap((recording) => {
    const own = recording[column],
      values = own?.measures[measure]
    return own && values ? [{ values, performance: recording.performance, density: own.density, rateHz: own.rateHz }] : []
  })
  return {
    measure: parts.flatMap(({ values }) => values),
    performance: parts.flatMap(({ performance }) => performance),
    density: parts.flatMap(({ density }) => density),
    rateHz: parts.flatMap(({ rateHz }) => rateHz),
    index: parts.flatMap(({ values }) => [...values.keys()]),
  }
}

function mixedFormOf(subjects: readonly Subject[], column: Column, measure: string, seed: number): MixedForm {
  const all = subjects.map(({ recordings }) => mixedSlope(windowsOf(recordings, column, measure))),
    slopes = all.filter(Number.isFinite),
    place = 2000 + columns.indexOf(column)
  return {
    column,
    slopes: all.map((slope) => (Number.isFinite(slope) ? slope : null)),
    meanSlope: slopes.length > 0 ? meanOf(slopes) : null,
    interval95: bootstrapInterval(slopes, uniformSequence(seed, 'bootstrap', [place, 0])),
    signFlip: slopes.length >= leastSubjects ? signFlip(slopes, uniformSequence(seed, 'permutation', [place, 0])) : null,
  }
}

/** Every two conditions: of the subjects that have both, or else of those that have one of them. */
function comparisons(subjects: readonly Subject[], column: Column, measure: string, seed: number): ConditionComparison[] {
  const conditions = [...new Set(subjects.flatMap(({ recordings }) => recordings.map(({ condition }) => condition)))].toSorted()
  const values = {
    slope: (own: CohortRecording[]): number => mixedSlope(windowsOf(own, column, measure)),
    level: (own: CohortRecording[]): number =>
      meanOf(own.map((one) => meanOf((one[column]?.measures[measure] ?? []).map((value) => value ?? NaN)))),
  }
  return conditions.flatMap((first, a) =>
    conditions.slice(a + 1).flatMap((second, b) =>
      (['slope', 'level'] as const).flatMap((what, w) => {
        const of = ({ recordings }: Subject, condition: string): number =>
          values[what](recordings.filter((recording) => recording.condition === condition))
        const pairs = subjects.map((subject) => [of(subject, first), of(subject, second)] as const)
        const place = 3000 + columns.indexOf(column) + 2 * (w + 2 * (a * conditions.length + b))
        const compared = compare(pairs, uniformSequence(seed, 'permutation', [place, 0]))
        return compared ? [{ what, column, first, second, ...compared }] : []
      }),
    ),
  )
}

function compare(
  pairs: readonly (readonly [number, number])[],
  uniform: () => number,
): Pick<ConditionComparison, 'how' | 'subjectCounts' | 'difference' | 'test'> | null {
  const both = pairs.filter(([one, other]) => Number.isFinite(one) && Number.isFinite(other)).map(([one, other]) => one - other)
  const alone = [0, 1].map((side) =>
    pairs.filter((pair) => Number.isFinite(pair[side]) && !Number.isFinite(pair[1 - side])).map((pair) => pair[side]!),
  )
  const [first = [], second = []] = alone
  if (both.length > 0 && both.length >= Math.min(first.length, second.length))
    return {
      how: 'within',
      subjectCounts: [both.length, both.length],
      difference: meanOf(both),
      test: both.length >= leastSubjects ? signFlip(both, uniform) : null,
    }
  if (first.length === 0 || second.length === 0) return null
  // Two in 40 ways to deal the subjects out are the least that could give p < 0.05.
  const isEnough = choose(first.length + second.length, first.length) > 40
  return {
    how: 'between',
    subjectCounts: [first.length, second.length],
    difference: meanOf(first) - meanOf(second),
    test: isEnough ? permuteSubjects(first, second, uniform) : null,
  }
}
