import { z } from 'zod'
import { importAnswers } from './inspection.ts'
import { engineWord } from './model-run.ts'
import { region } from './region.ts'

export const projectSummary = z.object({
  name: z.string(),
  path: z.string(),
  readOnly: z.boolean(),
  recordingCount: z.int(),
  snapshotSetCount: z.int(),
  modelRunCount: z.int(),
  projectionCount: z.int(),
})
export type ProjectSummary = z.infer<typeof projectSummary>

export const recentProject = z.object({ path: z.string(), name: z.string(), openedAt: z.string(), exists: z.boolean() })
export type RecentProject = z.infer<typeof recentProject>

export const settings = z.object({
  language: z.enum(['en', 'zh']).nullable(),
  theme: z.enum(['system', 'light', 'dark']),
  /** for trainings where nobody names one */
  engine: engineWord,
  /** threads of a training at most; null: as many as there are cores */
  threads: z.int().min(1).max(16).nullable(),
})
export type Settings = z.infer<typeof settings>

/** What a person answered when a recording of this format came in last: offered when the next one does. */
export const rememberedRig = z.object({
  format: z.string(),
  set: importAnswers,
  /** regions by the labels of their channels; empty where none were drawn */
  regions: z.array(region.extend({ channelLabels: z.array(z.string()) })),
  importedAt: z.string(),
})
export type RememberedRig = z.infer<typeof rememberedRig>

/** How a result came to be: enough to make it again. */
export const provenance = z.object({
  step: z.string(),
  subjectId: z.int(),
  inputHash: z.string(),
  recipe: z.unknown(),
  seed: z.int().nullable(),
  engine: z.string().nullable(),
  version: z.string(),
  seconds: z.number(),
  madeAt: z.string(),
})
export type Provenance = z.infer<typeof provenance>
