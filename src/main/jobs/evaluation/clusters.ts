import type { EvaluationFindings, EvaluationRow, ReasonGiven, ScoreName } from '../../../shared/domain/evaluation.ts'
import { uniformSequence } from '../../../shared/domain/random.ts'
import { adjustedRandIndex, normalisedMutualInformation } from '../../science/evaluation/agreement.ts'
import { clusterScores } from '../../science/evaluation/cluster-scores.ts'
import { fitMixture } from '../../science/evaluation/gaussian-mixture.ts'
import { kMeans } from '../../science/evaluation/k-means.ts'
import { fitComponents } from '../../science/evaluation/principal-components.ts'
import { chosenPoints } from '../../science/evaluation/scaled-points.ts'
import { meanOf } from '../../science/evaluation/uncertainty.ts'
import type { Points } from '../../science/projection/neighbours.ts'
import type { Interrupt, StepNotice } from '../step.ts'
import { spread } from './channels.ts'
import { comparisonsOf } from './comparisons.ts'
import type { EvaluateInput } from './input.ts'
import { emptyRow, summarised, type SeedScores } from './rows.ts'
import { modelsOf, windowPoints, type EvaluatedModel } from './vectors.ts'
import { labelledWindows } from './windows.ts'

const methods = ['k-means', 'mixture'] as const
type Method = (typeof methods)[number]

/** Windows for every dimension that is kept: a covariance needs more points than numbers. */
const pointsPerDimension = 5,
  mostDimensions = 20,
  mostSnapshots = 5,
  mostClusters = 8

/** Points of one clustering and what they are called; −1 without a name. */
type Cloud = { unit: string; points: Points; labels: Int32Array; clusterCount: number | null }

/**
 * Clusters windows, or channels of five snapshots, in the embedding's own space, and holds the clusters against labels,
 * against their own spread and against those of other seeds (model spec 6.3). The first recording counts.
 */
export async function* evaluateClusters(input: EvaluateInput, interrupt: Interrupt): AsyncGenerator<StepNotice, EvaluationFindings> {
  const { recipe } = input,
    recording = input.recordings[0]!,
    labelled = labelledWindows({ ...input, recordings: [recording] })
  const classes = recipe.clustered === 'windows' ? labelled.classes : [...recording.regionNames]
  const windows = recording.windows.map(({ startS, endS }, k) => ({
    recordingId: recording.recordingId,
    subject: recording.subject,
    startS,
    endS,
    label: recipe.clustered === 'windows' ? labelled.labels[k]! : -1,
    fold: -1,
  }))
  const models = modelsOf(input),
    total = models.reduce((sum, { seeds }) => sum + seeds.length, 0),
    rows: EvaluationRow[] = []
  let done = 0
  for (const model of models) {
    const perMethod = new Map<Method, { seeds: SeedScores[]; clusters: Int32Array[][] }>()
    let units: string[] = []
    for (const [run, seed] of model.seeds.entries()) {
      yield { kind: 'progress', done: done++, total, phase: 'evaluate' }
      const clouds = cloudsOf(model, run, input, labelled.labels, classes.length, interrupt)
      units = clouds.map(({ unit }) => unit)
      for (const method of clouds.length > 0 ? methods : []) {
        const kept = perMethod.get(method) ?? { seeds: [], clusters: [] }
        const found = clouds.map((cloud) => clusterCloud(cloud, method, [seed, 0], interrupt))
        perMethod.set(method, {
          seeds: [...kept.seeds, found.map(({ scores }) => scores)],
          clusters: [...kept.clusters, found.map(({ cluster }) => cluster)],
        })
      }
    }
    if (perMethod.size === 0) rows.push(emptyRow(model, null, tooFew(model, input, interrupt)))
    for (const [method, { seeds, clusters }] of perMethod) {
      const first = seeds.some((own) => own.some(({ ari }) => ari !== undefined)) ? 'ari' : 'silhouette'
      const row = summarised(emptyRow(model, method), seeds, { units, first, over: 'seeds' })
      const same = stability(clusters)
      if (same !== null) row.scores.stability = { mean: same, low: null, high: null, count: clusters.length }
      rows.push(row)
    }
  }
  const common = { classes, windows, folds: [], unscored: [], regions: null, controls: [] },
    reason = commonReason(rows)
  if (reason !== null) return { ...common, rows: [], comparisons: [], reason }
  return { ...common, rows, comparisons: comparisonsOf(rows, 'seeds', recipe.seed), reason: null }
}

/** Why a model has no cloud. */
function tooFew(model: EvaluatedModel, { recordings, recipe }: EvaluateInput, interrupt: Interrupt): ReasonGiven {
  const { windows, graphs, degree } = recordings[0]!,
    needed = 3 * pointsPerDimension
  if (recipe.clustered === 'windows') return { reason: 'few-points', what: '', found: windows.length, needed }
  if (model.vectorsOf(0, 0, null, interrupt)?.kind !== 'channels') return { reason: 'no-channel-vectors', what: '', found: 0, needed: 0 }
  const connected = spread(graphs.snapshotCount, mostSnapshots).map((t) => connectedChannels(graphs.channelCount, degree, t).length)
  return { reason: 'few-connected', what: '', found: Math.max(...connected), needed }
}

/** The reason of all rows where the recording, not a model, is what has too little. */
function commonReason(rows: readonly EvaluationRow[]): ReasonGiven | null {
  const [first = null] = rows.map(({ reason }) => reason)
  if (first === null || first.reason === 'no-channel-vectors') return null
  return rows.every(({ reason }) => reason?.reason === first.reason) ? first : null
}

const connectedChannels = (channelCount: number, degree: Int32Array, t: number): number[] =>
  Array.from({ length: channelCount }, (_, i) => i).filter((i) => degree[t * channelCount + i]! > 0)

/** The clouds of one run: all windows, or the connected channels of some snapshots; none where there is too little. */
function cloudsOf(
  model: EvaluatedModel,
  run: number,
  { recordings, recipe }: EvaluateInput,
  windowLabels: Int32Array,
  classCount: number,
  interrupt: Interrupt,
): Cloud[] {
  const recording = recordings[0]!,
    found = model.vectorsOf(run, 0, null, interrupt)
  if (found === null) return []
  const clusterCount = recipe.clusterCount ?? (classCount > 1 ? classCount : null)
  if (recipe.clustered === 'windows') {
    const points = windowPoints(found, recording, recipe.vector)
    return points.pointCount < 3 * pointsPerDimension
      ? []
      : [{ unit: '1', points: reduced(points, interrupt), labels: windowLabels, clusterCount }]
  }
  if (found.kind === 'windows') return []
  const { values, channelCount, latentCount, snapshotCount } = found.vectors,
    width = channelCount * latentCount
  return spread(snapshotCount, mostSnapshots).flatMap((t) => {
    const connected = connectedChannels(channelCount, recording.degree, t)
    if (connected.length < 3 * pointsPerDimension) return []
    const all = { data: values.subarray(t * width, (t + 1) * width), pointCount: channelCount, dimensionCount: latentCount }
    const labels = Int32Array.from(connected, (i) => recording.regionOfChannel[i]!)
    return [{ unit: String(t + 1), points: chosenPoints(all, connected), labels, clusterCount }]
  })
}

/** Long vectors by their principal components, so many as the points bear. */
function reduced(points: Points, interrupt: Interrupt): Points {
  const most = Math.min(mostDimensions, Math.max(1, Math.floor(points.pointCount / pointsPerDimension)))
  return points.dimensionCount <= most ? points : fitComponents(points, most, uniformSequence(0, 'projection'), interrupt)(points)
}

function clusterCloud(
  { points, labels, clusterCount }: Cloud,
  method: Method,
  place: [number, number],
  interrupt: Interrupt,
): { cluster: Int32Array; scores: Partial<Record<ScoreName, number>> } {
  const uniform = uniformSequence(1, 'splits', place)
  const fit = (k: number): { cluster: Int32Array; bic: number | undefined } =>
    method === 'k-means' ? { ...kMeans(points, k, { uniform, interrupt }), bic: undefined } : fitMixture(points, k, { uniform, interrupt })
  const worth = ({ cluster, bic }: ReturnType<typeof fit>): number =>
    bic === undefined ? (clusterScores(points, cluster, interrupt)?.silhouette ?? -1) : -bic
  let best = fit(clusterCount ?? 2)
  if (clusterCount === null) {
    for (let k = 3; k <= Math.min(mostClusters, Math.floor(points.pointCount / pointsPerDimension)); k++) {
      const found = fit(k)
      if (worth(found) > worth(best)) best = found
    }
  }
  const { cluster, bic } = best
  const own = [...labels.keys()].filter((k) => labels[k]! >= 0),
    truth = own.map((k) => labels[k]!),
    said = own.map((k) => cluster[k]!)
  const isLabelled = new Set(truth).size > 1
  return {
    cluster,
    scores: {
      ...(isLabelled ? { ari: adjustedRandIndex(truth, said), nmi: normalisedMutualInformation(truth, said) } : {}),
      ...clusterScores(points, numbered(cluster), interrupt),
      ...(bic === undefined ? {} : { bic }),
      clusterCount: new Set(cluster).size,
    },
  }
}

/** Clusters numbered without gaps: a component that won no point has no number. */
function numbered(cluster: Int32Array): Int32Array {
  const names = [...new Set(cluster)]
  return cluster.map((one) => names.indexOf(one))
}

/** Mean ARI between the clusters of every two seeds; null with one seed. */
function stability(clusters: readonly (readonly Int32Array[])[]): number | null {
  const indexes: number[] = []
  for (let a = 0; a < clusters.length; a++) {
    for (let b = 0; b < a; b++) {
      for (const [unit, own] of clusters[a]!.entries()) {
        const other = clusters[b]![unit]
        if (other && other.length === own.length) indexes.push(adjustedRandIndex(own, other))
      }
    }
  }
  return indexes.length > 0 ? meanOf(indexes) : null
}
