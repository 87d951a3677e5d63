import { z } from 'zod'
import { interval } from './interval.ts'
import { signalKindOf, type Recording, type SignalKind } from './recording.ts'

/** How pairs become edges (model spec 1.5). */
export const edgeRule = z.discriminatedUnion('rule', [
  /** two-sided p of the circular-shift null, corrected over the pairs of a window, at most alpha */
  z.strictObject({ rule: z.literal('significance'), alpha: z.number().gt(0).max(0.5).default(0.05) }),
  z.strictObject({ rule: z.literal('absolute'), threshold: z.number().min(0).max(1).default(0.6) }),
  z.strictObject({ rule: z.literal('proportional'), density: z.number().gt(0).max(1).default(0.05) }),
])
export type EdgeRule = z.infer<typeof edgeRule>

const seed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1)
  .default(1)

/** How strongly two channels go together in a window (model spec 1.4). Seeds are of the turns that measures without an exact null need. */
export const association = z.discriminatedUnion('measure', [
  z.strictObject({ measure: z.literal('pearson') }),
  z.strictObject({ measure: z.literal('spearman') }),
  /** spike time tiling coefficient of spikes within ±deltaMs, whatever the bins */
  z.strictObject({ measure: z.literal('tiling'), deltaMs: z.number().min(1).max(1000).default(50), seed }),
  z.strictObject({ measure: z.literal('partial'), seed }),
])
export type Association = z.infer<typeof association>
export type Measure = Association['measure']
export const measures = ['pearson', 'spearman', 'tiling', 'partial'] as const satisfies Measure[]

/** Windows of one length, by windowS and stepS, or one per labelled interval of the recording (model spec 1.3). */
export const windowRule = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('length') }),
  /** null: intervals of every label */
  z.strictObject({ by: z.literal('interval'), labels: z.array(z.string()).min(1).nullable().default(null) }),
])
export type WindowRule = z.infer<typeof windowRule>

/** Which eigenpairs of a window's correlation are kept: those above what independent channels reach (model spec 1.5). */
export const eigenvalueFilter = z.strictObject({
  bound: z.enum(['surrogates', 'marchenko-pastur']).default('surrogates'),
  /** leaves out the first pair, the mode that all channels share */
  dropsFirst: z.boolean().default(false),
  seed,
})
export type EigenvalueFilter = z.infer<typeof eigenvalueFilter>

/** From a recording to snapshots (model spec 1.2 to 1.6). Times are from the start of the recording. */
export const snapshotRecipe = z.strictObject({
  binMs: z.number().min(1).max(60_000).default(50),
  windows: windowRule.default({ by: 'length' }),
  windowS: z.number().gt(0).max(86_400).default(120),
  stepS: z.number().gt(0).max(86_400).default(60),
  /** spikes only: counts as they are, or 0/1 occupancy (the published DishBrain matrices) */
  values: z.enum(['counts', 'occupancy']).default('counts'),
  /** traces only: F as recorded, or ΔF/F over the running 8th percentile of 60 s */
  normalise: z.enum(['none', 'running-baseline']).default('none'),
  /** standard deviation of a Gaussian over the bins; null: none */
  smoothingMs: z.number().min(1).max(60_000).nullable().default(null),
  association: association.default({ measure: 'pearson' }),
  filter: eigenvalueFilter.nullable().default(null),
  edges: edgeRule.default({ rule: 'significance', alpha: 0.05 }),
  /** spikes only: leaves every channel with equally many spikes in every step, by one random thinning (model spec 1.6) */
  rateMatching: z.strictObject({ seed }).nullable().default(null),
})
export type SnapshotRecipe = z.infer<typeof snapshotRecipe>

/** Settings of a recipe that cannot go together, or not with the recording. */
export type RecipeConflict =
  | { code: 'snapshots/only-for-spikes' | 'snapshots/only-for-traces'; details: { setting: string } }
  | {
      code:
        | 'snapshots/no-significance-after-filter'
        | 'snapshots/no-significance-of-smoothed-counts'
        | 'snapshots/filter-needs-correlation'
        | 'snapshots/no-rate-matching-by-interval'
      details: Record<string, never>
    }

/** What speaks against each choice of a recipe; null where nothing does. Screens ask it before a person chooses, steps before they start. */
export function recipeConflict(recipe: SnapshotRecipe, signal: SignalKind): RecipeConflict | null {
  const { association: chosen, edges, filter, smoothingMs, rateMatching } = recipe
  const only = (kind: 'spikes' | 'traces', setting: string): RecipeConflict => ({
    code: `snapshots/only-for-${kind}`,
    details: { setting },
  })
  if (signal !== 'spikes' && chosen.measure === 'tiling') return only('spikes', 'tiling')
  if (signal === 'traces') {
    if (recipe.values === 'occupancy') return only('spikes', 'occupancy')
    if (rateMatching !== null) return only('spikes', 'rateMatching')
  } else if (recipe.normalise !== 'none') return only('traces', 'normalise')
  if (rateMatching !== null && recipe.windows.by === 'interval') return { code: 'snapshots/no-rate-matching-by-interval', details: {} }
  if (filter !== null && (chosen.measure === 'tiling' || chosen.measure === 'partial'))
    return { code: 'snapshots/filter-needs-correlation', details: {} }
  if (edges.rule !== 'significance') return null
  if (filter !== null) return { code: 'snapshots/no-significance-after-filter', details: {} }
  if (signal !== 'traces' && smoothingMs !== null && chosen.measure === 'pearson')
    return { code: 'snapshots/no-significance-of-smoothed-counts', details: {} }
  return null
}

const preset = (settings: z.input<typeof snapshotRecipe>): SnapshotRecipe => snapshotRecipe.parse(settings)

export const snapshotPresets = {
  studio: preset({}),
  waves: preset({ binMs: 1000, windowS: 600, edges: { rule: 'proportional', density: 0.05 } }),
  dishbrain: preset({ edges: { rule: 'absolute', threshold: 0.6 } }),
  rat: preset({ binMs: 25, windows: { by: 'interval' } }),
  published: preset({ values: 'occupancy', edges: { rule: 'absolute', threshold: 0.6 } }),
}
export type SnapshotPreset = keyof typeof snapshotPresets

/**
 * The preset to begin with: recordings of retinal waves are slow events minutes apart, which windows of two minutes miss.
 * @param format of the recording's files
 */
export const presetFor = (format: string): SnapshotPreset => (format === 'retinal-wave-hdf5' ? 'waves' : 'studio')

/** Widths that divide seconds, and what most windows are made of. */
const usualBinsMs = [50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000]

/** The recipe to begin with: the preset for the recording, in bins that its samples can fill. */
export function recipeFor(
  recording: Pick<Recording, 'format' | 'modality' | 'countBinMs' | 'samplingRateHz' | 'sampleCount' | 'startS' | 'endS'>,
): SnapshotRecipe {
  const recipe = snapshotPresets[presetFor(recording.format)],
    { countBinMs, samplingRateHz, sampleCount, startS, endS } = recording,
    kind = signalKindOf(recording)
  if (kind === 'counts' && countBinMs !== null) return { ...recipe, binMs: countBinMs * Math.max(1, Math.round(recipe.binMs / countBinMs)) }
  if (kind === 'spikes') return recipe
  // half a sample more than one, so that uneven sampling leaves no bin empty
  const leastMs = 1500 / (samplingRateHz ?? (sampleCount ?? 1) / (endS - startS))
  return { ...recipe, binMs: usualBinsMs.find((binMs) => binMs >= leastMs) ?? 10_000 }
}

/** One window of a snapshot set, in order of time. */
export const snapshot = z.object({
  index: z.int().min(0),
  startS: z.number(),
  endS: z.number(),
  edgeCount: z.int().min(0),
  density: z.number().min(0).max(1),
  /** the smallest |r| that is an edge; null where there is none */
  thresholdR: z.number().nullable(),
  meanAbsoluteR: z.number(),
  /** of traces, the mean of their values */
  meanRateHz: z.number(),
  /** without a spike in the window; of traces, without any change */
  silentChannelCount: z.int().min(0),
  /** share of the pairs that significance could test; null where edges come by another rule */
  testedShare: z.number().min(0).max(1).nullable(),
  /** of the interval that the window is; null of windows by length */
  label: z.string().nullable(),
})
export type Snapshot = z.infer<typeof snapshot>

/** What of a recording could not be used, so that it can be listed. */
export const leftOut = z.object({
  /** index into the recording's channels: too few spikes in some step to be rate-matched */
  channelIndexes: z.array(z.int()),
  /** too short for correlations; from the start of the recording */
  intervals: z.array(interval),
})
export type LeftOut = z.infer<typeof leftOut>

/** All snapshots that one recipe made of one recording. */
export const snapshotSet = z.object({
  id: z.int(),
  recordingId: z.int(),
  recipe: snapshotRecipe,
  /** channels of the recording that are vertices, in order; excluded ones are left out, and those that cannot be rate-matched */
  channelCount: z.int(),
  leftOut,
  snapshotCount: z.int(),
  createdAt: z.string(),
})
export type SnapshotSet = z.infer<typeof snapshotSet>
