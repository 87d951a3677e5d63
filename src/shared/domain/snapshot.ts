import { z } from 'zod'

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

/** From a recording to snapshots (model spec 1.2 to 1.5). Times are from the start of the recording. */
export const snapshotRecipe = z.strictObject({
  binMs: z.number().min(1).max(60_000).default(50),
  windowS: z.number().gt(0).max(86_400).default(120),
  stepS: z.number().gt(0).max(86_400).default(60),
  /** spike counts as they are, or 0/1 occupancy (the published DishBrain matrices) */
  values: z.enum(['counts', 'occupancy']).default('counts'),
  edges: edgeRule.default({ rule: 'significance', alpha: 0.05 }),
  /** spikes only: leaves every channel with equally many spikes in every step, by one random thinning (model spec 1.6) */
  rateMatching: z
    .strictObject({ seed: seed.default(1) })
    .nullable()
    .default(null),
})
export type SnapshotRecipe = z.infer<typeof snapshotRecipe>

const preset = (settings: z.input<typeof snapshotRecipe>): SnapshotRecipe => snapshotRecipe.parse(settings)

export const snapshotPresets = {
  studio: preset({}),
  waves: preset({ binMs: 1000, windowS: 600, edges: { rule: 'proportional', density: 0.05 } }),
  dishbrain: preset({ edges: { rule: 'absolute', threshold: 0.6 } }),
  published: preset({ values: 'occupancy', edges: { rule: 'absolute', threshold: 0.6 } }),
}
export type SnapshotPreset = keyof typeof snapshotPresets

/**
 * The preset to begin with: recordings of retinal waves are slow events minutes apart, which windows of two minutes miss.
 * @param format of the recording's files
 */
export const presetFor = (format: string): SnapshotPreset => (format === 'retinal-wave-hdf5' ? 'waves' : 'studio')

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
  meanRateHz: z.number(),
  silentChannelCount: z.int().min(0),
})
export type Snapshot = z.infer<typeof snapshot>

/** What of a recording could not be used, so that it can be listed. */
export const leftOut = z.object({
  /** index into the recording's channels: too few spikes in some step to be rate-matched */
  channelIndexes: z.array(z.int()),
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
