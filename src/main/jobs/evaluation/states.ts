import { spokenName, type ControlRow, type EvaluationFindings, type EvaluationRow } from '../../../shared/domain/evaluation.ts'
import { uniformSequence } from '../../../shared/domain/random.ts'
import { permutedLabels } from '../../science/evaluation/permuted-labels.ts'
import { majorityStates, readStates, tooLittle, type ReadStates, type StateTask } from '../../science/evaluation/state-scores.ts'
import { shuffled, type Fold } from '../../science/evaluation/splits.ts'
import { meanOf, spread95, tInterval95 } from '../../science/evaluation/uncertainty.ts'
import type { Points } from '../../science/projection/neighbours.ts'
import type { Interrupt, StepNotice } from '../step.ts'
import { comparisonsOf } from './comparisons.ts'
import { trainedControls } from './controls.ts'
import type { EvaluateInput, EvaluatedRecording, TrainedModel, TrainedRun } from './input.ts'
import { regionsUsed, sharedRegions } from './regions.ts'
import { addCounts, emptyRow, summarised, type SeedScores } from './rows.ts'
import { chosenSnapshots, embedded, trained } from './training.ts'
import { comparablePoints, joined, modelsOf, relativeToOwn, trainedModel, windowPoints, type EvaluatedModel } from './vectors.ts'
import { blockLengthOf, labelledWindows, partedWindows, sidesOf } from './windows.ts'

type ReadOut = EvaluateInput['recipe']['readOuts'][number]

/** A model's windows as points, one set for all folds or one for each; null where it says nothing of some recording. */
type FoldPoints = readonly Points[] | null

/** Reads windows' states out of every model's vectors (model spec 6.1, 6.2, 6.6, 7.5). */
export async function* evaluateStates(input: EvaluateInput, interrupt: Interrupt): AsyncGenerator<StepNotice, EvaluationFindings> {
  const { recipe } = input,
    labelled = labelledWindows(input),
    { windows, labels, classes } = labelled
  const { folds, unscored, reason } = partedWindows(labelled, input)
  const common = {
    classes,
    windows: windows.map(({ recording, subject, startS, endS }, k) => ({
      recordingId: input.recordings[recording]!.recordingId,
      subject,
      startS,
      endS,
      label: labels[k]!,
      fold: folds.findIndex(({ test }) => test.includes(k)),
    })),
    folds: sidesOf(folds, windows.length),
    unscored: [...unscored],
    regions: recipe.scope === 'subjects' ? regionsUsed(input.recordings) : null,
  }
  if (reason !== null) return { ...common, rows: [], comparisons: [], controls: [], reason }

  const bySubject = recipe.split.kind === 'subjects',
    over = bySubject ? 'subjects' : 'seeds',
    units = folds.map(({ test }, fold) => (bySubject ? windows[test[0]!]!.subject : String(fold + 1)))
  const task = (points: Points): StateTask => ({ points, labels, classCount: classes.length, windows, folds })
  const read = (points: readonly Points[], readOut: ReadOut, place: [number, number], own = labels): ReadStates =>
    readFolds(points, readOut, { ...task(points[0]!), labels: own }, { place, seed: recipe.seed, bySubject, interrupt })
  const summary = { units, first: 'balancedAccuracy', over } as const

  const models = modelsOf(input),
    rows: EvaluationRow[] = [],
    controls: ControlRow[] = []
  const majority = majorityStates(task({ data: new Float64Array(0), pointCount: 0, dimensionCount: 0 }))
  const guess = emptyRow({ name: 'majority', kind: 'majority', seeds: [], trained: null }, null)
  rows.push({ ...summarised(guess, [majority.folds], summary), confusion: majority.confusion })

  const total = models.reduce((sum, { seeds }) => sum + seeds.length, 0)
  let done = 0
  for (const [place, model] of models.entries()) {
    const perReadOut = new Map<ReadOut, { seeds: SeedScores[]; confusion: number[][] | null }>()
    const vectors: (readonly Points[])[] = []
    for (const [run, seed] of model.seeds.entries()) {
      yield { kind: 'progress', done: done++, total, phase: 'evaluate' }
      const points = await pointsOf(model, run, folds, input, interrupt)
      if (points === null) break
      vectors.push(points)
      for (const readOut of recipe.readOuts) {
        const { folds: scores, confusion } = read(points, readOut, [place, seed])
        const kept = perReadOut.get(readOut) ?? { seeds: [], confusion: null }
        perReadOut.set(readOut, { seeds: [...kept.seeds, scores], confusion: addCounts(kept.confusion, confusion) })
      }
    }
    if (vectors.length === 0) {
      const why = recipe.embedding === 'inductive' && model.kind === 'learned' ? 'not-applicable' : 'not-across-recordings'
      rows.push(emptyRow(model, null, { reason: why, what: '', found: 0, needed: 0 }))
      continue
    }
    for (const [readOut, { seeds, confusion }] of perReadOut)
      rows.push({ ...summarised(emptyRow(model, readOut), seeds, summary), confusion })
    if (recipe.controls.includes('labels-permuted'))
      controls.push(permutedControl(model.name, vectors, input, { ...task(vectors[0]![0]!) }, read))
  }
  const readOut = firstReadOut(recipe.readOuts)
  controls.push(
    ...(yield* trainedControls(input, interrupt, (model, place) => {
      const scores = model.seeds.flatMap((seed, run) => {
        const parts = vectorsInAll(model, run, null, input, interrupt)
        return parts ? [meanOf(read([parts], readOut, [1000 + place, seed]).folds.map(({ balancedAccuracy }) => balancedAccuracy))] : []
      })
      return scores.length > 0 ? { readOut, score: tInterval95(scores) } : null
    })),
  )
  if (recipe.controls.includes('roles-permuted')) controls.push(permutedRoles(models, input, interrupt, read))
  return { ...common, rows, comparisons: comparisonsOf(rows, over, recipe.seed), controls, reason: null }
}

const firstReadOut = (readOuts: readonly ReadOut[]): ReadOut => (readOuts.includes('logistic') ? 'logistic' : readOuts[0]!)

function readFolds(
  points: readonly Points[],
  readOut: ReadOut,
  task: StateTask,
  { place, seed, bySubject, interrupt }: { place: [number, number]; seed: number; bySubject: boolean; interrupt: Interrupt },
): ReadStates {
  const uniform = uniformSequence(seed, 'splits', place)
  if (points.length === 1) return readStates(readOut, { ...task, points: points[0]! }, { uniform, interrupt, bySubject })
  let confusion: number[][] | null = null
  const folds = task.folds.flatMap((fold, k) => {
    const found = readStates(readOut, { ...task, points: points[k]!, folds: [fold] }, { uniform, interrupt, bySubject })
    confusion = addCounts(confusion, found.confusion)
    return found.folds
  })
  return { folds, confusion: confusion! }
}

/** Labels permuted as blocks, each time anew, read out of the trained vectors in turn: what the split alone gives away. */
function permutedControl(
  model: string,
  vectors: readonly (readonly Points[])[],
  { recipe }: EvaluateInput,
  task: StateTask,
  read: (points: readonly Points[], readOut: ReadOut, place: [number, number], labels: Int32Array) => ReadStates,
): ControlRow {
  const readOut = firstReadOut(recipe.readOuts),
    blockLength = blockLengthOf(task.windows)
  const row = { control: 'labels-permuted', model, readOut } as const
  // labels are dealt out within recordings: where each has but one, every permutation is the truth itself
  if (!changesWithin(task)) return { ...row, score: null, reason: { reason: 'not-applicable', what: '', found: 0, needed: 0 } }
  const scores: number[] = []
  for (let k = 0, tries = 0; k < recipe.permutationCount && tries < 20 * recipe.permutationCount; tries++) {
    const labels = permutedLabels(task.labels, task.windows, blockLength, uniformSequence(recipe.seed, 'permutation', [tries, 0]))
    if (tooLittle({ ...task, labels })) continue
    scores.push(
      meanOf(read(vectors[k % vectors.length]!, readOut, [2000 + k, 0], labels).folds.map(({ balancedAccuracy }) => balancedAccuracy)),
    )
    k++
  }
  return {
    ...row,
    score: scores.length > 0 ? spread95(scores) : null,
    reason: scores.length > 0 ? null : { reason: 'few-in-fold', what: '', found: 0, needed: 2 },
  }
}

/** Whether some recording holds windows of two classes. */
function changesWithin({ labels, windows }: Pick<StateTask, 'labels' | 'windows'>): boolean {
  const first = new Map<number, number>()
  return windows.some(({ recording }, k) => {
    const label = labels[k]!
    if (label < 0) return false
    if (!first.has(recording)) first.set(recording, label)
    return first.get(recording) !== label
  })
}

/** Regions dealt out anew over the channels, where a window's vector knows regions: does it matter which channel is which? */
function permutedRoles(
  models: readonly EvaluatedModel[],
  input: EvaluateInput,
  interrupt: Interrupt,
  read: (points: readonly Points[], readOut: ReadOut, place: [number, number]) => ReadStates,
): ControlRow {
  const { recipe, recordings } = input,
    learned = models.filter(({ kind }) => kind === 'learned'),
    spoken = spokenName(learned.map(({ name }) => name)),
    model = learned.find(({ name }) => name === spoken),
    readOut = firstReadOut(recipe.readOuts)
  const row = { control: 'roles-permuted', model: model?.name ?? '', readOut } as const
  const knowsRegions =
    (recipe.scope === 'subjects' || recipe.vector === 'regions') && recordings.every(({ regionNames }) => regionNames.length > 1)
  if (!model || !knowsRegions) return { ...row, score: null, reason: { reason: 'not-applicable', what: '', found: 0, needed: 0 } }
  const scores = Array.from({ length: recipe.permutationCount }, (_, k) => {
    const dealt = recordings.map((recording, place) => {
      const order = shuffled(recording.regionOfChannel.length, uniformSequence(recipe.seed, 'permutation', [k, 2 + place]))
      return { ...recording, regionOfChannel: Int16Array.from(order, (from) => recording.regionOfChannel[from]!) }
    })
    const points = vectorsInAll(model, k % model.seeds.length, null, { ...input, recordings: dealt }, interrupt)
    return points ? meanOf(read([points], readOut, [4000 + k, 0]).folds.map(({ balancedAccuracy }) => balancedAccuracy)) : NaN
  }).filter(Number.isFinite)
  return { ...row, score: spread95(scores), reason: null }
}

/** One set of points, or one for each fold where the model is trained without its test windows. */
async function pointsOf(
  model: EvaluatedModel,
  run: number,
  folds: readonly Fold[],
  input: EvaluateInput,
  interrupt: Interrupt,
): Promise<FoldPoints> {
  const { recipe, recordings } = input
  if (recipe.embedding === 'transductive' || recipe.scope === 'subjects') {
    const points = vectorsInAll(model, run, null, input, interrupt)
    return points && [points]
  }
  const perFold: Points[] = []
  for (const { train } of folds) {
    const windows = Array.from(train)
    const own = model.trained ? await inductive(model.trained, run, recordings, windows, input, interrupt) : model
    const points = own && vectorsInAll(own, model.trained ? 0 : run, windows, input, interrupt)
    if (points === null) return null
    perFold.push(points)
  }
  return perFold
}

/**
 * The model trained on the training windows alone, in their order, and run forward over all: windows it never saw are
 * embedded causally, as live mode does.
 * @source model spec 6.1
 */
async function inductive(
  model: TrainedModel,
  run: number,
  [recording]: readonly EvaluatedRecording[],
  windows: readonly number[],
  { threadLimit }: EvaluateInput,
  interrupt: Interrupt,
): Promise<EvaluatedModel | null> {
  if (!runsForward(model)) return null
  const recipe = { ...model.recipe, seed: model.runs[run]!.seed },
    { graphs } = recording!
  const { parameters } = await trained(chosenSnapshots(graphs, windows), recipe, { threadLimit, interrupt })
  // node statistics are scaled as the model knew them in training
  const { mean } = await embedded({ ...graphs, trainingSnapshots: windows }, recipe, parameters, { threadLimit, interrupt })
  const own: TrainedRun = { ...model.runs[run]!, means: [mean], parameters: [parameters] }
  return trainedModel(model, [recording!], [own])
}

/** Models of TAVRNN's family go on from their weights; others are refitted for every snapshot. */
const runsForward = ({ recipe: { model } }: TrainedModel): boolean => model === 'tavrnn' || model === 'vgae' || model === 'vgrnn'

/** Windows of all recordings as points of one space; null where that cannot be. */
function vectorsInAll(
  model: EvaluatedModel,
  run: number,
  windows: readonly number[] | null,
  { recordings, recipe }: EvaluateInput,
  interrupt: Interrupt,
): Points | null {
  const shared = sharedRegions(recordings)
  const parts: Points[] = []
  for (const [k, recording] of recordings.entries()) {
    const vectors = model.vectorsOf(run, k, windows, interrupt)
    if (vectors === null) return null
    parts.push(recipe.scope === 'subjects' ? comparablePoints(vectors, recording, shared) : windowPoints(vectors, recording, recipe.vector))
  }
  const points = joined(parts)
  return recipe.scope === 'subjects'
    ? relativeToOwn(
        points,
        recordings.flatMap(({ subject, windows: own }) => own.map(() => subject)),
      )
    : points
}
