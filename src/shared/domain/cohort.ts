import { z } from 'zod'
import { alignmentReason, type AlignmentMeasure } from './alignment.ts'

/** A test below this p passes (model spec 7.4.6). */
export const claimLevel = 0.05

/** With five subjects the smallest two-sided sign-flip p is 2/32; with six 2/64 < 0.05. @source model spec 7.4.2 */
export const leastSubjects = 6

const permutationTest = z.object({
  p: z.number(),
  /** of all permutations, else of drawn ones */
  exact: z.boolean(),
  permutationCount: z.int(),
})

/** One measure against performance over the subjects of a cohort (model spec 7.4). */
export const measureTest = z.object({
  /** Fisher-z of each subject, in the order of the cohort's subjects; null without a ρ */
  z: z.array(z.number().nullable()),
  /** subjects that have one */
  subjectCount: z.int(),
  /** back from the mean of z; null without subjects */
  meanRho: z.number().nullable(),
  /** percentile bootstrap of the subjects; null with fewer than two */
  interval95: z.tuple([z.number(), z.number()]).nullable(),
  /** null with fewer than six subjects */
  signFlip: permutationTest.nullable(),
  swap: permutationTest.nullable(),
  /** subjects needed in all: for any p < 0.05, and for 80 % power (null: cannot be said, or over 1,000) */
  needed: z.object({ forTest: z.int(), forPower: z.int().nullable() }),
})
export type MeasureTest = z.infer<typeof measureTest>

export const columns = ['asRecorded', 'rateMatched'] as const
export type Column = (typeof columns)[number]

/** What can be said of a cohort's primary measure in one line (model spec 7.4.6). */
export const verdicts = [
  /** both tests pass in the rate-matched column */
  'claimed',
  /** both pass as recorded, and not rate-matched: firing rates may explain it */
  'only-as-recorded',
  /** both pass as recorded, and there is no rate-matched column to ask */
  'not-rate-matched',
  /** sign-flip passes, swap does not: what drifts in a session would look the same */
  'follows-time',
  'nothing-found',
  /** under six subjects: estimates and no p */
  'too-few-subjects',
  /** no recording has enough windows with events */
  'no-performance',
  /** there is a performance, and nowhere a ρ of the primary measure with it */
  'no-measure',
] as const
export type Verdict = (typeof verdicts)[number]

/** A simple marker beside the primary measure. */
export const counterpart = z.object({
  measure: z.string(),
  meanRho: z.number(),
  /** primary minus this one, per subject in the primary's direction: interval of the mean difference of z */
  lead95: z.tuple([z.number(), z.number()]).nullable(),
  /** the interval does not lie above 0: this marker does as well */
  doesAsWell: z.boolean(),
})

export const claim = z.object({
  verdict: z.enum(verdicts),
  /** whose numbers the line gives */
  column: z.enum(columns),
  direction: z.enum(['positive', 'negative']).nullable(),
  /** simple markers that follow performance in the same column, the closest first */
  counterparts: z.array(counterpart),
})
export type Claim = z.infer<typeof claim>

export const measureKinds = ['primary', 'second', 'counterpart'] as const

/** A measure in both columns; q is p of the sign-flip test, BH-corrected over all but the primary. */
export const cohortMeasure = z.object({
  measure: z.string(),
  kind: z.enum(measureKinds),
  asRecorded: measureTest,
  rateMatched: measureTest.nullable(),
  q: z.object({ asRecorded: z.number().nullable(), rateMatched: z.number().nullable() }),
})
export type CohortMeasure = z.infer<typeof cohortMeasure>

/** The primary measure with what a window's density, rate or place in the session explains taken out of both sides. */
export const residualTest = z.object({
  on: z.enum(['density', 'rate', 'index', 'all']),
  asRecorded: measureTest,
  rateMatched: measureTest.nullable(),
})
export type ResidualTest = z.infer<typeof residualTest>

/** The mean performance correlation of a region's channels; q is the larger p, BH-corrected over all regions and both columns. */
export const regionTest = z.object({
  region: z.string(),
  asRecorded: measureTest,
  rateMatched: measureTest.nullable(),
  q: z.object({ asRecorded: z.number().nullable(), rateMatched: z.number().nullable() }),
})
export type RegionTest = z.infer<typeof regionTest>

export const conditionComparison = z.object({
  /** slope of rank on rank, or the mean of the primary measure */
  what: z.enum(['slope', 'level']),
  column: z.enum(columns),
  first: z.string(),
  second: z.string(),
  /** of the same subjects, or of different ones */
  how: z.enum(['within', 'between']),
  subjectCounts: z.tuple([z.int(), z.int()]),
  /** first minus second */
  difference: z.number(),
  test: permutationTest.nullable(),
})
export type ConditionComparison = z.infer<typeof conditionComparison>

/** rank(coupling) = subject + slope·rank(performance) + density + rate + index, slopes tested over subjects (model spec 7.4.4). */
export const mixedForm = z.object({
  column: z.enum(columns),
  /** as of ranks between 0 and 1, one per subject; null where it cannot be fitted */
  slopes: z.array(z.number().nullable()),
  meanSlope: z.number().nullable(),
  interval95: z.tuple([z.number(), z.number()]).nullable(),
  signFlip: permutationTest.nullable(),
})
export type MixedForm = z.infer<typeof mixedForm>

/** All that was tested of one cohort. */
export const cohortFindings = z.object({
  subjects: z.array(
    z.object({
      subject: z.string(),
      recordingCount: z.int(),
      /** why the primary measure has no ρ as recorded; null where it has one, or an earlier version did not say */
      reason: alignmentReason.nullable().default(null),
    }),
  ),
  measures: z.array(cohortMeasure),
  residuals: z.array(residualTest),
  /** none in a result of an earlier version */
  regions: z.array(regionTest).default([]),
  mixed: z.array(mixedForm),
  conditions: z.array(conditionComparison),
  claim,
})
export type CohortFindings = z.infer<typeof cohortFindings>

/** What a cohort's statistics are asked of each recording's alignment, the primary measure first. */
export const cohortMeasureNames = [
  { measure: 'coupling', kind: 'primary' },
  { measure: 'couplingCosine', kind: 'second' },
  { measure: 'direction', kind: 'second' },
  { measure: 'mixing', kind: 'second' },
  { measure: 'purity', kind: 'second' },
  { measure: 'couplingPca8', kind: 'counterpart' },
  { measure: 'directionPca8', kind: 'second' },
  { measure: 'mixingPca8', kind: 'second' },
  { measure: 'crossRoleDensity', kind: 'counterpart' },
  { measure: 'crossOverWithin', kind: 'counterpart' },
  { measure: 'crossMinusWithin', kind: 'counterpart' },
  { measure: 'density', kind: 'counterpart' },
  { measure: 'meanRateHz', kind: 'counterpart' },
  { measure: 'regionReadOut', kind: 'second' },
  { measure: 'silentChannels', kind: 'counterpart' },
] as const satisfies readonly { measure: AlignmentMeasure; kind: CohortMeasure['kind'] }[]

export const cohortRecipe = z.strictObject({
  /** of drawn permutations and resamples */
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
})
export type CohortRecipe = z.infer<typeof cohortRecipe>

export const cohortResult = z.object({
  id: z.int(),
  recipe: cohortRecipe,
  /** the recordings' alignments that were put together, in ascending order */
  alignmentIds: z.array(z.int()),
  findings: cohortFindings,
  createdAt: z.string(),
})
export type CohortResult = z.infer<typeof cohortResult>

export const cohortSummary = z.object({
  id: z.int(),
  recipe: cohortRecipe,
  alignmentIds: z.array(z.int()),
  subjectCount: z.int(),
  claim,
  createdAt: z.string(),
})
export type CohortSummary = z.infer<typeof cohortSummary>
