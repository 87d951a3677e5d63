import { z } from 'zod'

/** How pairs become edges (model spec 1.5). */
export const edgeRule = z.discriminatedUnion('rule', [
  /** two-sided p of the circular-shift null, corrected over the pairs of a window, at most alpha */
  z.strictObject({ rule: z.literal('significance'), alpha: z.number().gt(0).max(0.5).default(0.05) }),
  z.strictObject({ rule: z.literal('absolute'), threshold: z.number().min(0).max(1).default(0.6) }),
  z.strictObject({ rule: z.literal('proportional'), density: z.number().gt(0).max(1).default(0.05) }),
])
export type EdgeRule = z.infer<typeof edgeRule>

/** From a recording to snapshots (model spec 1.2 to 1.5). Times are from the start of the recording. */
export const snapshotRecipe = z.strictObject({
  binMs: z.number().min(1).max(60_000).default(50),
  windowS: z.number().gt(0).max(86_400).default(120),
  stepS: z.number().gt(0).max(86_400).default(60),
  /** spike counts as they are, or 0/1 occupancy (the published DishBrain matrices) */
  values: z.enum(['counts', 'occupancy']).default('counts'),
  edges: edgeRule.default({ rule: 'significance', alpha: 0.05 }),
})
export type SnapshotRecipe = z.infer<typeof snapshotRecipe>

export const snapshotPresets = {
  studio: { binMs: 50, windowS: 120, stepS: 60, values: 'counts', edges: { rule: 'significance', alpha: 0.05 } },
  waves: { binMs: 1000, windowS: 600, stepS: 60, values: 'counts', edges: { rule: 'proportional', density: 0.05 } },
  dishbrain: { binMs: 50, windowS: 120, stepS: 60, values: 'counts', edges: { rule: 'absolute', threshold: 0.6 } },
  published: { binMs: 50, windowS: 120, stepS: 60, values: 'occupancy', edges: { rule: 'absolute', threshold: 0.6 } },
} as const satisfies Record<string, SnapshotRecipe>
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

/** All snapshots that one recipe made of one recording. */
export const snapshotSet = z.object({
  id: z.int(),
  recordingId: z.int(),
  recipe: snapshotRecipe,
  /** channels of the recording that are vertices, in order; excluded ones are left out */
  channelCount: z.int(),
  snapshotCount: z.int(),
  createdAt: z.string(),
})
export type SnapshotSet = z.infer<typeof snapshotSet>
