import { spokenName, type Control, type ControlRow, type MeanInterval } from '../../../shared/domain/evaluation.ts'
import type { ModelRecipe } from '../../../shared/domain/model-run.ts'
import { uniformSequence } from '../../../shared/domain/random.ts'
import { rewiredGraph } from '../../science/evaluation/rewired-graph.ts'
import { shiftedSpikes } from '../../science/evaluation/shifted-spikes.ts'
import { shuffled } from '../../science/evaluation/splits.ts'
import type { SnapshotGraphs } from '../../model/graph-input.ts'
import { makeSnapshots } from '../snapshots.ts'
import type { Interrupt, StepNotice } from '../step.ts'
import type { EvaluatedRecording, EvaluateInput, TrainedModel, TrainedRun } from './input.ts'
import { chosenSnapshots, trainedInSight, type Training } from './training.ts'
import { trainedModel, type EvaluatedModel } from './vectors.ts'

/** Controls that are trainings of the model that speaks on something that should tell it nothing. */
const byTraining: readonly Control[] = ['random-weights', 'windows-shuffled', 'edges-rewired', 'spikes-shifted']

/**
 * Runs the recipe's controls that need a training, a few seeds each, and reads them out like the model itself.
 * @param score of a model's vectors; null where there is none
 * @source model spec 6.6
 */
export async function* trainedControls(
  input: EvaluateInput,
  interrupt: Interrupt,
  score: (model: EvaluatedModel, place: number) => { readOut: string | null; score: MeanInterval } | null,
): AsyncGenerator<StepNotice, ControlRow[]> {
  const { recipe, trained: models, recordings } = input
  const model = referenceModel(models),
    wanted = recipe.controls.filter((one) => byTraining.includes(one)),
    rows: ControlRow[] = [],
    total = wanted.length * recipe.controlSeedCount
  if (model === null) return []
  for (const [place, control] of wanted.entries()) {
    const seeds = Array.from({ length: recipe.controlSeedCount }, (_, k) => k + 1),
      runs: TrainedRun[] = []
    let controlled = recordings
    for (const seed of seeds) {
      const done = place * recipe.controlSeedCount + seed - 1,
        told = (share: number): StepNotice => ({ kind: 'progress', done: done + share, total, phase: 'controls' })
      const made = yield* controlRun(control, model, recordings, seed, { threadLimit: input.threadLimit, interrupt }, told)
      if (made === null) break
      runs.push(made.run)
      controlled = made.recordings
    }
    const found = runs.length === 0 ? null : score(trainedModel(model, controlled, runs), place)
    rows.push({
      control,
      model: model.name,
      readOut: found?.readOut ?? null,
      score: found?.score ?? null,
      reason: found ? null : { reason: 'not-applicable', what: '', found: 0, needed: 0 },
    })
  }
  return rows
}

/** Of the models that learn the one that speaks. */
export function referenceModel(models: readonly TrainedModel[]): TrainedModel | null {
  const learning = models.filter(({ recipe, runs }) => recipe.trained && runs.length > 0),
    spoken = spokenName(learning.map(({ name }) => name))
  return learning.find(({ name }) => name === spoken) ?? null
}

/** One seed of a control on every recording; null where it does not apply. */
async function* controlRun(
  control: Control,
  model: TrainedModel,
  recordings: readonly EvaluatedRecording[],
  seed: number,
  training: Training,
  told: (share: number) => StepNotice,
): AsyncGenerator<StepNotice, { run: TrainedRun; recordings: EvaluatedRecording[] } | null> {
  const recipe: ModelRecipe = { ...model.recipe, seed, trained: control === 'random-weights' ? false : model.recipe.trained }
  const means: Float32Array[] = [],
    parameters: Float32Array[] = [],
    changed: EvaluatedRecording[] = []
  let epochs = 0
  for (const [place, recording] of recordings.entries()) {
    yield told(place / recordings.length)
    const own = controlledGraphs(control, recording, [seed, place], training.interrupt)
    if (own === null) return null
    const result = yield* trainedInSight(own.graphs, recipe, training, (share) => told((place + share) / recordings.length))
    means.push(inOrder(result.mean, own.order, recording.graphs.snapshotCount))
    parameters.push(result.parameters)
    changed.push({ ...recording, degree: own.degree, nodeStatistics: own.nodeStatistics })
    epochs = result.epochCount
  }
  return { run: { seed, means, parameters, epochs, secondsPerEpoch: 0 }, recordings: changed }
}

/** Graphs that should tell the model nothing, in which order its snapshots stand, and numbers of its channels in order of time. */
type ControlledGraphs = { graphs: SnapshotGraphs; order: readonly number[] } & Pick<EvaluatedRecording, 'degree' | 'nodeStatistics'>

/** Null where the control does not apply. */
function controlledGraphs(
  control: Control,
  { graphs, degree, nodeStatistics, source }: EvaluatedRecording,
  place: [number, number],
  interrupt: Interrupt,
): ControlledGraphs | null {
  const { channelCount, snapshotCount } = graphs,
    uniform = uniformSequence(place[0], 'surrogates', [place[1], 1]),
    inTime = Array.from({ length: snapshotCount }, (_, t) => t),
    asItIs = { graphs, order: inTime, degree, nodeStatistics }
  if (control === 'random-weights') return asItIs
  if (control === 'windows-shuffled') {
    const order = Array.from(shuffled(snapshotCount, uniform))
    return { ...asItIs, graphs: chosenSnapshots(graphs, order), order }
  }
  if (control === 'edges-rewired') {
    const made = inTime.map((t) => (interrupt(), rewiredGraph({ edges: graphs.edges[t]!, r: graphs.r[t]! }, channelCount, uniform)))
    return { ...asItIs, graphs: { ...graphs, edges: made.map(({ edges }) => edges), r: made.map(({ r }) => r) } }
  }
  if (source === null || source.signal.kind !== 'spikes') return null
  const trains = shiftedSpikes(source.signal.trains, source, uniform),
    line = makeSnapshots({ ...source, signal: { kind: 'spikes', trains }, previewOnly: false }, interrupt)
  for (;;) {
    const { value, done } = line.next()
    if (!done) continue
    if (value.channelIndexes.length !== channelCount) return null
    const turned = { edges: value.edges, r: value.r, nodeStatistics: value.nodeStatistics }
    return { graphs: { ...graphs, ...turned }, order: inTime, degree: value.degree, nodeStatistics: value.nodeStatistics }
  }
}

/** Embeddings of snapshots that stood in another order, back in the order of time. */
function inOrder(mean: Float32Array, order: readonly number[], snapshotCount: number): Float32Array {
  const width = mean.length / snapshotCount,
    sorted = new Float32Array(mean.length)
  order.forEach((t, at) => sorted.set(mean.subarray(at * width, (at + 1) * width), t * width))
  return sorted
}
