import { z } from 'zod'

export const jobKind = z.enum(['import', 'snapshots', 'train', 'project', 'align', 'evaluate', 'cohort'])
export type JobKind = z.infer<typeof jobKind>
export const jobState = z.enum(['queued', 'running', 'paused', 'interrupted', 'done', 'cancelled', 'failed'])
export type JobState = z.infer<typeof jobState>

export const jobError = z.object({ code: z.string(), message: z.string(), hint: z.string(), details: z.record(z.string(), z.unknown()) })

/** A long step: what it does, how far it is, what came of it. */
export const job = z.object({
  id: z.int(),
  kind: jobKind,
  /** what it works on or makes: recording, snapshot set, model run or projection; null before it exists */
  subjectId: z.int().nullable(),
  state: jobState,
  phase: z.string(),
  done: z.number(),
  total: z.number(),
  /** an honest guess; null before there is one */
  leftS: z.number().nullable(),
  error: jobError.nullable(),
  createdAt: z.string(),
})
export type Job = z.infer<typeof job>
