import { createHash } from 'node:crypto'
import type { Handlers } from '../../shared/contract/contract.ts'
import { fail } from '../../shared/contract/errors.ts'
import type { DensityData } from '../../shared/domain/figure.ts'
import { signalKindOf, type Recording, type SignalKind } from '../../shared/domain/recording.ts'
import type { Snapshot, SnapshotRecipe } from '../../shared/domain/snapshot.ts'
import type { Performance } from '../../shared/domain/task-event.ts'
import { leastChannels } from '../jobs/snapshots.ts'
import { runInThread } from '../jobs/run-in-thread.ts'
import type { StepInput } from '../jobs/thread.ts'
import { windowPerformance } from '../science/performance.ts'
import { listIntervals } from '../store/intervals.ts'
import type { ReadableDB } from '../store/open.ts'
import { noteProvenance } from '../store/provenance.ts'
import { getLayout, getRecording, getSpikes, listChannels, spikesHash } from '../store/recordings.ts'
import {
  findSnapshotSet,
  getChannelValues,
  getSnapshotSet,
  insertSnapshotSet,
  listSnapshots,
  listSnapshotSets,
  removeSnapshotSet,
} from '../store/snapshots.ts'
import { listTaskEvents } from '../store/task-events.ts'
import { getTraces, tracesHash } from '../store/traces.ts'
import { nowIso, openDb, writableDb, type Context } from './context.ts'
import { startJob } from './jobs.ts'

type Names = 'snapshots.preview' | 'snapshots.make' | 'snapshots.list' | 'snapshots.get' | 'snapshots.remove'

export function snapshotServices(context: Context): Pick<Handlers, Names> {
  let preview: AbortController | null = null
  return {
    'snapshots.preview': async ({ recordingId, recipe }) => {
      const db = openDb(context)
      const recording = getRecording(db, recordingId)
      const channelIndexes = includedChannels(db, recordingId)
      preview?.abort('cancelled')
      preview = new AbortController()
      const found = await runInThread('snapshots', snapshotsInputOf(db, recording, channelIndexes, recipe, true), {
          signal: preview.signal,
        }),
        channelCount = found.channelIndexes.length
      return {
        density: densityOf(found.snapshots, channelCount, { recipe, kind: signalKindOf(recording) }),
        rHistogram: found.rHistogram.counts,
        binCount: Math.floor(((recording.endS - recording.startS) * 1000) / recipe.binMs + 1e-9),
        pairCount: (channelCount * (channelCount - 1)) / 2,
        leftOut: found.leftOut,
        testedShare: Float64Array.from(found.snapshots, ({ testedShare }) => testedShare ?? NaN),
      }
    },
    'snapshots.make': ({ recordingId, recipe }) => findOrMakeSnapshots(context, { recordingId, recipe }),
    'snapshots.list': () => ({ snapshotSets: listSnapshotSets(openDb(context)) }),
    'snapshots.get': ({ snapshotSetId }) => {
      const db = openDb(context)
      const snapshotSet = getSnapshotSet(db, snapshotSetId),
        snapshots = listSnapshots(db, snapshotSetId)
      return {
        snapshotSet,
        snapshots,
        performance: performanceOf(db, snapshotSet.recordingId, snapshots),
        channelIndexes: getChannelValues(db, snapshotSetId).channelIndexes,
      }
    },
    'snapshots.remove': ({ snapshotSetId }) => {
      const db = writableDb(context)
      getSnapshotSet(db, snapshotSetId)
      removeSnapshotSet(db, snapshotSetId)
      for (const area of ['snapshots', 'modelRuns', 'embeddings', 'alignments'] as const) context.notify({ notice: 'changed', area })
      return {}
    },
  }
}

/**
 * The set that this recipe makes of this recording: found where it was made before, else made by a job.
 * @param then called with the set's id once it is kept, or at once where it was there
 * @returns one of the two is null
 * @throws recordings/not-found, recordings/too-few-channels
 */
export function findOrMakeSnapshots(
  context: Context,
  { recordingId, recipe, then }: { recordingId: number; recipe: SnapshotRecipe; then?: (snapshotSetId: number) => void },
): { jobId: number | null; snapshotSetId: number | null } {
  const db = writableDb(context)
  const recording = getRecording(db, recordingId)
  const channelIndexes = includedChannels(db, recordingId),
    inputHash = snapshotInputHash(db, recordingId, recipe)
  const found = findSnapshotSet(db, inputHash, recipe)
  if (found !== null) {
    then?.(found)
    return { jobId: null, snapshotSetId: found }
  }
  const jobId = startJob(context, 'snapshots', {
    subjectId: null,
    input: () => snapshotsInputOf(db, recording, channelIndexes, recipe, false),
    keep: (made, seconds) => {
      const id = db.transaction(() => {
        const setId = insertSnapshotSet(db, { recordingId, recipe, inputHash, createdAt: nowIso(context), ...made })
        noteProvenance(db, {
          step: 'snapshots',
          subjectId: setId,
          inputHash,
          recipe,
          seed: recipe.rateMatching?.seed ?? null,
          engine: null,
          version: context.version,
          seconds,
          madeAt: nowIso(context),
        })
        return setId
      })()
      context.notify({ notice: 'changed', area: 'snapshots' })
      then?.(id)
      return id
    },
  })
  return { jobId, snapshotSetId: null }
}

/**
 * Names all that snapshots of a recording are made of: it changes where a channel is excluded.
 * @throws recordings/not-found, recordings/too-few-channels
 */
export function snapshotInputHash(db: ReadableDB, recordingId: number, recipe: SnapshotRecipe): string {
  const { modality, startS, endS } = getRecording(db, recordingId),
    channelIndexes = includedChannels(db, recordingId)
  const signalHash = modality === 'traces' ? tracesHash(db, recordingId) : spikesHash(db, recordingId),
    intervalsRead = recipe.windows.by === 'interval' ? ` ${JSON.stringify(listIntervals(db, recordingId))}` : ''
  return createHash('sha256')
    .update(`${signalHash} ${startS} ${endS} ${channelIndexes.join(' ')} ${recordingId}${intervalsRead}`)
    .digest('hex')
}

/** Performance of each window: events are on the recording's clock, windows count from its start. */
export function performanceOf(db: ReadableDB, recordingId: number, snapshots: Snapshot[]): Performance[] {
  const { startS: beginS } = getRecording(db, recordingId)
  return windowPerformance(
    listTaskEvents(db, recordingId),
    snapshots.map(({ startS, endS }) => ({ startS: beginS + startS, endS: beginS + endS })),
  )
}

/** What the density figure draws of a set's windows. */
export function densityOf(
  snapshots: Snapshot[],
  channelCount: number,
  { recipe, kind }: { recipe: SnapshotRecipe; kind: SignalKind },
): DensityData {
  const column = (pick: (one: Snapshot) => number): Float64Array => Float64Array.from(snapshots, pick)
  return {
    figure: 'density',
    channelCount,
    modality: kind === 'traces' ? 'traces' : 'spikes',
    rule: recipe.edges.rule,
    windowStartS: column(({ startS }) => startS),
    windowEndS: column(({ endS }) => endS),
    density: column(({ density }) => density),
    meanAbsoluteR: column(({ meanAbsoluteR }) => meanAbsoluteR),
    thresholdR: column(({ thresholdR }) => thresholdR ?? NaN),
    meanRateHz: column(({ meanRateHz }) => meanRateHz),
    silentChannelCount: Int32Array.from(snapshots, ({ silentChannelCount }) => silentChannelCount),
  }
}

/** @throws recordings/too-few-channels */
function includedChannels(db: ReadableDB, recordingId: number): Int32Array {
  const included = listChannels(db, recordingId).filter(({ excluded }) => excluded === null)
  if (included.length < leastChannels) throw fail('recordings/too-few-channels', { found: included.length, needed: leastChannels })
  return Int32Array.from(included, ({ index }) => index)
}

/** What the snapshots of a recording are made of. */
export function snapshotsInputOf(
  db: ReadableDB,
  recording: Recording,
  channelIndexes: Int32Array,
  recipe: SnapshotRecipe,
  previewOnly = false,
): StepInput<'snapshots'> {
  const { id, startS, endS } = recording,
    { regions, regionOfChannel } = getLayout(db, id)
  const roles = Array.from(regionOfChannel, (region) => regions[region]?.role ?? null)
  const signal = signalOf(db, recording),
    intervals = recipe.windows.by === 'interval' ? listIntervals(db, id) : []
  return { signal, intervals, startS, endS, channelIndexes, roles, recipe, previewOnly }
}

function signalOf(db: ReadableDB, recording: Recording): StepInput<'snapshots'>['signal'] {
  const { id, countBinMs } = recording
  switch (signalKindOf(recording)) {
    case 'spikes':
      return { kind: 'spikes', trains: getSpikes(db, id) }
    case 'counts':
      return { ...getTraces(db, id), kind: 'counts', countBinMs: countBinMs ?? 0 }
    case 'traces':
      return { ...getTraces(db, id), kind: 'traces' }
  }
}
