import { fail } from '../../shared/contract/errors.ts'
import {
  simpleModels,
  trainedName,
  type EvaluationRecipe,
  type ReasonGiven,
  type SimpleModel,
  type StateLabel,
  type UnscoredSubject,
} from '../../shared/domain/evaluation.ts'
import { butForSeed, isWindowModel, type ModelRun } from '../../shared/domain/model-run.ts'
import type { SnapshotSet } from '../../shared/domain/snapshot.ts'
import type { AbsentModel } from '../jobs/evaluation/input.ts'
import { performanceLabels, unpartedSubjects } from '../science/evaluation/state-labels.ts'
import { getEmbedding } from '../store/embeddings.ts'
import { listImportedVectors } from '../store/evaluations.ts'
import { listModelRuns } from '../store/model-runs.ts'
import type { ReadableDB } from '../store/open.ts'
import { getLayout, getRecording } from '../store/recordings.ts'
import { getNodeStatistics, listSnapshots } from '../store/snapshots.ts'
import { performanceOf } from './snapshots.ts'

/** What the recipe asks, by name. */
export type Asked = {
  trained: TrainedGroup[]
  simple: SimpleModel[]
  imported: ImportedGroup[]
  absent: AbsentModel[]
  labels: (string | null)[][]
  unparted: UnscoredSubject[]
}

/** @throws evaluations/inductive-across-recordings, evaluations/model-unknown, evaluations/no-labels */
export function askedOf(db: ReadableDB, sets: readonly SnapshotSet[], recipe: EvaluationRecipe): Asked {
  // a subject left out has trained its own model: there is none that did not see its windows
  if (recipe.task === 'states' && recipe.scope === 'subjects' && recipe.embedding === 'inductive')
    throw fail('evaluations/inductive-across-recordings', {})
  const trained = trainedOf(db, sets),
    simple = recipe.task === 'links' ? [] : simpleOf(db, sets),
    imported = readsImported(recipe) ? importedOf(db, sets[0]!) : [],
    unread = readsImported(recipe) ? [] : absentImported(db, sets, recipe)
  const names = [...simple, ...[...trained, ...imported, ...unread].map(({ name }) => name)]
  const unknown = recipe.models?.find((name) => !names.includes(name) && !(simpleModels as readonly string[]).includes(name))
  if (unknown !== undefined) throw fail('evaluations/model-unknown', { model: unknown, models: names.join(', ') })
  const isAsked = ({ name }: { name: string }): boolean => recipe.models === null || recipe.models.includes(name)
  const { labels, unparted } = labelled(db, sets, recipe.label)
  if (recipe.task === 'states' && unparted.length === 0 && labels.flat().every((name) => name === null))
    throw fail('evaluations/no-labels', { label: recipe.label })
  return {
    trained: trained.filter(isAsked),
    simple: simple.filter((name) => isAsked({ name })),
    imported: imported.filter(isAsked),
    absent: [...absentSimple(db, sets, recipe), ...unread.filter(isAsked)],
    labels,
    unparted,
  }
}

/** Class of every window of every set. */
export const labelsOf = (db: ReadableDB, sets: readonly SnapshotSet[], label: StateLabel): Asked['labels'] =>
  labelled(db, sets, label).labels

/** Classes, and the subjects with events whose windows performance does not part. */
function labelled(db: ReadableDB, sets: readonly SnapshotSet[], label: StateLabel): Pick<Asked, 'labels' | 'unparted'> {
  const recordings = sets.map(({ recordingId }) => getRecording(db, recordingId)),
    snapshots = sets.map(({ id }) => listSnapshots(db, id))
  if (label === 'interval') return { labels: snapshots.map((own) => own.map((one) => one.label)), unparted: [] }
  if (label === 'condition') return { labels: snapshots.map((own, k) => own.map(() => recordings[k]!.condition || null)), unparted: [] }
  const performance = {
    hitRatios: sets.map(({ recordingId }, k) => performanceOf(db, recordingId, snapshots[k]!).map(({ hitRatio }) => hitRatio)),
    subjects: recordings.map(({ subject }) => subject),
  }
  const unparted = unpartedSubjects(performance).map(({ subject, reason }) => ({ subject, reason: because(reason) }))
  return { labels: performanceLabels(performance), unparted }
}

/** The simple models that can be asked of all sets. */
export const simpleOf = (db: ReadableDB, sets: readonly SnapshotSet[]): SimpleModel[] =>
  simpleModels.filter((name) => whyNot(db, sets, name) === null)

/** Simple models asked by name that the task or some set has no place for. */
const absentSimple = (db: ReadableDB, sets: readonly SnapshotSet[], { task, models }: EvaluationRecipe): AbsentModel[] =>
  simpleModels.flatMap((name) => {
    if (!models?.includes(name)) return []
    const reason = task === 'links' ? because('no-prior') : whyNot(db, sets, name)
    return reason === null ? [] : [{ name, kind: 'simple', reason }]
  })

/** Vectors made elsewhere foretell no links, and are of one recording. */
const readsImported = ({ task, scope }: EvaluationRecipe): boolean => task !== 'links' && (task !== 'states' || scope === 'recording')

/** Vectors made elsewhere for any of the sets. */
function absentImported(db: ReadableDB, sets: readonly SnapshotSet[], { task }: EvaluationRecipe): AbsentModel[] {
  const names = new Set(sets.flatMap((set) => importedOf(db, set).map(({ name }) => name)))
  return [...names].map((name) => ({ name, kind: 'imported', reason: because(task === 'links' ? 'no-prior' : 'one-recording') }))
}

const because = (reason: ReasonGiven['reason'], what = ''): ReasonGiven => ({ reason, what, found: 0, needed: 0 })

/** Why a simple model cannot be asked of the sets, with the first recording that is in the way; null where it can. */
function whyNot(db: ReadableDB, sets: readonly SnapshotSet[], name: SimpleModel): ReasonGiven | null {
  const nameOf = ({ recordingId }: SnapshotSet): string => getRecording(db, recordingId).name
  if (name === 'node-statistics') {
    const without = sets.find(({ id }) => getNodeStatistics(db, id) === null)
    return without ? because('no-node-statistics', nameOf(without)) : null
  }
  if (name !== 'cross-role-density') return null
  const without = sets.find(({ recordingId }) => {
    const roles = getLayout(db, recordingId).regions.map(({ role }) => role)
    return !roles.includes('sensory') || !roles.includes('motor')
  })
  return without ? because('no-roles', nameOf(without)) : null
}

/** Finished trainings that differ by seed alone, one run for every set. */
export type TrainedGroup = { name: string; recipe: ModelRun['recipe']; runs: { seed: number; runs: ModelRun[] }[]; heldOut: ModelRun[] }

/** Trainings of every set, named; of the first set alone those that hold out edges. */
export function trainedOf(db: ReadableDB, sets: readonly SnapshotSet[]): TrainedGroup[] {
  const done = listModelRuns(db).filter(({ state, recipe }) => state === 'done' && !isWindowModel(recipe.model)),
    groups = new Map<string, Omit<TrainedGroup, 'name'>>()
  const keyOf = ({ recipe }: ModelRun): string => JSON.stringify({ ...butForSeed(recipe), heldOut: null })
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
export type ImportedGroup = { name: string; unit: 'windows' | 'channels'; latentCount: number; runs: ImportedRun[] }

export function importedOf(db: ReadableDB, set: SnapshotSet): ImportedGroup[] {
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
