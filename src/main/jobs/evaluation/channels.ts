import type { ControlRow, EvaluationFindings, EvaluationRow, ReasonGiven } from '../../../shared/domain/evaluation.ts'
import { uniformSequence } from '../../../shared/domain/random.ts'
import { classScores, confusionOf, type ClassScores } from '../../science/evaluation/confusion.ts'
import { likeliestClass } from '../../science/evaluation/probability-scores.ts'
import { readFold } from '../../science/evaluation/read-out.ts'
import { spatialFolds } from '../../science/evaluation/spatial-blocks.ts'
import { shuffled, type Fold } from '../../science/evaluation/splits.ts'
import { spread95, tInterval95 } from '../../science/evaluation/uncertainty.ts'
import type { ChannelVectors } from '../../science/evaluation/window-vectors.ts'
import type { Interrupt, StepNotice } from '../step.ts'
import { comparisonsOf } from './comparisons.ts'
import { trainedControls } from './controls.ts'
import type { EvaluatedRecording, EvaluateInput } from './input.ts'
import { addCounts, emptyRow, finiteMean, summarised, type SeedScores } from './rows.ts'
import { modelsOf } from './vectors.ts'

/** Snapshots looked at: spread evenly over the recording. */
const mostSnapshots = 5
/** Connected channels a region needs to be a class. */
const leastPerRegion = 10

type ReadOut = EvaluateInput['recipe']['readOuts'][number]

/**
 * Reads the region of a channel out of its vector, folds by blocks of the array, in five snapshots (model spec 6.2). The
 * first recording counts.
 */
export async function* evaluateChannels(input: EvaluateInput, interrupt: Interrupt): AsyncGenerator<StepNotice, EvaluationFindings> {
  const { recipe } = input,
    recording = input.recordings[0]!,
    { snapshotCount } = recording.graphs
  const windows = recording.windows.map(({ startS, endS }) => ({
    recordingId: recording.recordingId,
    subject: recording.subject,
    startS,
    endS,
    label: -1,
    fold: -1,
  }))
  const { classes, labels, reason } = classesOf(recording)
  const common = { classes, windows, folds: [], unscored: [], regions: null }
  if (reason !== null) return { ...common, rows: [], comparisons: [], controls: [], reason }

  const chosen = spread(snapshotCount, mostSnapshots),
    units = chosen.map((t) => String(t + 1))
  const read = (vectors: ChannelVectors, t: number, readOut: ReadOut, place: [number, number], own = labels): ReadRegions | null =>
    readSnapshot(vectors, t, { recording, labels: own, classCount: classes.length, readOut, seed: recipe.seed, place, interrupt })
  const accuracy = (found: ReadRegions | null): number => found?.scores.balancedAccuracy ?? NaN

  const rows: EvaluationRow[] = [],
    controls: ControlRow[] = []
  const models = modelsOf(input),
    total = models.reduce((sum, { seeds }) => sum + seeds.length, 0)
  let done = 0
  rows.push(majorityRow(classes.length))
  for (const [place, model] of models.entries()) {
    const perReadOut = new Map<ReadOut, { seeds: SeedScores[]; confusion: number[][] | null }>()
    const permuted: number[] = []
    for (const [run, seed] of model.seeds.entries()) {
      yield { kind: 'progress', done: done++, total, phase: 'evaluate' }
      const found = model.vectorsOf(run, 0, null, interrupt)
      if (found === null || found.kind === 'windows') break
      const { vectors } = found
      for (const readOut of recipe.readOuts) {
        const kept = perReadOut.get(readOut) ?? { seeds: [], confusion: null }
        const found = chosen.map((t) => read(vectors, t, readOut, [place, seed]))
        const confusion = found.reduce<number[][] | null>((sum, own) => (own ? addCounts(sum, own.confusion) : sum), kept.confusion)
        perReadOut.set(readOut, { seeds: [...kept.seeds, found.map((own) => own?.scores ?? {})], confusion })
      }
      if (run > 0 || !(recipe.controls.includes('labels-permuted') || recipe.controls.includes('roles-permuted'))) continue
      for (let k = 0; k < recipe.permutationCount; k++) {
        const uniform = uniformSequence(recipe.seed, 'permutation', [k, 1]),
          t = chosen[k % chosen.length]!
        permuted.push(accuracy(read(vectors, t, recipe.readOuts[0]!, [3000 + k, 0], dealtOut(labels, uniform))))
      }
    }
    if (perReadOut.size === 0) {
      rows.push(emptyRow(model, null, { reason: 'no-channel-vectors', what: '', found: 0, needed: 0 }))
      continue
    }
    for (const [readOut, { seeds, confusion }] of perReadOut)
      rows.push({ ...summarised(emptyRow(model, readOut), seeds, { units, first: 'balancedAccuracy', over: 'seeds' }), confusion })
    const scores = permuted.filter(Number.isFinite)
    if (scores.length > 0)
      controls.push({
        control: 'roles-permuted',
        model: model.name,
        readOut: recipe.readOuts[0]!,
        score: spread95(scores),
        reason: null,
      })
  }
  controls.push(
    ...(yield* trainedControls(input, interrupt, (model, place) => {
      const scores = model.seeds.map((seed, run) => {
        const found = model.vectorsOf(run, 0, null, interrupt)
        if (found === null || found.kind === 'windows') return NaN
        return finiteMean(chosen.map((t) => accuracy(read(found.vectors, t, recipe.readOuts[0]!, [1000 + place, seed]))))
      })
      const finite = scores.filter(Number.isFinite)
      return finite.length > 0 ? { readOut: recipe.readOuts[0]!, score: tInterval95(finite) } : null
    })),
  )
  return { ...common, rows, comparisons: comparisonsOf(rows, 'seeds', recipe.seed), controls, reason: null }
}

/** Regions with enough channels or, where fewer than two have, the roles; and the class of every channel. */
function classesOf(recording: EvaluatedRecording): { classes: string[]; labels: Int32Array; reason: ReasonGiven | null } {
  const { regionNames, regionOfChannel, roles, positionsUm } = recording
  const byRegion = Array.from(regionOfChannel, (region) => regionNames[region] ?? null),
    byRole = roles.map((role) => (role === 'other' ? null : role))
  const large = (names: readonly (string | null)[]): string[] =>
    [...new Set(names)].flatMap((name) => (name !== null && names.filter((own) => own === name).length >= leastPerRegion ? [name] : []))
  const names = large(byRegion).length >= 2 ? byRegion : byRole,
    classes = large(names)
  const why = (reason: ReasonGiven['reason'], found: number, needed: number): ReasonGiven => ({ reason, what: '', found, needed })
  const reason =
    classes.length < 2
      ? why(byRegion.some((name) => name !== null) ? 'few-channels' : 'no-regions', large(byRegion).length, 2)
      : positionsUm.some(Number.isFinite)
        ? null
        : why('no-positions', 0, classes.length)
  return { classes, labels: Int32Array.from(names, (name) => (name === null ? -1 : classes.indexOf(name))), reason }
}

/** Scores are means over folds; the confusion is of all folds together. */
type ReadRegions = { scores: ClassScores; confusion: number[][] }

/** Null where no fold has two connected channels of every class on both sides. */
function readSnapshot(
  { values, channelCount, latentCount }: ChannelVectors,
  t: number,
  task: {
    recording: EvaluatedRecording
    labels: Int32Array
    classCount: number
    readOut: ReadOut
    seed: number
    place: [number, number]
    interrupt: Interrupt
  },
): ReadRegions | null {
  const { recording, classCount, readOut, interrupt } = task
  const width = channelCount * latentCount
  const points = {
    data: Float64Array.from(values.subarray(t * width, (t + 1) * width)),
    pointCount: channelCount,
    dimensionCount: latentCount,
  }
  // a channel without an edge in this snapshot has nearly the vector of every other such channel
  const labels = task.labels.map((label, i) => (recording.degree[t * channelCount + i]! > 0 ? label : -1))
  const uniform = uniformSequence(task.seed, 'splits', task.place),
    { positionsUm } = recording
  const innerFolds = (train: Int32Array): Fold[] => {
    const own = new Set(train)
    return spatialFolds(positionsUm, 4, 6)
      .slice(0, 3)
      .map(({ test, train: rest }) => ({ test: test.filter((i) => own.has(i)), train: rest.filter((i) => own.has(i)) }))
  }
  let confusion: number[][] | null = null
  const perFold: ClassScores[] = []
  for (const fold of spatialFolds(positionsUm)) {
    if (lacksClass(fold, labels, classCount)) continue
    const { tested, probabilities } = readFold(readOut, fold, { points, labels, classCount, innerFolds, uniform, interrupt })
    const counts = confusionOf(
      tested.map((i) => labels[i]!),
      likeliestClass(probabilities, classCount),
      classCount,
    )
    confusion = addCounts(confusion, counts)
    perFold.push(classScores(counts))
  }
  if (confusion === null) return null
  const mean = (name: keyof ClassScores): number => finiteMean(perFold.map((own) => own[name]))
  return {
    scores: { balancedAccuracy: mean('balancedAccuracy'), macroF1: mean('macroF1'), precision: mean('precision'), recall: mean('recall') },
    confusion,
  }
}

/** Whether a side has fewer than two channels of some class. */
function lacksClass({ test, train }: Fold, labels: Int32Array, classCount: number): boolean {
  return [test, train].some((side) => {
    const sizes = new Int32Array(classCount)
    for (const i of side) if (labels[i]! >= 0) sizes[labels[i]!]!++
    return sizes.some((size) => size < 2)
  })
}

function majorityRow(classCount: number): EvaluationRow {
  const row = emptyRow({ name: 'majority', kind: 'majority', seeds: [], trained: null }, null)
  const value = 1 / classCount
  return { ...row, scores: { balancedAccuracy: { mean: value, low: null, high: null, count: 1 } }, perSeed: [value] }
}

/** Labels of the labelled channels dealt out among them. */
function dealtOut(labels: Int32Array, uniform: () => number): Int32Array {
  const places = [...labels.keys()].filter((i) => labels[i]! >= 0),
    order = shuffled(places.length, uniform),
    dealt = Int32Array.from(labels)
  places.forEach((i, k) => {
    dealt[i] = labels[places[order[k]!]!]!
  })
  return dealt
}

/** At most `most` of the numbers below `count`, evenly spread. */
export function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, k) => k)
  return Array.from({ length: most }, (_, k) => Math.round((k * (count - 1)) / (most - 1)))
}
