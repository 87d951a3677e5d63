import { fail } from '../../shared/contract/errors.ts'
import type {
  DensityData,
  ElectrodeMapData,
  EmbeddingData,
  FigureData,
  FigureSpec,
  LossData,
  RasterData,
} from '../../shared/domain/figure.ts'
import { lossKindOf } from '../../shared/domain/model-run.ts'
import { signalKindOf, type Channel } from '../../shared/domain/recording.ts'
import { channelScores } from '../science/alignment/channel-scores.ts'
import { meanOverSnapshots } from '../science/rates.ts'
import { getModelRun, listEpochs } from '../store/model-runs.ts'
import type { ReadableDB } from '../store/open.ts'
import { getCoordinates, getProjection } from '../store/projections.ts'
import { getLayout, getRecording, getSpikes, listChannels } from '../store/recordings.ts'
import { getChannelValues, getSnapshotSet, listSnapshots } from '../store/snapshots.ts'
import { alignmentMapOf, alignmentSeriesOf, cohortFigureOf } from './alignment-figures.ts'
import { finishedEmbedding } from './embeddings.ts'
import { confusionFigureOf, modelsFigureOf, splitFigureOf } from './evaluation-figures.ts'
import { densityOf } from './snapshots.ts'
import { tracesFigureOf } from './trace-figure.ts'

/** The numbers of a figure, found again from what the project keeps: screen, file and table draw from these. */
export function figureDataOf(db: ReadableDB, spec: FigureSpec): FigureData {
  switch (spec.figure) {
    case 'raster':
      return rasterOf(db, spec)
    case 'traces':
      return tracesFigureOf(db, spec)
    case 'electrode-map':
      return electrodeMapOf(db, spec)
    case 'density':
      return densityFigureOf(db, spec.snapshotSetId)
    case 'loss':
      return lossOf(db, spec.modelRunId)
    case 'embedding':
      return embeddingFigureOf(db, spec)
    case 'alignment-map':
      return alignmentMapOf(db, spec)
    case 'alignment-series':
      return alignmentSeriesOf(db, spec)
    case 'cohort':
      return cohortFigureOf(db, spec)
    case 'models':
      return modelsFigureOf(db, spec)
    case 'confusion':
      return confusionFigureOf(db, spec)
    case 'split':
      return splitFigureOf(db, spec)
  }
}

type Spec<Name extends FigureSpec['figure']> = Extract<FigureSpec, { figure: Name }>

function rasterOf(db: ReadableDB, { recordingId, fromS, toS, channelCount }: Spec<'raster'>): RasterData {
  const recording = getRecording(db, recordingId)
  const channels = listChannels(db, recordingId)
  const busiest = [...channels].sort((a, b) => b.spikeCount - a.spikeCount || a.index - b.index).slice(0, channelCount)
  const { timesS, offsets } = getSpikes(db, recordingId)
  const rows: number[] = [],
    times: number[] = []
  busiest.forEach(({ index }, row) => {
    const end = offsets[index + 1] ?? 0
    for (let k = firstNotBefore(timesS, offsets[index] ?? 0, end, recording.startS + fromS); k < end; k++) {
      const timeS = timesS[k]! - recording.startS
      if (timeS >= toS) break
      rows.push(row)
      times.push(timeS)
    }
  })
  const { regions, regionOfChannel } = getLayout(db, recordingId)
  return {
    figure: 'raster',
    channelLabels: busiest.map(({ label }) => label),
    regions,
    regionOfChannel: Int16Array.from(busiest, ({ index }) => regionOfChannel[index] ?? -1),
    fromS,
    toS,
    spikeRow: Int32Array.from(rows),
    spikeS: Float64Array.from(times),
  }
}

/** Index of the first time in [first, end) that is not before `timeS`; times are sorted there. */
function firstNotBefore(timesS: Float64Array, first: number, end: number, timeS: number): number {
  while (first < end) {
    const middle = (first + end) >> 1
    if (timesS[middle]! < timeS) first = middle + 1
    else end = middle
  }
  return first
}

function electrodeMapOf(db: ReadableDB, spec: Spec<'electrode-map'>): ElectrodeMapData {
  const recording = getRecording(db, spec.recordingId)
  const channels = listChannels(db, spec.recordingId)
  const positionsUm = positionsOf(channels)
  if (!positionsUm.some(Number.isFinite)) throw fail('layouts/no-positions', { recording: recording.name })
  const { regions, regionOfChannel } = getLayout(db, spec.recordingId)
  const base = {
    figure: 'electrode-map' as const,
    channelLabels: channels.map(({ label }) => label),
    regions,
    regionOfChannel,
    positionsUm,
    value: spec.value,
    snapshotIndex: spec.snapshotIndex,
  }
  const durationS = recording.endS - recording.startS
  const noWindows = {
    windowStartS: new Float64Array(0),
    windowEndS: new Float64Array(0),
    perSnapshot: new Float32Array(0),
    snapshotIndex: null,
  }
  if (spec.value === 'region') return { ...base, ...noWindows, overall: Float32Array.from(regionOfChannel, (r) => (r < 0 ? NaN : r)) }
  const setId = spec.value === 'score' && spec.modelRunId !== null ? getModelRun(db, spec.modelRunId).snapshotSetId : spec.snapshotSetId
  if (spec.value === 'rate' && setId === null) {
    return { ...base, ...noWindows, overall: Float32Array.from(channels, ({ spikeCount }) => spikeCount / durationS) }
  }
  if (setId === null) throw fail('figures/nothing-to-draw', { figure: `electrode-map: ${spec.value}` })
  const set = getSnapshotSet(db, setId)
  const { channelIndexes, rateHz, degree } = getChannelValues(db, setId)
  const values = spec.value === 'rate' ? rateHz : spec.value === 'degree' ? Float32Array.from(degree) : scoresOf(db, spec.modelRunId, setId)
  const shape = { snapshotCount: set.snapshotCount, channelCount: set.channelCount }
  const spread = (row: Float32Array, count: number): Float32Array => {
    const all = new Float32Array(count * channels.length).fill(NaN)
    for (let t = 0; t < count; t++)
      channelIndexes.forEach((index, i) => {
        all[t * channels.length + index] = row[t * shape.channelCount + i]!
      })
    return all
  }
  return {
    ...base,
    ...windowsOf(db, setId),
    overall: spread(meanOverSnapshots(values, shape), 1),
    perSnapshot: spread(values, set.snapshotCount),
  }
}

function densityFigureOf(db: ReadableDB, setId: number): DensityData {
  const { channelCount, recipe, recordingId } = getSnapshotSet(db, setId)
  return densityOf(listSnapshots(db, setId), channelCount, { recipe, kind: signalKindOf(getRecording(db, recordingId)) })
}

function lossOf(db: ReadableDB, modelRunId: number): LossData {
  const run = getModelRun(db, modelRunId)
  const epochs = listEpochs(db, modelRunId)
  return {
    figure: 'loss',
    of: lossKindOf(run.recipe.model),
    snapshotCount: getSnapshotSet(db, run.snapshotSetId).snapshotCount,
    epochLimit: run.recipe.epochs,
    nll: Float64Array.from(epochs, ({ nll }) => nll),
    kl: Float64Array.from(epochs, ({ kl }) => kl),
    klWeight: Float64Array.from(epochs, ({ klWeight }) => klWeight),
    gradientNorm: Float64Array.from(epochs, ({ gradientNorm }) => gradientNorm),
  }
}

function embeddingFigureOf(db: ReadableDB, spec: Spec<'embedding'>): EmbeddingData {
  const projection = getProjection(db, spec.projectionId)
  const { snapshotSetId } = getModelRun(db, projection.modelRunId)
  const { recordingId } = getSnapshotSet(db, snapshotSetId)
  const channels = listChannels(db, recordingId)
  const { channelIndexes, rateHz } = getChannelValues(db, snapshotSetId)
  const { regions, regionOfChannel } = getLayout(db, recordingId)
  const positions = positionsOf(channels)
  const { recipe } = projection
  return {
    figure: 'embedding',
    method: recipe.method,
    trustworthiness: projection.trustworthiness,
    kl: projection.kl,
    explainedVariance: projection.explainedVariance,
    neighbourhood: recipe.method === 'tsne' ? recipe.perplexity : recipe.method === 'umap' ? recipe.neighbourCount : null,
    ...windowsOf(db, snapshotSetId),
    regions,
    channelLabels: Array.from(channelIndexes, (index) => channels[index]?.label ?? ''),
    regionOfChannel: Int16Array.from(channelIndexes, (index) => regionOfChannel[index] ?? -1),
    positionsUm: Float64Array.from({ length: 2 * channelIndexes.length }, (_, k) => positions[2 * channelIndexes[k >> 1]! + (k & 1)]!),
    coordinates: getCoordinates(db, spec.projectionId),
    rateHz,
    colour: spec.colour,
    snapshotIndex: spec.snapshotIndex,
  }
}

/** Channel scores of a run (model spec 7.1), [snapshots, channels]. */
export function scoresOf(db: ReadableDB, modelRunId: number | null, setId: number): Float32Array {
  if (modelRunId === null) throw fail('figures/nothing-to-draw', { figure: 'electrode-map: score' })
  const { mean, shape } = finishedEmbedding(db, modelRunId)
  const { recordingId } = getSnapshotSet(db, setId)
  const { regions, regionOfChannel } = getLayout(db, recordingId)
  const { channelIndexes, degree } = getChannelValues(db, setId)
  const roles = Array.from(channelIndexes, (index) => regions[regionOfChannel[index] ?? -1]?.role ?? 'other')
  return channelScores({ mean, shape, degree, roles }, () => {})
}

/** [channels, 2], NaN where a channel has no position */
function positionsOf(channels: Channel[]): Float64Array {
  return Float64Array.from(channels.flatMap(({ xUm, yUm }) => [xUm ?? NaN, yUm ?? NaN]))
}

function windowsOf(db: ReadableDB, setId: number): { windowStartS: Float64Array; windowEndS: Float64Array } {
  const snapshots = listSnapshots(db, setId)
  return {
    windowStartS: Float64Array.from(snapshots, ({ startS }) => startS),
    windowEndS: Float64Array.from(snapshots, ({ endS }) => endS),
  }
}
