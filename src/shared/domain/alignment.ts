import { z } from 'zod'
import { modelRecipe } from './model-run.ts'
import { float32, float64, int32 } from './numbers.ts'
import { snapshotRecipe } from './snapshot.ts'

/** How an alignment is measured and tested (model spec 7). */
export const alignmentRecipe = z.strictObject({
  /**
   * roles moved in space, or permuted within strata of degree and place; `automatic`: moved, and strata where positions are
   * missing or the layout has too few distinct maps
   */
  roleNull: z.enum(['automatic', 'moved', 'strata']).default('automatic'),
  /** relabellings of each snapshot; 0: no null of one snapshot */
  permutations: z.int().min(0).max(100_000).default(1000),
  /** circular shifts of the event train; 0: no null of the correlation with performance */
  shifts: z.int().min(0).max(100_000).default(1000),
  /**
   * recordings of turned spike trains that go through the whole line, graphs and training too: slow; 0: none, else at least 20
   */
  wholeLine: z.union([z.literal(0), z.int().min(20).max(1000)]).default(0),
  /** nearest channels that mixing and purity look at */
  neighbourCount: z.int().min(1).max(200).default(10),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
})
export type AlignmentRecipe = z.infer<typeof alignmentRecipe>

/** Measured on the embedding, the primary one first. */
export const embeddingMeasures = ['coupling', 'couplingCosine', 'direction', 'mixing', 'purity', 'regionReadOut'] as const
/** What needs no model: the same measures on principal components of |r|, edges and mean |r| between roles, density, rate, silent channels. */
export const simpleMeasures = [
  'couplingPca8',
  'directionPca8',
  'mixingPca8',
  'crossRoleDensity',
  'crossOverWithin',
  'crossMinusWithin',
  'density',
  'meanRateHz',
  'silentChannels',
] as const
export const alignmentMeasures = [...embeddingMeasures, ...simpleMeasures] as const
export const isSimpleMeasure = (measure: string): boolean => (simpleMeasures as readonly string[]).includes(measure)
export const alignmentMeasure = z.enum(alignmentMeasures)
export type AlignmentMeasure = z.infer<typeof alignmentMeasure>

/** What ranks are residualised on (model spec 7.4). */
export const controlNames = ['density', 'meanRateHz', 'windowIndex', 'all'] as const
export const controlName = z.enum(controlNames)
export type ControlName = z.infer<typeof controlName>

/** Why something could not be computed; a sentence stands in the locales under `alignments.reason`. */
export const alignmentReasons = [
  'no-sensory',
  'no-motor',
  'no-paddle-directions',
  'no-regions',
  'too-few-connected',
  'too-few-neighbours',
  'no-null-asked',
  'no-positions',
  'too-few-maps',
  'no-events',
  'performance-constant',
  'measure-constant',
  'too-few-windows',
  'not-trained-beside',
  'rate-matching-not-applicable',
  'too-few-rate-matched',
  'earlier-version',
] as const
export const alignmentReason = z.enum(alignmentReasons)
export type AlignmentReason = z.infer<typeof alignmentReason>

/** Spearman's ρ with the hit ratio beside its null of circular shifts of the event train. */
export const shiftTest = z.object({
  rho: z.number().nullable(),
  /** two-sided, (1 + b)/(1 + m) */
  p: z.number().nullable(),
})
export type ShiftTest = z.infer<typeof shiftTest>

/** A measure beside recordings of turned spike trains that went through the whole line (model spec 7.3). */
export const wholeLineNull = z.object({
  /** recordings that were turned, and those in which the measure has a value in some window */
  turnCount: z.int(),
  valueCount: z.int(),
  /** mean over windows: as it is, between which 95 % of the turned recordings lie, two-sided p; null with fewer than 19 values */
  mean: z.number().nullable(),
  null95: z.tuple([z.number(), z.number()]).nullable(),
  p: z.number().nullable(),
  /** two-sided p of each window, null where there are fewer than 19 values; [windows] */
  windowP: z.array(z.number().nullable()),
  /** two-sided p of ρ with the hit ratio */
  rhoP: z.number().nullable(),
})
export type WholeLineNull = z.infer<typeof wholeLineNull>

/** How one series goes with the performance (model spec 7.4, 1): it describes a recording and claims nothing. */
export const performanceCorrelation = shiftTest.extend({
  /** windows with events and a value */
  windowCount: z.int(),
  /** between which 95 % of the null lie */
  null95: z.tuple([z.number(), z.number()]).nullable(),
  /** of ranks residualised on one control or all of them */
  residual: z.record(controlName, shiftTest),
  reason: alignmentReason.nullable(),
  /** null where it was not asked for */
  wholeLine: wholeLineNull.nullable().default(null),
})
export type PerformanceCorrelation = z.infer<typeof performanceCorrelation>

/** Two-sided p of each window against relabelled roles, and that null's mean and SD; [windows], NaN where there is none. */
export const roleNullOfMeasure = z.object({ p: float64, mean: float64, sd: float64 })

/** One measure in every window, averaged over seeds. */
export const alignmentSeries = z.object({
  /** [windows], NaN where it cannot be computed */
  perWindow: float64,
  /** why windows have no value; null where all have */
  reason: alignmentReason.nullable(),
  roleNull: roleNullOfMeasure.nullable(),
  performance: performanceCorrelation,
})
export type AlignmentSeries = z.infer<typeof alignmentSeries>

/** The maps on the array (model spec 7.2); channels are the column's, NaN where there is no value. */
export const alignmentMaps = z.object({
  /** channel score averaged over seeds, [windows, channels] */
  level: float32,
  /** the same in SDs of the null of relabelled roles, [windows, channels] */
  levelZ: float32,
  /** over windows, [channels] */
  meanLevel: float32,
  meanLevelZ: float32,
  /** standard error of meanLevel by block bootstrap of windows, and over seeds; [channels] */
  windowSe: float32,
  seedSe: float32,
  /** performance correlation, its p against shifted event trains, and q within the map; [channels] */
  b: float32,
  p: float32,
  q: float32,
  /** mean level of the best three windows less that of the worst three, [channels] */
  highMinusLow: float32,
  /** share of windows and seeds in which the channel has an edge, [channels] */
  connectedShare: float32,
})
export type AlignmentMaps = z.infer<typeof alignmentMaps>

/** One side of the result: as recorded, or rate-matched with the channels that could be matched. */
export const alignmentColumn = z.object({
  /** in order; one model run each */
  seeds: z.array(z.int()),
  modelRunIds: z.array(z.int()),
  /** index into the recording's channels, [channels] */
  channelIndexes: int32,
  /** which relabelling was used and how many distinct maps of roles it drew; null where no snapshot was tested */
  roleNull: z.object({ kind: z.enum(['moved', 'strata']), distinctMapCount: z.int() }).nullable(),
  /** why there is no null of one snapshot, or why the one asked for could not be had */
  roleNullReason: alignmentReason.nullable(),
  measures: z.record(alignmentMeasure, alignmentSeries),
  maps: alignmentMaps,
  /** mean performance correlation of the channels of each region that have one */
  regions: z.array(z.object({ region: z.string(), channelCount: z.int(), meanB: z.number().nullable() })),
})
export type AlignmentColumn = z.infer<typeof alignmentColumn>

/** Which channels are too few to be rate-matched: `kept` of `of`, where `needed` would do; and a step that would give them. */
export const matchingShortage = z.object({
  group: z.enum(['all', 'sensory', 'motor']),
  kept: z.int(),
  of: z.int(),
  needed: z.int(),
  stepS: z.number(),
  /** null: none would */
  longerStepS: z.number().nullable(),
})
export type MatchingShortage = z.infer<typeof matchingShortage>

/** The alignment of one recording: all seeds of one training, both columns (model spec 7). */
export const alignment = z.object({
  id: z.int(),
  recordingId: z.int(),
  /** as recorded */
  snapshotSetId: z.int(),
  recipe: alignmentRecipe,
  /** from the start of the recording, [windows] */
  windowStartS: float64,
  windowEndS: float64,
  /** NaN in a window without events, [windows] */
  hitRatio: float64,
  asRecorded: alignmentColumn,
  rateMatched: alignmentColumn.nullable(),
  /** why there is no rate-matched column */
  rateMatchedReason: alignmentReason.nullable(),
  shortage: matchingShortage.nullable(),
  createdAt: z.string(),
})
export type Alignment = z.infer<typeof alignment>

/** An alignment in a list: how coupling goes with the performance. */
export const alignmentSummary = z.object({
  id: z.int(),
  recordingId: z.int(),
  snapshotSetId: z.int(),
  snapshots: snapshotRecipe,
  /** of one of its seeds; null where all were removed */
  training: modelRecipe.nullable(),
  recipe: alignmentRecipe,
  seeds: z.array(z.int()),
  rateMatchedSeeds: z.array(z.int()),
  rho: z.number().nullable(),
  p: z.number().nullable(),
  /** why there is no rho */
  reason: alignmentReason.nullable(),
  rhoRateMatched: z.number().nullable(),
  pRateMatched: z.number().nullable(),
  createdAt: z.string(),
})
export type AlignmentSummary = z.infer<typeof alignmentSummary>
