import { createHash } from 'node:crypto'
import type { Handlers } from '../../shared/contract/contract.ts'
import { fail } from '../../shared/contract/errors.ts'
import { butForSeed, type ModelRun } from '../../shared/domain/model-run.ts'
import type { SnapshotSet } from '../../shared/domain/snapshot.ts'
import type { AlignInput } from '../jobs/align.ts'
import { findAlignment, getAlignment, insertAlignment, listAlignments, removeAlignment } from '../store/alignments.ts'
import { hashOf } from '../store/blobs.ts'
import { getModelRun, listModelRuns } from '../store/model-runs.ts'
import type { ReadableDB } from '../store/open.ts'
import { noteProvenance } from '../store/provenance.ts'
import { getLayout, getRecording, listChannels } from '../store/recordings.ts'
import { findMatchedSet, getChannelValues, getGraphs, getSnapshotSet, graphsHash, listSnapshots } from '../store/snapshots.ts'
import { listTaskEvents } from '../store/task-events.ts'
import { nowIso, openDb, writableDb, type Context } from './context.ts'
import { finishedEmbedding } from './embeddings.ts'
import { startJob } from './jobs.ts'
import { rateMatchingInput } from './rate-matched-training.ts'
import { readRemembered } from './settings.ts'
import { snapshotsInputOf } from './snapshots.ts'

type Names = 'alignments.make' | 'alignments.list' | 'alignments.get' | 'alignments.remove'

export function alignmentServices(context: Context): Pick<Handlers, Names> {
  const changed = (): void => context.notify({ notice: 'changed', area: 'alignments' })
  return {
    'alignments.make': ({ modelRunId, recipe }) => {
      const db = writableDb(context)
      finishedEmbedding(db, modelRunId)
      const trained = trainedBeside(db, getModelRun(db, modelRunId)),
        { set } = trained
      const inputHash = inputHashOf(db, trained)
      const found = findAlignment(db, inputHash, recipe)
      if (found !== null) return { jobId: null, alignmentId: found }
      const jobId = startJob(context, 'align', {
        subjectId: null,
        input: () => ({
          ...inputOf(db, trained),
          wholeLine: recipe.wholeLine > 0 ? wholeLineOf(db, trained, readRemembered(context).settings.threads) : null,
          recipe,
        }),
        keep: (made, seconds) => {
          const id = db.transaction(() => {
            const { recordingId } = set,
              createdAt = nowIso(context)
            const alignmentId = insertAlignment(db, { ...made, recordingId, snapshotSetId: set.id, recipe, inputHash, createdAt })
            noteProvenance(db, {
              step: 'align',
              subjectId: alignmentId,
              inputHash,
              recipe,
              seed: recipe.seed,
              engine: null,
              version: context.version,
              seconds,
              madeAt: createdAt,
            })
            return alignmentId
          })()
          changed()
          return id
        },
      })
      return { jobId, alignmentId: null }
    },
    'alignments.list': () => ({ alignments: listAlignments(openDb(context)) }),
    'alignments.get': ({ alignmentId }) => getAlignment(openDb(context), alignmentId),
    'alignments.remove': ({ alignmentId }) => {
      const db = writableDb(context)
      getAlignment(db, alignmentId)
      removeAlignment(db, alignmentId)
      changed()
      return {}
    },
  }
}

/** All seeds of one training in both columns: the newest finished run of each. */
type Trained = { set: SnapshotSet; asRecorded: ModelRun[]; rateMatched: ModelRun[] }

/** @throws alignments/not-as-recorded */
function trainedBeside(db: ReadableDB, run: ModelRun): Trained {
  const set = getSnapshotSet(db, run.snapshotSetId)
  if (set.recipe.rateMatching !== null) throw fail('alignments/not-as-recorded', {})
  const training = JSON.stringify(butForSeed(run.recipe))
  const runs = listModelRuns(db).filter(({ state, recipe }) => state === 'done' && JSON.stringify(butForSeed(recipe)) === training)
  const newestOfSeed = new Map<number, ModelRun>()
  for (const one of runs) if (one.snapshotSetId === set.id) newestOfSeed.set(one.recipe.seed, one)
  const bySeed = (a: ModelRun, b: ModelRun): number => a.recipe.seed - b.recipe.seed
  const matchedOfSeed = new Map<number, ModelRun>()
  for (const one of runs) {
    // one thinning per seed: a run on another seed's thinning is not beside
    if (one.snapshotSetId === findMatchedSet(db, set.id, one.recipe.seed)) matchedOfSeed.set(one.recipe.seed, one)
  }
  return { set, asRecorded: [...newestOfSeed.values()].sort(bySeed), rateMatched: [...matchedOfSeed.values()].sort(bySeed) }
}

/** Names all that goes into an alignment. */
function inputHashOf(db: ReadableDB, { set, asRecorded, rateMatched }: Trained): string {
  const hash = createHash('sha256')
  const { regions, regionOfChannel } = getLayout(db, set.recordingId),
    { startS, endS } = getRecording(db, set.recordingId)
  hash.update(JSON.stringify({ regions, startS, endS, recordingId: set.recordingId })).update(regionOfChannel)
  hash.update(positionsOf(db, set.recordingId))
  for (const { timeS, kind } of listTaskEvents(db, set.recordingId)) hash.update(`${timeS} ${kind} `)
  for (const runs of [asRecorded, rateMatched]) {
    hash.update(`column ${runs.length} `)
    for (const { id, snapshotSetId } of runs) {
      const { channelIndexes, rateHz } = getChannelValues(db, snapshotSetId)
      hash
        .update(`${hashOf(finishedEmbedding(db, id).mean)} ${graphsHash(db, snapshotSetId)} `)
        .update(channelIndexes)
        .update(rateHz)
    }
  }
  return hash.digest('hex')
}

function inputOf(db: ReadableDB, { set, asRecorded, rateMatched }: Trained): Omit<AlignInput, 'recipe' | 'wholeLine'> {
  const { recordingId } = set,
    { startS, endS } = getRecording(db, recordingId),
    { regions, regionOfChannel } = getLayout(db, recordingId),
    snapshots = listSnapshots(db, set.id)
  return {
    recording: {
      startS,
      endS,
      events: listTaskEvents(db, recordingId),
      regions,
      regionOfChannel,
      positionsUm: positionsOf(db, recordingId),
      windowStartS: Float64Array.from(snapshots, (one) => one.startS),
      windowEndS: Float64Array.from(snapshots, (one) => one.endS),
    },
    asRecorded: columnOf(db, asRecorded),
    rateMatched: rateMatched.length > 0 ? columnOf(db, rateMatched) : null,
    unmatched: rateMatched.length > 0 ? null : rateMatchingInput(db, set),
  }
}

/** Null of traces, which are not turned. */
function wholeLineOf(db: ReadableDB, { set, asRecorded }: Trained, threadLimit: number | null): AlignInput['wholeLine'] {
  const recording = getRecording(db, set.recordingId)
  if (recording.modality !== 'spikes') return null
  const { channelIndexes } = getChannelValues(db, set.id)
  return { source: snapshotsInputOf(db, recording, channelIndexes, set.recipe), model: asRecorded[0]!.recipe, threadLimit }
}

function columnOf(db: ReadableDB, runs: readonly ModelRun[]): AlignInput['asRecorded'] {
  const setIds = [...new Set(runs.map(({ snapshotSetId }) => snapshotSetId))],
    values = setIds.map((id) => getChannelValues(db, id)),
    embeddings = runs.map(({ id }) => finishedEmbedding(db, id))
  return {
    channelIndexes: values[0]!.channelIndexes,
    graphs: setIds.map((id, k) => ({ ...getGraphs(db, id), rateHz: values[k]!.rateHz, degree: values[k]!.degree })),
    trainings: runs.map(({ id, recipe, snapshotSetId }, k) => ({
      seed: recipe.seed,
      modelRunId: id,
      graphs: setIds.indexOf(snapshotSetId),
      mean: embeddings[k]!.mean,
    })),
    latentCount: embeddings[0]!.shape.latentCount,
  }
}

/** [channels, 2], NaN where a channel has no position */
const positionsOf = (db: ReadableDB, recordingId: number): Float64Array =>
  Float64Array.from(listChannels(db, recordingId).flatMap(({ xUm, yUm }) => [xUm ?? NaN, yUm ?? NaN]))
