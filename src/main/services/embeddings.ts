import type { Handlers } from '../../shared/contract/contract.ts'
import { fail } from '../../shared/contract/errors.ts'
import { isWindowModel } from '../../shared/domain/model-run.ts'
import { hashOf } from '../store/blobs.ts'
import { getEmbedding, type Embedding } from '../store/embeddings.ts'
import { getModelRun } from '../store/model-runs.ts'
import type { ReadableDB } from '../store/open.ts'
import { findProjection, insertProjection, listProjections } from '../store/projections.ts'
import { noteProvenance } from '../store/provenance.ts'
import { nowIso, openDb, writableDb, type Context } from './context.ts'
import { startJob } from './jobs.ts'

export function embeddingServices(context: Context): Pick<Handlers, 'embeddings.get' | 'embeddings.project' | 'embeddings.projections'> {
  return {
    'embeddings.get': ({ modelRunId }) => {
      const { mean, logVariance, shape } = anyEmbedding(openDb(context), modelRunId)
      return { mean, logVariance, shape }
    },
    'embeddings.project': ({ modelRunId, recipe }) => {
      const db = writableDb(context)
      const { mean, shape } = finishedEmbedding(db, modelRunId)
      const found = findProjection(db, modelRunId, recipe)
      if (found !== null) return { jobId: null, projectionId: found }
      const jobId = startJob(context, 'project', {
        subjectId: null,
        input: () => ({ mean, shape, recipe }),
        keep: (made, seconds) => {
          const id = db.transaction(() => {
            const { coordinates, trustworthiness, kl, explainedVariance } = made
            const projectionId = insertProjection(db, {
              modelRunId,
              recipe,
              coordinates,
              trustworthiness,
              kl,
              explainedVariance,
              createdAt: nowIso(context),
            })
            noteProvenance(db, {
              step: 'project',
              subjectId: projectionId,
              inputHash: hashOf(mean),
              recipe,
              seed: 'seed' in recipe ? recipe.seed : null,
              engine: null,
              version: context.version,
              seconds,
              madeAt: nowIso(context),
            })
            return projectionId
          })()
          context.notify({ notice: 'changed', area: 'embeddings' })
          return id
        },
      })
      return { jobId, projectionId: null }
    },
    'embeddings.projections': () => ({ projections: listProjections(openDb(context)) }),
  }
}

/**
 * The vectors of channels.
 * @throws model-runs/not-found, model-runs/not-finished, model-runs/no-channel-vectors of a model that has none
 */
export function finishedEmbedding(db: ReadableDB, modelRunId: number): Embedding {
  const embedding = anyEmbedding(db, modelRunId),
    { model } = getModelRun(db, modelRunId).recipe
  if (isWindowModel(model)) throw fail('model-runs/no-channel-vectors', { id: modelRunId, model })
  return embedding
}

/** The vectors of channels, or of windows. @throws model-runs/not-found, model-runs/not-finished */
function anyEmbedding(db: ReadableDB, modelRunId: number): Embedding {
  getModelRun(db, modelRunId)
  const embedding = getEmbedding(db, modelRunId)
  if (!embedding) throw fail('model-runs/not-finished', { id: modelRunId })
  return embedding
}
