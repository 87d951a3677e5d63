import { createHash } from 'node:crypto'
import type { Handlers } from '../../shared/contract/contract.ts'
import { fail } from '../../shared/contract/errors.ts'
import { simpleModels, trainedName, type EvaluationRecipe, type SimpleModel, type StateLabel } from '../../shared/domain/evaluation.ts'
import { isWindowModel, type ModelRun } from '../../shared/domain/model-run.ts'
import type { SnapshotSet } from '../../shared/domain/snapshot.ts'
import { sharesSamples } from '../../shared/domain/split.ts'
import { evaluationSentences } from '../../shared/locales/evaluation-sentences.ts'
import { translator } from '../../shared/locales/translate.ts'
import { readVectors } from '../importers/vectors.ts'
import type { EvaluatedRecording, EvaluateInput, ImportedModel, TrainedModel } from '../jobs/evaluation/input.ts'
import { estimateTraining } from '../jobs/training-estimate.ts'
import { performanceClasses, performanceLabels } from '../science/evaluation/state-labels.ts'
import { getEmbedding } from '../store/embeddings.ts'
import {
  findEvaluation,
  getEvaluation,
  getImportedVectors,
  insertEvaluation,
  listEvaluations,
  listImportedVectors,
  putImportedVectors,
  removeEvaluation,
} from '../store/evaluations.ts'
import { listModelRuns } from '../store/model-runs.ts'
import type { ReadableDB } from '../store/open.ts'
import { noteProvenance } from '../store/provenance.ts'
import { getLayout, getRecording, listChannels } from '../store/recordings.ts'
import {
  getChannelValues,
  getGraphs,
  getNodeStatistics,
  getSnapshotSet,
  graphsHash,
  listSnapshots,
  listSnapshotSets,
} from '../store/snapshots.ts'
import { nowIso, openDb, writableDb, type Context } from './context.ts'
import { startJob } from './jobs.ts'
import { readRemembered } from './settings.ts'
import { performanceOf, snapshotsInputOf } from './snapshots.ts'

type Names =
  'evaluations.make' | 'evaluations.list' | 'evaluations.get' | 'evaluations.remove' | 'evaluations.choices' | 'evaluations.importVectors'

export function evaluationServices(context: Context): Pick<Handlers, Names> {
  const changed = (): void => context.notify({ notice: 'changed', area: 'evaluations' })
  return {
    'evaluations.make': ({ snapshotSetId, recipe }) => {
      const db = writableDb(context)
      const sets = setsOf(db, getSnapshotSet(db, snapshotSetId), recipe.scope)
      const asked = askedOf(db, sets, recipe)
      const inputHash = inputHashOf(db, sets, asked, recipe)
      const found = findEvaluation(db, inputHash, recipe)
      if (found !== null) return { jobId: null, evaluationId: found }
      const jobId = startJob(context, 'evaluate', {
        subjectId: null,
        input: () => inputOf(db, sets, asked, recipe, readRemembered(context).settings.threads),
        keep: (findings, seconds) => {
          const id = db.transaction(() => {
            const createdAt = nowIso(context),
              recordingIds = sets.map(({ recordingId }) => recordingId)
            const evaluationId = insertEvaluation(db, { snapshotSetId, recordingIds, recipe, findings, inputHash, seconds, createdAt })
            noteProvenance(db, {
              step: 'evaluate',
              subjectId: evaluationId,
              inputHash,
              recipe,
              seed: recipe.seed,
              engine: null,
              version: context.version,
              seconds,
              madeAt: createdAt,
            })
            return evaluationId
          })()
          changed()
          return id
        },
      })
      return { jobId, evaluationId: null }
    },
    'evaluations.list': () => ({ evaluations: listEvaluations(openDb(context)) }),
    'evaluations.get': ({ evaluationId }, { language }) => {
      const evaluation = getEvaluation(openDb(context), evaluationId)
      return { evaluation, sentences: evaluationSentences(translator(language), evaluation) }
    },
    'evaluations.remove': ({ evaluationId }) => {
      const db = writableDb(context)
      getEvaluation(db, evaluationId)
      removeEvaluation(db, evaluationId)
      changed()
      return {}
    },
    'evaluations.choices': ({ snapshotSetId }) => {
      const db = openDb(context),
        set = getSnapshotSet(db, snapshotSetId),
        alike = setsOf(db, set, 'subjects')
      const trained = trainedOf(db, [set])
      const counts = (label: StateLabel): Record<string, number> => {
        const sets = label === 'condition' ? alike : [set],
          found: Record<string, number> = {}
        for (const name of labelsOf(db, sets, label).flat()) if (name !== null) found[name] = (found[name] ?? 0) + 1
        return found
      }
      const snapshots = listSnapshots(db, set.id)
      return {
        models: [
          ...simpleOf(db, [set]).map((name) => ({ name, kind: 'simple' as const, seedCount: 0, heldOutCount: 0 })),
          ...trained.map(({ name, runs, heldOut }) => ({
            name,
            kind: 'learned' as const,
            seedCount: runs.length,
            heldOutCount: heldOut.length,
          })),
          ...importedOf(db, set).map(({ name, runs }) => ({ name, kind: 'imported' as const, seedCount: runs.length, heldOutCount: 0 })),
        ],
        labels: { performance: counts('performance'), interval: counts('interval'), condition: counts('condition') },
        subjects: [...new Set(alike.map(({ recordingId }) => getRecording(db, recordingId).subject))],
        windowsOverlap: snapshots.some((snapshot, k) => k > 0 && sharesSamples(snapshots[k - 1]!, snapshot)),
        windows: snapshots.map(({ startS, endS }) => ({ startS, endS })),
      }
    },
    'evaluations.importVectors': async ({ snapshotSetId, file, name, seed }) => {
      const db = writableDb(context),
        { snapshotCount, channelCount } = getSnapshotSet(db, snapshotSetId)
      const { values, rowCount, columnCount } = await readVectors(file)
      const unit = rowCount === snapshotCount ? 'windows' : rowCount === snapshotCount * channelCount ? 'channels' : null
      if (unit === null) {
        const expected = `${snapshotCount} or ${snapshotCount * channelCount} rows`
        throw fail('evaluations/vectors-disagree', { file, expected, found: `${rowCount} rows` })
      }
      const fresh = { snapshotSetId, name, seed, unit, latentCount: columnCount } as const
      const id = putImportedVectors(db, { ...fresh, values })
      changed()
      return { id, ...fresh }
    },
  }
}

/** The set itself, or one of every recording cut alike: the newest, and the set itself for its own recording. */
function setsOf(db: ReadableDB, set: SnapshotSet, scope: EvaluationRecipe['scope']): SnapshotSet[] {
  if (scope === 'recording') return [set]
  const cut = JSON.stringify(set.recipe),
    ofRecording = new Map<number, SnapshotSet>()
  for (const one of listSnapshotSets(db)) if (JSON.stringify(one.recipe) === cut) ofRecording.set(one.recordingId, one)
  ofRecording.set(set.recordingId, set)
  return [...ofRecording.values()].sort((a, b) => a.recordingId - b.recordingId)
}

/** What the recipe asks, by name. */
type Asked = { trained: TrainedGroup[]; simple: SimpleModel[]; imported: ImportedGroup[]; labels: (string | null)[][] }

/** @throws evaluations/model-unknown, evaluations/no-labels */
function askedOf(db: ReadableDB, sets: readonly SnapshotSet[], recipe: EvaluationRecipe): Asked {
  const trained = trainedOf(db, sets),
    simple = recipe.task === 'links' ? [] : simpleOf(db, sets),
    imported = recipe.scope === 'subjects' ? [] : importedOf(db, sets[0]!)
  const names = [...simple, ...trained.map(({ name }) => name), ...imported.map(({ name }) => name)]
  const unknown = recipe.models?.find((name) => !names.includes(name) && !(simpleModels as readonly string[]).includes(name))
  if (unknown !== undefined) throw fail('evaluations/model-unknown', { model: unknown, models: names.join(', ') })
  const isAsked = ({ name }: { name: string }): boolean => recipe.models === null || recipe.models.includes(name)
  const labels = labelsOf(db, sets, recipe.label)
  if (recipe.task === 'states' && labels.flat().every((name) => name === null)) throw fail('evaluations/no-labels', { label: recipe.label })
  return {
    trained: trained.filter(isAsked),
    simple: simple.filter((name) => isAsked({ name })),
    imported: imported.filter(isAsked),
    labels,
  }
}

/** Class of every window of every set. */
function labelsOf(db: ReadableDB, sets: readonly SnapshotSet[], label: StateLabel): (string | null)[][] {
  const recordings = sets.map(({ recordingId }) => getRecording(db, recordingId)),
    snapshots = sets.map(({ id }) => listSnapshots(db, id))
  if (label === 'interval') return snapshots.map((own) => own.map((one) => one.label))
  if (label === 'condition') return snapshots.map((own, k) => own.map(() => recordings[k]!.condition || null))
  const ratios = sets.map(({ recordingId }, k) => performanceOf(db, recordingId, snapshots[k]!).map(({ hitRatio }) => hitRatio))
  return performanceLabels(
    ratios,
    recordings.map(({ subject }) => subject),
  )
}

function simpleOf(db: ReadableDB, sets: readonly SnapshotSet[]): SimpleModel[] {
  return simpleModels.filter((name) => {
    if (name === 'node-statistics') return sets.every(({ id }) => getNodeStatistics(db, id) !== null)
    if (name !== 'cross-role-density') return true
    return sets.every(({ recordingId }) => {
      const roles = getLayout(db, recordingId).regions.map(({ role }) => role)
      return roles.includes('sensory') && roles.includes('motor')
    })
  })
}

/** Finished trainings that differ by seed alone, one run for every set. */
type TrainedGroup = { name: string; recipe: ModelRun['recipe']; runs: { seed: number; runs: ModelRun[] }[]; heldOut: ModelRun[] }

function trainedOf(db: ReadableDB, sets: readonly SnapshotSet[]): TrainedGroup[] {
  const done = listModelRuns(db).filter(({ state, recipe }) => state === 'done' && !isWindowModel(recipe.model)),
    groups = new Map<string, Omit<TrainedGroup, 'name'>>()
  const keyOf = ({ recipe }: ModelRun): string => JSON.stringify({ ...recipe, seed: 0, heldOut: null })
  for (const run of done.filter(({ snapshotSetId }) => snapshotSetId === sets[0]!.id)) {
    const key = keyOf(run)
    if (!groups.has(key)) groups.set(key, { recipe: run.recipe, runs: [], heldOut: [] })
    const group = groups.get(key)!,
      { seed } = run.recipe
    if (run.recipe.heldOut !== null) {
      group.heldOut = [...group.heldOut.filter(({ recipe }) => recipe.seed !== seed), run]
      continue
    }
    const others = sets
      .slice(1)
      .map(({ id }) =>
        done.findLast((one) => one.snapshotSetId === id && one.recipe.seed === seed && one.recipe.heldOut === null && keyOf(one) === key),
      )
    if (others.some((one) => one === undefined)) continue
    const all = [run, ...(others as ModelRun[])]
    group.runs = [...group.runs.filter((one) => one.seed !== seed), { seed, runs: all }]
  }
  // a training that one of the sets lacks takes no name from another
  const names = new Map<string, number>()
  return [...groups.values()]
    .filter(({ runs, heldOut }) => runs.length + heldOut.length > 0)
    .map((group) => {
      const base = trainedName(group.recipe),
        count = (names.get(base) ?? 0) + 1
      names.set(base, count)
      return { ...group, name: count === 1 ? base : `${base}-${count}` }
    })
}

/** Vectors without a model to run: made elsewhere, under their hash, or by a training that has vectors for windows alone. */
type ImportedRun = { seed: number } & ({ hash: string } | { modelRunId: number })
type ImportedGroup = { name: string; unit: 'windows' | 'channels'; latentCount: number; runs: ImportedRun[] }

function importedOf(db: ReadableDB, set: SnapshotSet): ImportedGroup[] {
  const groups = new Map<string, ImportedGroup>()
  for (const { name, seed, unit, latentCount, hash } of listImportedVectors(db, set.id)) {
    const group = groups.get(name)
    if (!group) groups.set(name, { name, unit, latentCount, runs: [{ seed, hash }] })
    else if (group.unit === unit && group.latentCount === latentCount) group.runs.push({ seed, hash })
  }
  for (const { id, recipe, state, snapshotSetId } of listModelRuns(db)) {
    if (state !== 'done' || snapshotSetId !== set.id || !isWindowModel(recipe.model)) continue
    const name = trainedName(recipe),
      group = groups.get(name) ?? { name, unit: 'windows', latentCount: getEmbedding(db, id)?.shape.latentCount ?? 0, runs: [] }
    groups.set(name, { ...group, runs: [...group.runs.filter(({ seed }) => seed !== recipe.seed), { seed: recipe.seed, modelRunId: id }] })
  }
  return [...groups.values()]
}

/** Names all that goes into an evaluation. */
function inputHashOf(
  db: ReadableDB,
  sets: readonly SnapshotSet[],
  { trained, simple, imported, labels }: Asked,
  recipe: EvaluationRecipe,
): string {
  const hash = createHash('sha256')
  const runs = trained.map(({ name, runs: own, heldOut }) => [
    name,
    own.map(({ runs: one }) => one.map(({ id }) => id)),
    heldOut.map(({ id }) => id),
  ])
  hash.update(JSON.stringify({ recipe, labels, runs, simple, imported }))
  for (const { id, recordingId } of sets) {
    const { regions, regionOfChannel } = getLayout(db, recordingId),
      { channelIndexes, rateHz } = getChannelValues(db, id)
    hash.update(`${graphsHash(db, id)} ${getRecording(db, recordingId).subject} ${JSON.stringify(regions)}`)
    hash.update(regionOfChannel).update(channelIndexes).update(rateHz).update(positionsOf(db, recordingId))
  }
  return hash.digest('hex')
}

function inputOf(
  db: ReadableDB,
  sets: readonly SnapshotSet[],
  { trained, simple, imported, labels }: Asked,
  recipe: EvaluationRecipe,
  threadLimit: number | null,
): EvaluateInput {
  return {
    recipe,
    recordings: sets.map((set, k) => recordingOf(db, set, labels[k]!, recipe.controls.includes('spikes-shifted'))),
    classes: recipe.label === 'performance' ? performanceClasses : [],
    trained: trained.map((group) => trainedModelOf(db, sets[0]!, group)),
    simple,
    imported: imported.map(({ runs, ...rest }): ImportedModel => ({
      ...rest,
      runs: runs.map((run) => ({
        seed: run.seed,
        values: 'hash' in run ? getImportedVectors(db, run) : windowVectors(db, run.modelRunId),
      })),
    })),
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

/** @throws model-runs/not-finished */
function windowVectors(db: ReadableDB, id: number): Float32Array {
  const embedding = getEmbedding(db, id)
  if (embedding === null) throw fail('model-runs/not-finished', { id })
  return embedding.mean
}

/** [channels of the recording, 2], NaN where a channel has no position */
const positionsOf = (db: ReadableDB, recordingId: number): Float64Array =>
  Float64Array.from(listChannels(db, recordingId).flatMap(({ xUm, yUm }) => [xUm ?? NaN, yUm ?? NaN]))
