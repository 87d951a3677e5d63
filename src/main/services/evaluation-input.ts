import { createHash } from 'node:crypto'
import { fail } from '../../shared/contract/errors.ts'
import type { EvaluationRecipe } from '../../shared/domain/evaluation.ts'
import type { ModelRun } from '../../shared/domain/model-run.ts'
import type { SnapshotSet } from '../../shared/domain/snapshot.ts'
import type { Effort, EvaluatedRecording, EvaluateInput, ImportedModel, TrainedModel } from '../jobs/evaluation/input.ts'
import { estimateTraining } from '../jobs/training-estimate.ts'
import { performanceClasses } from '../science/evaluation/state-labels.ts'
import { getEmbedding } from '../store/embeddings.ts'
import { getImportedVectors } from '../store/evaluations.ts'
import { getModelRun } from '../store/model-runs.ts'
import type { ReadableDB } from '../store/open.ts'
import { getLayout, getRecording, listChannels } from '../store/recordings.ts'
import { getChannelValues, getGraphs, getNodeStatistics, graphsHash, listSnapshots } from '../store/snapshots.ts'
import type { Asked, ImportedGroup, TrainedGroup } from './evaluation-models.ts'
import { snapshotsInputOf } from './snapshots.ts'

/** Names all that goes into an evaluation. */
export function evaluationHash(
  db: ReadableDB,
  sets: readonly SnapshotSet[],
  { trained, simple, imported, absent, labels, unparted }: Asked,
  recipe: EvaluationRecipe,
): string {
  const hash = createHash('sha256')
  const runs = trained.map(({ name, runs: own, heldOut }) => [
    name,
    own.map(({ runs: one }) => one.map(({ id }) => id)),
    heldOut.map(({ id }) => id),
  ])
  hash.update(JSON.stringify({ recipe, labels, unparted, runs, simple, imported, absent }))
  for (const { id, recordingId } of sets) {
    const { regions, regionOfChannel } = getLayout(db, recordingId),
      { channelIndexes, rateHz } = getChannelValues(db, id)
    hash.update(`${graphsHash(db, id)} ${getRecording(db, recordingId).subject} ${JSON.stringify(regions)}`)
    hash.update(regionOfChannel).update(channelIndexes).update(rateHz).update(positionsOf(db, recordingId))
  }
  return hash.digest('hex')
}

/** @throws model-runs/not-finished */
export function evaluationInput(
  db: ReadableDB,
  sets: readonly SnapshotSet[],
  { trained, simple, imported, absent, labels, unparted }: Asked,
  recipe: EvaluationRecipe,
  threadLimit: number | null,
): EvaluateInput {
  return {
    recipe,
    recordings: sets.map((set, k) => recordingOf(db, set, labels[k]!, recipe.controls.includes('spikes-shifted'))),
    classes: recipe.label === 'performance' ? performanceClasses : [],
    unparted,
    trained: trained.map((group) => trainedModelOf(db, sets[0]!, group)),
    simple,
    imported: imported.map(({ runs, ...rest }): ImportedModel => ({
      ...rest,
      runs: runs.map((run) => ({
        seed: run.seed,
        values: 'hash' in run ? getImportedVectors(db, run) : windowVectors(db, run.modelRunId),
      })),
      effort: effortOf(db, runs),
    })),
    absent,
    threadLimit,
  }
}

function recordingOf(db: ReadableDB, set: SnapshotSet, labels: (string | null)[], withSource: boolean): EvaluatedRecording {
  const { id, recordingId, channelCount, snapshotCount } = set,
    recording = getRecording(db, recordingId),
    { regions, regionOfChannel } = getLayout(db, recordingId),
    { channelIndexes, rateHz, degree } = getChannelValues(db, id),
    positionsUm = positionsOf(db, recordingId),
    nodeStatistics = getNodeStatistics(db, id)
  return {
    recordingId,
    name: recording.name,
    subject: recording.subject,
    windows: listSnapshots(db, id).map(({ startS, endS }) => ({ startS, endS })),
    labels,
    groups: labels.map(() => null),
    graphs: { channelCount, snapshotCount, ...getGraphs(db, id), nodeStatistics },
    rateHz,
    degree,
    nodeStatistics,
    regionNames: regions.map(({ name }) => name),
    regionOfChannel: Int16Array.from(channelIndexes, (index) => regionOfChannel[index] ?? -1),
    roles: Array.from(channelIndexes, (index) => regions[regionOfChannel[index] ?? -1]?.role ?? 'other'),
    positionsUm: Float64Array.from(
      Array.from(channelIndexes).flatMap((index) => [positionsUm[2 * index] ?? NaN, positionsUm[2 * index + 1] ?? NaN]),
    ),
    source: withSource && recording.modality === 'spikes' ? snapshotsInputOf(db, recording, channelIndexes, set.recipe) : null,
  }
}

function trainedModelOf(db: ReadableDB, set: SnapshotSet, { name, recipe, runs, heldOut }: TrainedGroup): TrainedModel {
  const edgeCount = listSnapshots(db, set.id).reduce((sum, one) => sum + one.edgeCount, 0)
  const kept = (run: ModelRun) => {
    const embedding = getEmbedding(db, run.id)
    if (!embedding) throw fail('model-runs/not-finished', { id: run.id })
    return embedding
  }
  const embeddings = runs.map(({ runs: own }) => own.map(kept)),
    held = heldOut.map(kept)
  return {
    name,
    recipe: { ...recipe, heldOut: null },
    latentCount: (embeddings[0]?.[0] ?? held[0]!).shape.latentCount,
    runs: runs.map(({ seed, runs: own }, k) => ({
      seed,
      means: embeddings[k]!.map(({ mean }) => mean),
      parameters: embeddings[k]!.map(({ parameters }) => parameters),
      epochs: own[0]!.epochCount,
      secondsPerEpoch: own[0]!.epochCount > 0 ? own[0]!.trainingS / own[0]!.epochCount : 0,
    })),
    heldOut: heldOut.map((run, k) => ({
      seed: run.recipe.seed,
      mean: held[k]!.mean,
      share: run.recipe.heldOut!.share,
      heldOutSeed: run.recipe.heldOut!.seed,
    })),
    memoryMB: estimateTraining({ channelCount: set.channelCount, snapshotCount: set.snapshotCount, edgeCount }, recipe).peakMemoryMB,
  }
}

function effortOf(db: ReadableDB, runs: ImportedGroup['runs']): Effort | null {
  const made = runs.flatMap((run) => ('hash' in run ? [] : [getModelRun(db, run.modelRunId)]))
  if (made.length === 0) return null
  const taken = made.map(({ epochCount, trainingS }) => ({ epochs: epochCount, secondsPerEpoch: trainingS / Math.max(1, epochCount) }))
  return { runs: taken, memoryMB: null }
}

/** @throws model-runs/not-finished */
function windowVectors(db: ReadableDB, id: number): Float32Array {
  const embedding = getEmbedding(db, id)
  if (embedding === null) throw fail('model-runs/not-finished', { id })
  return embedding.mean
}

/** [channels of the recording, 2], NaN where a channel has no position */
const positionsOf = (db: ReadableDB, recordingId: number): Float64Array =>
  Float64Array.from(listChannels(db, recordingId).flatMap(({ xUm, yUm }) => [xUm ?? NaN, yUm ?? NaN]))
