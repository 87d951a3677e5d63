import type { ModelRecipe } from '../../../shared/domain/model-run.ts'
import type { AwaitedMachine } from '../../engine/engine.ts'
import { squaredError } from '../../engine/operations/squared-error.ts'
import { columnsOf, type View } from '../../engine/program.ts'
import { createRecorder, type Recorder } from '../../engine/recorder.ts'
import { latentCount, leastLogVariance } from '../parameters.ts'
import { isFlat } from '../schedule.ts'
import type { Model, Trainee, TrainingData, Vectors } from '../trainee.ts'
import { batchesOf, meanDegreeOf, neighboursOf, putRow, shuffled } from './adjacency-rows.ts'
import { finishStep, planOfSteps, runBatches, type StepProgram, type Update } from './minibatch.ts'
import { layOutWeights, type Shape } from './weights.ts'

/** Rows that are looked back over, the newest counted. */
export const lookBack = 2
/** Weight of an edge in the squared error: b² with b = 5. */
const edgeWeight = 25

/** Channels, and units of the layers next to the rows and next to the code. */
export type Sizes = { readonly channels: number; readonly outer: number; readonly inner: number }

export const sizesOf = ({ channelCount }: { channelCount: number }, { outerUnits, innerUnits }: ModelRecipe): Sizes => ({
  channels: channelCount,
  outer: outerUnits,
  inner: innerUnits,
})

/** What tells one model that predicts the next row from another. */
export type NextRowModel = {
  readonly shapes: (sizes: Sizes) => Shape[]
  /** @param x rows A_{t−1}[i, :] and A_t[i, :] side by side; returns y [rows, 8] and the predicted row [rows, N] */
  readonly record: (recorder: Recorder, p: (name: string) => View, x: View, sizes: Sizes) => { y: View; next: View }
  readonly update: Update
  readonly learningRate: number
  readonly published: { readonly epochs: number; readonly batchSize: number }
}

const budgetOf = (model: NextRowModel, { budget, epochs, batchSize }: ModelRecipe): { epochs: number; batchSize: number } =>
  budget === 'published' ? model.published : { epochs, batchSize }

/**
 * A model that reads a channel's last two rows of A and predicts its next one. The vector of a channel in a snapshot is the
 * code of its rows up to that snapshot; before the first one the first is repeated.
 * @source model spec 5; Goyal et al. 2020 (dyngraph2vec)
 */
export const nextRowModel = (model: NextRowModel): Model => ({
  epochCount: ({ recipe }) => (recipe.trained ? budgetOf(model, recipe).epochs : 0),
  learningRate: ({ ownLearningRate }) => ownLearningRate ?? model.learningRate,
  firstParameters: ({ graphs, recipe }) => layOutWeights(model.shapes(sizesOf(graphs, recipe))).start(recipe.seed),
  isFlat: (_, losses) => isFlat(losses, 0),
  plan: (size, recipe) => {
    const { rowCount, batchSize } = batchingOf(model, size, recipe),
      { step } = recordStep(model, sizesOf(size, recipe), { batchSize, errorScale: 1 }),
      { epochs } = budgetOf(model, recipe)
    return planOfSteps(size, step, recipe.trained ? epochs * Math.ceil(rowCount / batchSize) : 0)
  },
  build: (data) => build(model, data),
})

/** Rows with a row after them, and how many a step takes. */
function batchingOf(
  model: NextRowModel,
  { channelCount, snapshotCount }: { channelCount: number; snapshotCount: number },
  recipe: ModelRecipe,
): { rowCount: number; batchSize: number } {
  const rowCount = channelCount * Math.max(1, snapshotCount - 1)
  return { rowCount, batchSize: Math.min(rowCount, budgetOf(model, recipe).batchSize) }
}

function build(model: NextRowModel, data: TrainingData): Trainee {
  const { graphs, recipe } = data,
    { channelCount: n, snapshotCount } = graphs,
    { rowCount, batchSize } = batchingOf(model, graphs, recipe)
  const { step, x, target, y } = recordStep(model, sizesOf(graphs, recipe), {
      batchSize,
      errorScale: 1 / batchSize / meanDegreeOf(graphs),
    }),
    neighbours = neighboursOf(graphs),
    xs = new Float32Array(batchSize * lookBack * n),
    targets = new Float32Array(batchSize * n)
  const putInput = (row: number, snapshot: number, channel: number): void => {
    for (let back = 0; back < lookBack; back++) {
      const t = Math.max(0, snapshot - (lookBack - 1 - back))
      putRow(xs, (row * lookBack + back) * n, neighbours.of(t, channel), n)
    }
  }
  const put = (machine: AwaitedMachine, batch: Uint32Array): void => {
    batch.forEach((place, row) => {
      const [snapshot, channel] = [Math.floor(place / n), place % n]
      putInput(row, snapshot, channel)
      putRow(targets, row * n, neighbours.of(Math.min(snapshot + 1, snapshotCount - 1), channel), n)
    })
    machine.write(x, xs)
    machine.write(target, targets)
  }
  return {
    ...step,
    inputs: {},
    symmetric: {},
    epoch: (machine, { epoch, learningRate }, interrupt) =>
      runBatches(machine, step, batchesOf(shuffled(rowCount, recipe.seed, epoch), batchSize), {
        put: (batch) => put(machine, batch),
        firstStep: epoch * Math.ceil(rowCount / batchSize),
        learningRate,
        interrupt,
      }),
    embed: async (machine, _, interrupt): Promise<Vectors> => {
      const mean = new Float32Array(snapshotCount * n * latentCount)
      for (let first = 0; first < snapshotCount * n; first += batchSize) {
        const count = Math.min(batchSize, snapshotCount * n - first)
        for (let row = 0; row < count; row++) putInput(row, Math.floor((first + row) / n), (first + row) % n)
        machine.write(x, xs)
        await machine.run(['forward'], {}, interrupt)
        mean.set((await machine.read(y)).subarray(0, count * latentCount), first * latentCount)
      }
      return { mean, logVariance: new Float32Array(mean.length).fill(leastLogVariance), priorMean: null }
    },
  }
}

function recordStep(
  model: NextRowModel,
  sizes: Sizes,
  { batchSize, errorScale }: { batchSize: number; errorScale: number },
): { step: StepProgram; x: View; target: View; y: View } {
  const recorder = createRecorder(),
    { channels: n } = sizes,
    weights = layOutWeights(model.shapes(sizes))
  const parameters = recorder.parameters(weights.count, weights.parts),
    losses = recorder.tensor('losses', { term: 1 }, 'kept', 'float64')
  const x = recorder.tensor('rows', { row: batchSize, column: lookBack * n }, 'input'),
    target = recorder.tensor('next rows', { row: batchSize, column: n }, 'input')
  const { y, next } = model.record(recorder, weights.viewIn(parameters), x, sizes)
  squaredError(recorder, next, target, losses, { edgeWeight, scale: errorScale })
  const step = finishStep(recorder, { parameters, losses }, model.update, {
    stretches: [[0, weights.count]],
    matrices: weights.stretchesOf('.W'),
  })
  return { step, x, target, y }
}

/** The row of one of the snapshots looked back over, 0 the oldest. */
export const rowOf = (x: View, back: number): View => columnsOf(x, (back * x.columnCount) / lookBack, x.columnCount / lookBack)
