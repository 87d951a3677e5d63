import { z } from 'zod'
import { beside, engineWord, heldOutScores, modelRecipe, modelRun } from '../domain/model-run.ts'
import { route } from './route.ts'

const id = z.int().min(1)
const one = z.strictObject({ modelRunId: id })
const errors = ['project/none-open', 'model-runs/not-found'] as const

export const modelRuns = {
  /** what a training would need, before it starts */
  'modelRuns.estimate': route(
    z.strictObject({ snapshotSetId: id, recipe: modelRecipe }),
    z.object({
      peakMemoryMB: z.number(),
      freeMemoryMB: z.number(),
      /** where it is too large: the most windows, or the most channels, that would fit; null where it fits */
      fits: z.object({ snapshotCount: z.int(), channelCount: z.int() }).nullable(),
      parameterCount: z.int(),
      /** seconds on one thread of a usual PC, within a factor of three */
      roughS: z.number(),
      engine: z.string(),
    }),
    ['project/none-open', 'snapshots/not-found'],
  ),
  'modelRuns.start': route(
    z.strictObject({
      snapshotSetId: id,
      recipe: modelRecipe,
      engine: engineWord.default('auto'),
      /** the same training on the same snapshots with rates matched, made where they are missing; one thinning per seed */
      beside: z.enum(['rate-matched', 'none']).default('rate-matched'),
    }),
    z.object({ jobId: z.int(), modelRunId: z.int(), beside }),
    ['project/none-open', 'snapshots/not-found', 'model-runs/too-large', 'engines/none-starts'],
  ),
  /** finds, goes on with or begins the rate-matched training beside a run that is there */
  'modelRuns.beside': route(one, beside, [...errors, 'project/read-only', 'engines/none-starts']),
  'modelRuns.list': route(z.strictObject({}), z.object({ modelRuns: z.array(modelRun) }), ['project/none-open']),
  'modelRuns.get': route(one, modelRun, errors),
  /** how well a finished run that held pairs out finds their edges */
  'modelRuns.links': route(one, heldOutScores, [
    ...errors,
    'model-runs/not-finished',
    'model-runs/no-channel-vectors',
    'model-runs/nothing-held-out',
  ]),
  /** stops within a second and keeps the last epoch's checkpoint */
  'modelRuns.pause': route(one, z.object({}), errors),
  'modelRuns.resume': route(one, z.object({ jobId: z.int() }), [...errors, 'model-runs/not-resumable']),
  'modelRuns.cancel': route(one, z.object({}), errors),
  'modelRuns.remove': route(one, z.object({}), errors),
}
