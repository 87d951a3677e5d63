import { z } from 'zod'
import { job } from '../domain/job.ts'
import { epochRecord } from '../domain/model-run.ts'

/** What the host tells without being asked. */
export const notice = z.discriminatedUnion('notice', [
  z.object({ notice: z.literal('job'), job }),
  z.object({ notice: z.literal('epoch'), modelRunId: z.int(), record: epochRecord }),
  /** a training goes on on another engine; `because` in words */
  z.object({ notice: z.literal('engine'), modelRunId: z.int(), engine: z.string(), because: z.string() }),
  /** how far a simulation is; `total` is channels of all its cultures */
  z.object({ notice: z.literal('simulation'), out: z.string(), done: z.number(), total: z.number() }),
  /** rows of an area changed: read them again */
  z.object({
    notice: z.literal('changed'),
    area: z.enum([
      'projects',
      'recordings',
      'snapshots',
      'modelRuns',
      'embeddings',
      'alignments',
      'evaluations',
      'jobs',
      'cohorts',
      'recipes',
    ]),
  }),
])
export type Notice = z.infer<typeof notice>
