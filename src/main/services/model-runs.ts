import { freemem } from 'node:os'
import type { Handlers } from '../../shared/contract/contract.ts'
import { CodedError, fail } from '../../shared/contract/errors.ts'
import {
  isWindowModel,
  readsR,
  modelRecipe,
  type Beside,
  type HeldOutScores,
  type ModelRecipe,
  type ModelRun,
} from '../../shared/domain/model-run.ts'
import { listJobs, type JobRow } from '../store/jobs.ts'
import type { StepInput } from '../jobs/thread.ts'
import { estimateTraining, whatFits } from '../jobs/training-estimate.ts'
import { putEmbedding } from '../store/embeddings.ts'
import {
  dropEpochsFrom,
  getCheckpoint,
  getModelRun,
  insertModelRun,
  listModelRuns,
  putCheckpoint,
  removeModelRun,
  setRunEngine,
  setRunState,
} from '../store/model-runs.ts'
import type { ReadableDB, WritableDB } from '../store/open.ts'
import { noteProvenance } from '../store/provenance.ts'
import { getRecording } from '../store/recordings.ts'
import { getChannelValues, getEdges, getGraphs, getNodeStatistics, getSnapshotSet, graphsHash, listSnapshots } from '../store/snapshots.ts'
import { heldOutLinks } from '../science/evaluation/held-out-links.ts'
import { finishedEmbedding } from './embeddings.ts'
import { epochRecords } from './epoch-records.ts'
import { nowIso, openDb, writableDb, type Context } from './context.ts'
import { languageOf, startJob } from './jobs.ts'
import { trainBeside } from './rate-matched-training.ts'
import { readRemembered } from './settings.ts'
import { snapshotsInputOf } from './snapshots.ts'

type Names =
  | 'modelRuns.estimate'
  | 'modelRuns.start'
  | 'modelRuns.beside'
  | 'modelRuns.list'
  | 'modelRuns.get'
  | 'modelRuns.pause'
  | 'modelRuns.resume'
  | 'modelRuns.cancel'
  | 'modelRuns.remove'
  | 'modelRuns.links'

export function modelRunServices(context: Context): Pick<Handlers, Names> {
  const changed = (): void => context.notify({ notice: 'changed', area: 'modelRuns' })
  return {
    'modelRuns.estimate': ({ snapshotSetId, recipe }) => estimateOf(context, openDb(context), snapshotSetId, recipe),
    'modelRuns.start': ({ snapshotSetId, recipe, engine, beside }) => {
      const db = writableDb(context)
      const { peakMemoryMB, freeMemoryMB, fits } = estimateOf(context, db, snapshotSetId, recipe)
      if (fits !== null)
        throw fail('model-runs/too-large', { neededMB: Math.ceil(peakMemoryMB), freeMB: Math.floor(freeMemoryMB), ...fits })
      const begun = beginRun(context, db, { snapshotSetId, recipe, engine: wantedEngine(context, engine) })
      if (beside === 'none') return { ...begun, beside: { reason: 'not-asked', snapshotsJobId: null, jobId: null, modelRunId: null } }
      return { ...begun, beside: besideOf(context, db, begun.modelRunId) }
    },
    'modelRuns.beside': ({ modelRunId }) => besideOf(context, writableDb(context), modelRunId),
    'modelRuns.links': ({ modelRunId }) => linksOf(openDb(context), modelRunId),
    'modelRuns.list': () => ({ modelRuns: listModelRuns(openDb(context)) }),
    'modelRuns.get': ({ modelRunId }) => getModelRun(openDb(context), modelRunId),
    'modelRuns.pause': async ({ modelRunId }) => {
      await stopTraining(context, modelRunId, 'paused')
      return {}
    },
    'modelRuns.resume': ({ modelRunId }) => {
      const db = writableDb(context)
      const { state } = getModelRun(db, modelRunId)
      if (state !== 'paused' && state !== 'interrupted' && state !== 'failed') throw fail('model-runs/not-resumable', { id: modelRunId })
      return { jobId: resumeRun(context, db, modelRunId) }
    },
    'modelRuns.cancel': async ({ modelRunId }) => {
      const db = writableDb(context)
      await stopTraining(context, modelRunId, 'cancelled')
      const { state } = getModelRun(db, modelRunId)
      if (state === 'paused' || state === 'interrupted') setRunState(db, modelRunId, 'cancelled')
      changed()
      return {}
    },
    'modelRuns.remove': async ({ modelRunId }) => {
      const db = writableDb(context)
      await stopTraining(context, modelRunId, 'cancelled')
      getModelRun(db, modelRunId)
      removeModelRun(db, modelRunId)
      changed()
      context.notify({ notice: 'changed', area: 'embeddings' })
      return {}
    },
  }
}

/** @throws model-runs/nothing-held-out, model-runs/not-found, model-runs/not-finished */
function linksOf(db: ReadableDB, id: number): HeldOutScores {
  const { recipe, snapshotSetId } = getModelRun(db, id)
  if (recipe.heldOut === null) throw fail('model-runs/nothing-held-out', { id })
  const { mean, shape } = finishedEmbedding(db, id)
  const { channelCount, latentCount } = shape
  return heldOutLinks({ edges: getEdges(db, snapshotSetId), channelCount, mean, latentCount, heldOut: recipe.heldOut })
}

type NewRun = { snapshotSetId: number; recipe: ModelRecipe; engine: string }

function beginRun(context: Context, db: WritableDB, fresh: NewRun): { jobId: number; modelRunId: number } {
  const modelRunId = insertModelRun(db, { ...fresh, createdAt: nowIso(context) })
  context.notify({ notice: 'changed', area: 'modelRuns' })
  return { jobId: startTraining(context, db, modelRunId), modelRunId }
}

function resumeRun(context: Context, db: WritableDB, modelRunId: number): number {
  setRunState(db, modelRunId, 'queued')
  context.notify({ notice: 'changed', area: 'modelRuns' })
  return startTraining(context, db, modelRunId)
}

function besideOf(context: Context, db: WritableDB, modelRunId: number): Beside {
  const run = getModelRun(db, modelRunId)
  return trainBeside(context, run, {
    start: (snapshotSetId) => beginRun(context, db, { snapshotSetId, recipe: run.recipe, engine: run.engine }),
    resume: (id) => resumeRun(context, db, id),
  })
}

function startTraining(context: Context, db: WritableDB, runId: number): number {
  const run = getModelRun(db, runId)
  const set = getSnapshotSet(db, run.snapshotSetId)
  const changed = (): void => context.notify({ notice: 'changed', area: 'modelRuns' }),
    epochs = epochRecords(context, db, runId)
  return startJob(context, 'train', {
    subjectId: runId,
    input: () => {
      const from = getCheckpoint(db, runId)
      dropEpochsFrom(db, runId, from?.epoch ?? 0)
      const nodeStatistics = run.recipe.features === 'node-statistics' ? getNodeStatistics(db, set.id) : null,
        kept = readsR(run.recipe) ? getGraphs(db, set.id) : { edges: getEdges(db, set.id), r: [] },
        graphs = { channelCount: set.channelCount, snapshotCount: set.snapshotCount, ...kept, nodeStatistics }
      return {
        graphs,
        recipe: run.recipe,
        source: sourceOf(db, run),
        from,
        engine: run.engine,
        threadLimit: readRemembered(context).settings.threads,
      }
    },
    // both were read for this job alone
    handsOver: ({ graphs }) => [...graphs.edges, ...graphs.r],
    onNotice: (notice) => {
      if (notice.kind === 'epoch') epochs.take(notice.record)
      else if (notice.kind === 'checkpoint') {
        epochs.keepAll()
        putCheckpoint(db, runId, notice.checkpoint)
      } else if (notice.kind === 'engine') {
        const { left } = notice.choice,
          because = left && context.explain(new CodedError(left.code as CodedError['code'], left.details), languageOf(context)).message
        setRunEngine(db, runId, notice.engine, notice.choice)
        if (because !== null) context.notify({ notice: 'engine', modelRunId: runId, engine: notice.engine, because })
        changed()
      }
    },
    keep: (result) => {
      const { seed } = run.recipe
      epochs.keepAll()
      db.transaction(() => {
        const channelCount = isWindowModel(run.recipe.model) ? 1 : set.channelCount
        putEmbedding(db, runId, {
          shape: { snapshotCount: set.snapshotCount, channelCount, latentCount: result.mean.length / set.snapshotCount / channelCount },
          mean: result.mean,
          logVariance: result.logVariance,
          parameters: result.parameters,
        })
        setRunState(db, runId, 'done', result.stoppedBecause === 'flat' ? 'flat' : null)
        noteProvenance(db, {
          step: 'train',
          subjectId: runId,
          inputHash: graphsHash(db, set.id),
          recipe: run.recipe,
          seed,
          engine: result.engine,
          version: context.version,
          seconds: getModelRun(db, runId).trainingS,
          madeAt: nowIso(context),
        })
      })()
      changed()
      context.notify({ notice: 'changed', area: 'embeddings' })
      return runId
    },
    onState: (state, problem: JobRow['error']) => {
      epochs.keepAll()
      setRunState(db, runId, state, problem?.code ?? null)
      changed()
    },
  })
}

/** The recording's signal for a model that reads bins. */
function sourceOf(db: WritableDB, { recipe, snapshotSetId }: ModelRun): StepInput<'snapshots'> | null {
  if (!isWindowModel(recipe.model)) return null
  const set = getSnapshotSet(db, snapshotSetId)
  return snapshotsInputOf(db, getRecording(db, set.recordingId), getChannelValues(db, set.id).channelIndexes, set.recipe)
}

async function stopTraining(context: Context, runId: number, reason: 'paused' | 'cancelled'): Promise<void> {
  const db = openDb(context)
  getModelRun(db, runId)
  const jobs = listJobs(db).filter(
    (job) => job.kind === 'train' && job.subjectId === runId && (job.state === 'running' || job.state === 'queued'),
  )
  await Promise.all(jobs.map((job) => context.queue.stop(job.id, reason)))
}

/** `auto` is the person's setting, or the host's; what it means is measured when the training begins. */
function wantedEngine(context: Context, word: string): string {
  const set = word === 'auto' ? readRemembered(context).settings.engine : word,
    wanted = set === 'auto' ? context.engine : set
  return wanted === 'auto' ? wanted : context.chooseEngine(wanted)
}

function estimateOf(context: Context, db: WritableDB, snapshotSetId: number, recipe: ModelRecipe) {
  const set = getSnapshotSet(db, snapshotSetId)
  const edgeCount = listSnapshots(db, snapshotSetId).reduce((sum, { edgeCount }) => sum + edgeCount, 0)
  const { startS, endS } = getRecording(db, set.recordingId),
    binCount = Math.ceil(((endS - startS) * 1000) / set.recipe.binMs)
  const size = { channelCount: set.channelCount, snapshotCount: set.snapshotCount, edgeCount, binCount },
    settings = modelRecipe.parse(recipe),
    estimate = estimateTraining(size, settings),
    freeMemoryMB = freemem() / 1e6,
    fits = estimate.peakMemoryMB > freeMemoryMB ? whatFits(size, settings, freeMemoryMB) : null
  return { ...estimate, freeMemoryMB, fits, engine: wantedEngine(context, 'auto') }
}
