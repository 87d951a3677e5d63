import type { Beside, BesideReason, ModelRecipe, ModelRun, RunState } from '../../shared/domain/model-run.ts'
import { signalKindOf, type SignalKind } from '../../shared/domain/recording.ts'
import { recipeConflict, type SnapshotRecipe, type SnapshotSet } from '../../shared/domain/snapshot.ts'
import type { UnmatchedInput } from '../jobs/align.ts'
import { matchableChannels, shortageOf } from '../science/rate-matching.ts'
import { trainsOfCounts } from '../science/trace-bins.ts'
import { listJobs } from '../store/jobs.ts'
import { listModelRuns } from '../store/model-runs.ts'
import type { ReadableDB } from '../store/open.ts'
import { getLayout, getRecording, getSpikes } from '../store/recordings.ts'
import { findMatchedSet, getChannelValues, getInputHash, getSnapshotSet } from '../store/snapshots.ts'
import { getTraces } from '../store/traces.ts'
import { openDb, type Context } from './context.ts'
import { findOrMakeSnapshots, snapshotInputHash } from './snapshots.ts'

/**
 * The recipe of the same snapshots with rates matched by this seed's thinning, or why there is none.
 * @source model spec 1.6
 */
export function rateMatchedRecipe(
  recipe: SnapshotRecipe,
  signal: SignalKind,
  seed: number,
): { recipe: SnapshotRecipe; reason: null } | { recipe: null; reason: BesideReason } {
  if (recipe.rateMatching !== null) return { recipe: null, reason: 'is-rate-matched' }
  const matched = { ...recipe, rateMatching: { seed } }
  if (signal === 'traces') return { recipe: null, reason: 'traces' }
  if (recipe.windows.by === 'interval') return { recipe: null, reason: 'by-interval' }
  if (recipeConflict(matched, signal) !== null) return { recipe: null, reason: 'recipe-conflict' }
  const steps = recipe.windowS / recipe.stepS
  return Math.abs(steps - Math.round(steps)) > 1e-9 * steps
    ? { recipe: null, reason: 'step-not-in-window' }
    : { recipe: matched, reason: null }
}

/** What rates are matched of; null where the recipe or the recording is not for it. */
export function rateMatchingInput(db: ReadableDB, { id, recordingId, recipe }: SnapshotSet): UnmatchedInput | null {
  const signal = signalKindOf(getRecording(db, recordingId))
  if (rateMatchedRecipe(recipe, signal, 1).reason !== null) return null
  const { regions, regionOfChannel } = getLayout(db, recordingId)
  const { binMs, windowS, stepS } = recipe
  return {
    spikes: signal === 'counts' ? trainsOfCounts(getTraces(db, recordingId)) : getSpikes(db, recordingId),
    channelIndexes: getChannelValues(db, id).channelIndexes,
    roles: Array.from(regionOfChannel, (region) => regions[region]?.role ?? null),
    binMs,
    windowS,
    stepS,
  }
}

/** Whether too few channels have enough spikes: told before anything is queued. */
function isTooFew(db: ReadableDB, set: SnapshotSet): boolean {
  const input = rateMatchingInput(db, set)
  if (!input) return false
  const { spikes, channelIndexes, roles, binMs, stepS } = input,
    { startS, endS } = getRecording(db, set.recordingId)
  const where = { span: { startS, endS, binMs }, segmentBins: Math.round((stepS * 1000) / binMs) }
  return (
    shortageOf(
      matchableChannels(spikes, channelIndexes, where, () => {}),
      channelIndexes,
      roles,
    ) !== null
  )
}

/** How a run's training on other snapshots is begun. */
export type Trainer = {
  start: (snapshotSetId: number) => { jobId: number; modelRunId: number }
  resume: (modelRunId: number) => number
}

/**
 * The training of the same recipe and seed on the rate-matched snapshots of a run: found where it is there, gone on with
 * where it was stopped, else begun; the snapshots are made first where they are not there. Each seed has a thinning of its
 * own.
 */
export function trainBeside(context: Context, run: ModelRun, trainer: Trainer): Beside {
  const db = openDb(context),
    set = getSnapshotSet(db, run.snapshotSetId),
    { recordingId, recipe } = set
  const none: Beside = { reason: null, snapshotsJobId: null, jobId: null, modelRunId: null }
  const matched = rateMatchedRecipe(recipe, signalKindOf(getRecording(db, recordingId)), run.recipe.seed)
  if (matched.reason !== null) return { ...none, reason: matched.reason }
  // on other channels it would stand beside nothing
  if (snapshotInputHash(db, recordingId, recipe) !== getInputHash(db, run.snapshotSetId)) return { ...none, reason: 'recording-changed' }
  if (findMatchedSet(db, set.id, run.recipe.seed) === null && isTooFew(db, set)) return { ...none, reason: 'too-few-rate-matched' }
  const begun = { ...none }
  const { jobId } = findOrMakeSnapshots(context, {
    recordingId,
    recipe: matched.recipe,
    then: (snapshotSetId) => Object.assign(begun, trainOn(context, run, snapshotSetId, trainer)),
  })
  return { ...begun, snapshotsJobId: jobId }
}

/** The newest training of a recipe on a snapshot set that is in none of the states passed over. */
export function findTraining(
  db: ReadableDB,
  { snapshotSetId, recipe, passedOver }: { snapshotSetId: number; recipe: ModelRecipe; passedOver: readonly RunState[] },
): ModelRun | undefined {
  const wanted = JSON.stringify(recipe)
  return listModelRuns(db).findLast(
    (run) => run.snapshotSetId === snapshotSetId && !passedOver.includes(run.state) && JSON.stringify(run.recipe) === wanted,
  )
}

/** The job of a training that waits or runs. */
export const trainingJobId = (db: ReadableDB, modelRunId: number): number | null =>
  listJobs(db).find(({ kind, subjectId }) => kind === 'train' && subjectId === modelRunId)?.id ?? null

function trainOn(context: Context, run: ModelRun, snapshotSetId: number, trainer: Trainer): Partial<Beside> {
  const db = openDb(context),
    there = findTraining(db, { snapshotSetId, recipe: run.recipe, passedOver: ['cancelled'] })
  if (!there) return trainer.start(snapshotSetId)
  if (there.state === 'done') return { reason: 'is-there', modelRunId: there.id }
  if (there.state === 'queued' || there.state === 'running') return { jobId: trainingJobId(db, there.id), modelRunId: there.id }
  return { jobId: trainer.resume(there.id), modelRunId: there.id }
}
