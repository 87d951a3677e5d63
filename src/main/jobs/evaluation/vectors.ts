import type { EvaluationRecipe, ModelKind, SimpleModel } from '../../../shared/domain/evaluation.ts'
import { uniformSequence } from '../../../shared/domain/random.ts'
import { centralityCount, channelCentrality } from '../../science/baselines/channel-centrality.ts'
import { correlationComponents } from '../../science/baselines/correlation-components.ts'
import { densitiesOf } from '../../science/baselines/graph-densities.ts'
import { spectralVectors } from '../../science/baselines/spectral-vectors.ts'
import { logRates, whoFired } from '../../science/baselines/who-fired.ts'
import { invariantVectors, meanVectors, regionVectors, sideBySide, type ChannelVectors } from '../../science/evaluation/window-vectors.ts'
import { meanOf } from '../../science/evaluation/uncertainty.ts'
import type { Points } from '../../science/projection/neighbours.ts'
import type { Interrupt } from '../step.ts'
import type { Effort, EvaluatedRecording, EvaluateInput, TrainedModel, TrainedRun } from './input.ts'

/** What a model says of one recording: a vector per window, or one per channel and window. */
export type Vectors =
  | { kind: 'windows'; points: Points }
  | {
      kind: 'channels'
      vectors: ChannelVectors
      /** means are over connected channels, or over all where the numbers are not of the graph */
      counted: 'connected' | 'all'
      /** coordinates mean the same in every recording, or only products and angles do */
      coordinates: 'shared' | 'own'
      /** a window is all channels side by side whatever the recipe: which channel it is, is what the model says */
      alwaysSideBySide: boolean
    }

/** One model as the evaluation sees it. */
export type EvaluatedModel = {
  name: string
  kind: ModelKind
  seeds: readonly number[]
  trained: TrainedModel | null
  /** where there is no TrainedModel that tells it */
  effort?: Effort | null
  /**
   * @param run index into seeds
   * @param windows those that may be learned from, for models that are fitted; null: all
   * @returns null where the model says nothing of that recording
   */
  vectorsOf: (run: number, recording: number, windows: readonly number[] | null, interrupt: Interrupt) => Vectors | null
}

const nodeStatisticCount = 6

/** All models of an evaluation, simple ones first. */
export function modelsOf({ recordings, simple, trained, imported }: EvaluateInput): EvaluatedModel[] {
  return [
    ...simple.map((name) => simpleModel(name, recordings)),
    ...trained.filter(({ runs }) => runs.length > 0).map((model) => trainedModel(model, recordings)),
    ...imported.map(({ name, unit, latentCount, runs, effort }): EvaluatedModel => {
      const first = recordings[0]!.graphs
      return {
        name,
        kind: effort === null ? 'imported' : 'learned',
        seeds: runs.map(({ seed }) => seed),
        trained: null,
        effort,
        vectorsOf: (run, recording) => {
          const { values } = runs[run]!
          if (recording > 0) return null
          return unit === 'windows'
            ? { kind: 'windows', points: { data: values, pointCount: first.snapshotCount, dimensionCount: latentCount } }
            : channelsOf({ ...first, values, latentCount }, { counted: 'connected', coordinates: 'own' })
        },
      }
    }),
  ]
}

/** A trained model, or the same with other vectors: those of a control, or of a training on some windows. */
export function trainedModel(
  model: TrainedModel,
  recordings: readonly EvaluatedRecording[],
  runs: readonly TrainedRun[] = model.runs,
): EvaluatedModel {
  return {
    name: model.name,
    kind: 'learned',
    seeds: runs.map(({ seed }) => seed),
    trained: model,
    vectorsOf: (run, recording) => embeddingOf(model, recordings[recording]!, runs[run]!.means[recording]!),
  }
}

export const embeddingOf = (
  { latentCount }: Pick<TrainedModel, 'latentCount'>,
  { graphs }: EvaluatedRecording,
  mean: Float32Array,
): Vectors => channelsOf({ ...graphs, values: mean, latentCount }, { counted: 'connected', coordinates: 'own' })

function channelsOf(
  { values, snapshotCount, channelCount, latentCount }: ChannelVectors,
  about: { counted: 'connected' | 'all'; coordinates: 'shared' | 'own'; alwaysSideBySide?: boolean },
): Vectors {
  return { kind: 'channels', vectors: { values, snapshotCount, channelCount, latentCount }, alwaysSideBySide: false, ...about }
}

function simpleModel(name: SimpleModel, recordings: readonly EvaluatedRecording[]): EvaluatedModel {
  const kept = new Map<string, Vectors | null>()
  return {
    name,
    kind: 'simple',
    seeds: [0],
    trained: null,
    vectorsOf: (_run, recording, windows, interrupt) => {
      // only PCA-8 is fitted; the others are the same whatever is learned from
      const key = name === 'pca-8' && windows !== null ? `${recording} ${windows.join(' ')}` : String(recording)
      if (!kept.has(key)) kept.set(key, simpleVectors(name, recordings[recording]!, windows, interrupt))
      return kept.get(key)!
    },
  }
}

function simpleVectors(
  name: SimpleModel,
  recording: EvaluatedRecording,
  windows: readonly number[] | null,
  interrupt: Interrupt,
): Vectors | null {
  const { graphs, rateHz, roles, nodeStatistics } = recording,
    { snapshotCount, channelCount, edges, r } = graphs
  const uniform = uniformSequence(0, 'projection'),
    shape = { snapshotCount, channelCount }
  const perWindow = (of: (t: number) => number[]): Vectors => {
    const rows = Array.from({ length: snapshotCount }, (_, t) => (interrupt(), of(t).map((value) => (Number.isFinite(value) ? value : 0))))
    return { kind: 'windows', points: { data: Float64Array.from(rows.flat()), pointCount: snapshotCount, dimensionCount: rows[0]!.length } }
  }
  switch (name) {
    case 'who-fired':
      return channelsOf(
        { ...shape, values: whoFired(rateHz), latentCount: 1 },
        { counted: 'all', coordinates: 'shared', alwaysSideBySide: true },
      )
    case 'log-rates':
      return channelsOf(
        { ...shape, values: logRates(rateHz), latentCount: 1 },
        { counted: 'all', coordinates: 'shared', alwaysSideBySide: true },
      )
    case 'density':
      return perWindow((t) => [edges[t]!.length / (channelCount * (channelCount - 1))])
    case 'cross-role-density': {
      if (!roles.includes('sensory') || !roles.includes('motor')) return null
      return perWindow((t) => {
        const { crossRole, withinRole, crossRoleR, withinRoleR } = densitiesOf({ edges: edges[t]!, r: r[t]! }, roles)
        return [crossRole, crossRole - withinRole, crossRoleR, crossRoleR - withinRoleR]
      })
    }
    case 'degree-strength': {
      const values = new Float32Array(snapshotCount * channelCount * centralityCount)
      edges.forEach((own, t) => {
        interrupt()
        values.set(channelCentrality({ edges: own, r: r[t]! }, channelCount, uniform), t * channelCount * centralityCount)
      })
      return channelsOf({ ...shape, values, latentCount: centralityCount }, { counted: 'connected', coordinates: 'shared' })
    }
    case 'node-statistics':
      if (nodeStatistics === null) return null
      return channelsOf(
        { ...shape, values: nodeStatistics.map((value) => (Number.isFinite(value) ? value : 0)), latentCount: nodeStatisticCount },
        { counted: 'all', coordinates: 'shared' },
      )
    case 'pca-8': {
      const all = Array.from({ length: snapshotCount }, (_, t) => t)
      const values = correlationComponents(r, channelCount, { trained: windows ?? all, uniform, interrupt })
      return channelsOf({ ...shape, values, latentCount: 8 }, { counted: 'connected', coordinates: 'own' })
    }
    case 'spectral-8':
      return channelsOf(
        { ...shape, values: spectralVectors(edges, channelCount, { uniform, interrupt }), latentCount: 8 },
        { counted: 'connected', coordinates: 'own' },
      )
  }
}

/** One vector per window of one recording. */
export function windowPoints(
  vectors: Vectors,
  { graphs, degree, regionOfChannel, regionNames }: EvaluatedRecording,
  vector: EvaluationRecipe['vector'],
): Points {
  if (vectors.kind === 'windows') return vectors.points
  const counted = vectors.counted === 'all' ? new Int32Array(degree.length).fill(1) : degree
  if (vectors.alwaysSideBySide || vector === 'channels') return sideBySide(vectors.vectors)
  const inRegions = vector === 'regions' && regionOfChannel.some((region) => region >= 0)
  return inRegions
    ? regionVectors(vectors.vectors, counted, regionOfChannel, regionNames.length)
    : meanVectors({ ...vectors.vectors, channelCount: graphs.channelCount }, counted)
}

/**
 * One vector per window that means the same in every recording: numbers as they are, means per region of numbers that compare,
 * and products and angles between regions of those that do not (model spec 7.5).
 * @param shared regions that all recordings have; none: all channels are one region
 */
export function comparablePoints(
  vectors: Vectors,
  { degree, regionOfChannel, regionNames }: EvaluatedRecording,
  shared: readonly string[],
): Points {
  if (vectors.kind === 'windows') return vectors.points
  const regionOf =
    shared.length > 0 ? regionOfChannel.map((region) => shared.indexOf(regionNames[region] ?? '')) : regionOfChannel.map(() => 0)
  const count = Math.max(1, shared.length),
    counted = vectors.counted === 'all' ? new Int32Array(degree.length).fill(1) : degree
  return vectors.coordinates === 'shared'
    ? regionVectors(vectors.vectors, counted, regionOf, count)
    : invariantVectors(vectors.vectors, degree, regionOf, count)
}

/** Points of several recordings, one after another. */
export function joined(parts: readonly Points[]): Points {
  const dimensionCount = parts[0]!.dimensionCount,
    data = new Float64Array(parts.reduce((sum, { pointCount }) => sum + pointCount * dimensionCount, 0))
  let at = 0
  for (const { data: own } of parts) {
    data.set(own, at)
    at += own.length
  }
  return { data, pointCount: data.length / Math.max(1, dimensionCount), dimensionCount }
}

/**
 * Every number less its subject's mean, in the subject's SDs: labels are relative to the subject, and arrays differ in rate,
 * density and scale. Labels are not looked at.
 * @param subjects of the points
 */
export function relativeToOwn({ data, pointCount, dimensionCount }: Points, subjects: readonly string[]): Points {
  const relative = new Float64Array(data.length)
  for (const subject of new Set(subjects)) {
    const own = Array.from({ length: pointCount }, (_, k) => k).filter((k) => subjects[k] === subject)
    for (let d = 0; d < dimensionCount; d++) {
      const values = own.map((k) => data[k * dimensionCount + d]!)
      const mean = meanOf(values),
        sd = Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)))
      own.forEach((k, at) => {
        relative[k * dimensionCount + d] = sd > 1e-9 * (1 + Math.abs(mean)) ? (values[at]! - mean) / sd : 0
      })
    }
  }
  return { data: relative, pointCount, dimensionCount }
}
