import { z } from 'zod'
import { alignmentRecipe } from './alignment.ts'
import { jobError } from './job.ts'
import { modelRecipe } from './model-run.ts'
import { snapshotRecipe } from './snapshot.ts'

/** One recipe for every step that recordings go through from snapshots to alignment. */
export const lineRecipe = z.strictObject({
  snapshots: snapshotRecipe.prefault({}),
  /** its seed is the first */
  model: modelRecipe.prefault({}),
  /** trainings of each recording, with seeds that follow the first */
  seedCount: z.int().min(1).max(100).default(1),
  /** each training also on rate-matched snapshots */
  beside: z.enum(['rate-matched', 'none']).default('rate-matched'),
  alignment: alignmentRecipe.prefault({}),
})
export type LineRecipe = z.infer<typeof lineRecipe>

export const lineSteps = ['waiting', 'snapshots', 'train', 'align', 'done', 'failed', 'stopped'] as const

/** How far one recording is; `seed` while it trains. */
export const lineRow = z.object({
  recordingId: z.int(),
  step: z.enum(lineSteps),
  seed: z.int().nullable(),
  /** the job that runs for it; null between steps */
  jobId: z.int().nullable(),
  /** why it failed, in words */
  error: jobError.nullable(),
})
export type LineRow = z.infer<typeof lineRow>

/** Many recordings on their way; lives as long as the project is open. */
export const line = z.object({
  isRunning: z.boolean(),
  rows: z.array(lineRow),
  /** the cohort of all that arrived; null before, or where nothing could be tested */
  cohortId: z.int().nullable(),
})
export type Line = z.infer<typeof line>
