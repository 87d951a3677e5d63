import type { RouteParsed } from '../../shared/contract/contract.ts'
import type { NamedArray } from '../../shared/domain/table.ts'
import type { NwbContent } from '../exporters/nwb.ts'
import { listIntervals } from '../store/intervals.ts'
import type { ReadableDB } from '../store/open.ts'
import { getLayout, getSpikes, listChannels, listRecordings } from '../store/recordings.ts'
import { getChannelValues, getGraphs, getSnapshotSet, listSnapshots, listSnapshotSets } from '../store/snapshots.ts'
import { listTaskEvents } from '../store/task-events.ts'
import { getTraces } from '../store/traces.ts'
import { listModelRuns } from '../store/model-runs.ts'
import { finishedEmbedding } from './embeddings.ts'
import { recordingFor, runFor, setFor } from './export-wanted.ts'
import { scoresOf } from './figure-data.ts'

type Wanted = RouteParsed<'exports.table'>

/** Arrays of a result in the shape the text gives them; what has none is its table's columns. */
export function arraysOf(db: ReadableDB, wanted: Wanted): { arrays: NamedArray[]; tableBeside: boolean } {
  if (wanted.what === 'spikes') return { arrays: spikeArrays(db, wanted), tableBeside: false }
  if (wanted.what === 'traces') return { arrays: traceArrays(db, wanted), tableBeside: false }
  if (wanted.what === 'embedding') return { arrays: embeddingArrays(db, wanted), tableBeside: false }
  if (wanted.what === 'snapshots') return { arrays: snapshotArrays(db, wanted), tableBeside: false }
  return { arrays: [], tableBeside: true }
}

/** Times with the place of their channel in the list of labels. */
function spikeArrays(db: ReadableDB, wanted: Wanted): NamedArray[] {
  const { id, modality } = recordingFor(db, wanted)
  if (modality !== 'spikes') return []
  const { timesS, offsets } = getSpikes(db, id),
    channels = listChannels(db, id),
    places = new Int32Array(timesS.length)
  for (const { index } of channels) places.fill(index, offsets[index], offsets[index + 1])
  return [
    { name: 'spike_times_s', shape: [timesS.length], numbers: timesS },
    { name: 'spike_channels', shape: [timesS.length], numbers: places },
    { name: 'labels', texts: channels.map(({ label }) => label) },
    {
      name: 'positions_um',
      shape: [channels.length, 2],
      numbers: Float64Array.from(channels.flatMap(({ xUm, yUm }) => [xUm ?? NaN, yUm ?? NaN])),
    },
  ]
}

function traceArrays(db: ReadableDB, wanted: Wanted): NamedArray[] {
  const { id, modality } = recordingFor(db, wanted)
  if (modality !== 'traces') return []
  const { values, timesS } = getTraces(db, id),
    labels = listChannels(db, id).map(({ label }) => label)
  return [
    { name: 'traces', shape: [labels.length, timesS.length], numbers: values },
    { name: 'time_s', shape: [timesS.length], numbers: timesS },
    { name: 'channel', texts: labels },
  ]
}

/** Channels of a set and starts of its windows. */
function frameOf(db: ReadableDB, setId: number): NamedArray[] {
  const { recordingId } = getSnapshotSet(db, setId),
    channels = listChannels(db, recordingId),
    snapshots = listSnapshots(db, setId)
  const perWindow = (name: string, pick: (one: (typeof snapshots)[number]) => number): NamedArray => ({
    name,
    shape: [snapshots.length],
    numbers: Float64Array.from(snapshots, pick),
  })
  return [
    { name: 'channel', texts: Array.from(getChannelValues(db, setId).channelIndexes, (index) => channels[index]?.label ?? '') },
    perWindow('start_s', ({ startS }) => startS),
    perWindow('end_s', ({ endS }) => endS),
  ]
}

function embeddingArrays(db: ReadableDB, wanted: Wanted): NamedArray[] {
  const run = runFor(db, wanted)
  const { mean, logVariance, shape } = finishedEmbedding(db, run.id)
  const sides = [shape.snapshotCount, shape.channelCount, shape.latentCount]
  return [
    { name: 'mean', shape: sides, numbers: mean },
    { name: 'log_variance', shape: sides, numbers: logVariance },
    ...frameOf(db, run.snapshotSetId),
  ]
}

/** Edges as pairs of places in `channel`, with the window of each; r as the upper triangle of every window, by rows. */
function snapshotArrays(db: ReadableDB, wanted: Wanted): NamedArray[] {
  const { id } = setFor(db, wanted)
  const { edges, r } = getGraphs(db, id)
  const edgeCount = edges.reduce((sum, pairs) => sum + pairs.length / 2, 0),
    all = new Int32Array(3 * edgeCount)
  let at = 0
  edges.forEach((pairs, t) => {
    for (let e = 0; e < pairs.length; e += 2) {
      all.set([t, pairs[e]!, pairs[e + 1]!], at)
      at += 3
    }
  })
  const pairCount = r[0]?.length ?? 0,
    values = new Float32Array(r.length * pairCount)
  r.forEach((stored, t) => stored.forEach((value, pair) => (values[t * pairCount + pair] = value / 32767)))
  return [
    { name: 'edges', shape: [edgeCount, 3], numbers: all },
    { name: 'r', shape: [r.length, pairCount], numbers: values },
    ...frameOf(db, id),
  ]
}

/** A recording with the newest results on it, for NWB. */
export function nwbContentOf(db: ReadableDB, wanted: Wanted, madeAt: string): NwbContent {
  const recording = recordingFor(db, wanted),
    { id } = recording,
    channels = listChannels(db, id),
    { regions, regionOfChannel } = getLayout(db, id)
  const hasPlaces = channels.some(({ xUm }) => xUm !== null)
  const traces = recording.modality === 'traces' ? getTraces(db, id) : null
  return {
    identifier: `${recording.name} ${recording.sources.map(({ sha256 }) => sha256.slice(0, 12)).join(' ')}`.trim(),
    description: `${recording.name}, exported by TAVRNN Studio.`,
    recordedOn: recording.recordedOn !== null && /^\d{4}-\d{2}-\d{2}$/.test(recording.recordedOn) ? recording.recordedOn : null,
    madeAt,
    subject: recording.subject,
    channels: {
      labels: channels.map(({ label }) => label),
      regions: channels.map(({ index }) => regions[regionOfChannel[index] ?? -1]?.name ?? null),
      positionsUm: hasPlaces ? Float64Array.from(channels.flatMap(({ xUm, yUm }) => [xUm ?? NaN, yUm ?? NaN])) : null,
    },
    units: recording.modality === 'spikes' ? getSpikes(db, id) : null,
    traces: traces && { values: traces.values, timesS: traces.timesS },
    taskEvents: listTaskEvents(db, id),
    intervals: listIntervals(db, id),
    results: resultsOf(db, id),
  }
}

function resultsOf(db: ReadableDB, recordingId: number): NwbContent['results'] {
  const { startS: beginS } = listRecordings(db).find(({ id }) => id === recordingId) ?? { startS: 0 }
  const sets = listSnapshotSets(db).filter((set) => set.recordingId === recordingId && set.recipe.rateMatching === null)
  const set = sets.at(-1)
  if (!set) return []
  const timesS = Float64Array.from(listSnapshots(db, set.id), ({ startS }) => beginS + startS),
    windowCount = timesS.length
  const { degree, channelIndexes } = getChannelValues(db, set.id),
    who = `Channels, in order, are these rows of the table of channels: ${channelIndexes.join(', ')}.`
  const results: NwbContent['results'] = [
    {
      name: 'degree',
      description: `Edges of each channel in each window. ${who}`,
      numbers: degree,
      shape: [windowCount, channelIndexes.length],
      timesS,
    },
  ]
  const run = listModelRuns(db).findLast(({ snapshotSetId, state }) => snapshotSetId === set.id && state === 'done')
  if (!run) return results
  const { mean, shape } = finishedEmbedding(db, run.id)
  results.push({
    name: 'embedding',
    description: `Mean of the embedding, [windows, channels, ${shape.latentCount}]; model ${run.recipe.model}, seed ${run.recipe.seed}. ${who}`,
    numbers: mean,
    shape: [shape.snapshotCount, shape.channelCount, shape.latentCount],
    timesS,
  })
  const { regions } = getLayout(db, recordingId)
  if (!['sensory', 'motor'].every((role) => regions.some((region) => region.role === role))) return results
  return [
    ...results,
    {
      name: 'channel_score',
      description: `Channel score: how strongly the model expects a channel to be linked with the other side. ${who}`,
      numbers: scoresOf(db, run.id, set.id),
      shape: [shape.snapshotCount, shape.channelCount],
      timesS,
    },
  ]
}
