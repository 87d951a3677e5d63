import { z } from 'zod'
import { float32 } from '../domain/numbers.ts'
import { projection, projectionRecipe } from '../domain/projection.ts'
import { route } from './route.ts'

const id = z.int().min(1)

export const embeddings = {
  /** mean and log-variance, [snapshots, channels, 8] */
  'embeddings.get': route(
    z.strictObject({ modelRunId: id }),
    z.object({
      mean: float32,
      logVariance: float32,
      shape: z.object({ snapshotCount: z.int(), channelCount: z.int(), latentCount: z.int() }),
    }),
    ['project/none-open', 'model-runs/not-found', 'model-runs/not-finished'],
  ),
  /** the same recipe on the same run gives the projection that is already there */
  'embeddings.project': route(
    z.strictObject({ modelRunId: id, recipe: projectionRecipe }),
    z.object({ jobId: z.int().nullable(), projectionId: z.int().nullable() }),
    ['project/none-open', 'model-runs/not-found', 'model-runs/not-finished', 'model-runs/no-channel-vectors'],
  ),
  'embeddings.projections': route(z.strictObject({}), z.object({ projections: z.array(projection) }), ['project/none-open']),
}
