import { uniformSequence } from '../../../shared/domain/random.ts'
import type { ModelRecipe } from '../../../shared/domain/model-run.ts'
import type { AwaitedMachine } from '../../engine/engine.ts'
import { multiply } from '../../engine/operations/multiply.ts'
import { squaredError } from '../../engine/operations/squared-error.ts'
import { columnsOf, rowsOf, type View } from '../../engine/program.ts'
import { createRecorder } from '../../engine/recorder.ts'
import { latentCount, leastLogVariance } from '../parameters.ts'
import type { Model, Trainee, TrainingData } from '../trainee.ts'
import { batchesOf, meanDegreeOf, neighboursOf, putRow, shuffled } from './adjacency-rows.ts'
import { dense } from './layers.ts'
import { finishStep, planOfSteps, runBatches, type StepProgram } from './minibatch.ts'
import { sizesOf, type Sizes } from './next-row.ts'
import { denseShapes, layOutWeights, type Shape } from './weights.ts'

const edgeWeight = 25,
  nearness = 1e-5,
  penalty = 1e-6,
  published = { epochs: 100, batchSize: 50 }

const shapesOf = ({ channels, outer, inner }: Sizes): Shape[] => [
  ...denseShapes('encode.1', channels, outer),
  ...denseShapes('encode.2', outer, inner),
  ...denseShapes('code', inner, latentCount),
  ...denseShapes('decode.1', latentCount, inner),
  ...denseShapes('decode.2', inner, outer),
  ...denseShapes('row', outer, channels),
]
type GraphSize = { readonly channelCount: number; readonly snapshotCount: number }
/** The vectors of snapshots that are done lie behind the weights: a checkpoint holds them too. */
const vectorShape = ({ snapshotCount, channelCount }: GraphSize): Shape => ({
  name: 'vectors',
  rowCount: snapshotCount * channelCount,
  columnCount: latentCount,
  start: 0,
})

const budgetOf = ({ budget, epochs, batchSize }: ModelRecipe): { epochs: number; batchSize: number } =>
  budget === 'published' ? published : { epochs, batchSize }

/**
 * DynGEM: an autoencoder of the rows of A_t, trained snapshot after snapshot, each from the weights of the one before. Nearness
 * of joined channels comes from one neighbour of each channel drawn anew every epoch, weighted with its degree: the same sum in
 * the mean.
 * @source model spec 5; Goyal et al. 2018
 */
export const dyngem: Model = {
  epochCount: ({ recipe, graphs }) => (recipe.trained ? budgetOf(recipe).epochs * graphs.snapshotCount : 0),
  learningRate: ({ ownLearningRate }) => ownLearningRate ?? 1e-4,
  firstParameters: ({ graphs, recipe }) => layOutWeights([...shapesOf(sizesOf(graphs, recipe)), vectorShape(graphs)]).start(recipe.seed),
  // each snapshot has all of its epochs
  isFlat: () => false,
  plan: (size, recipe) => {
    const { epochs, batchSize } = budgetOf(recipe),
      { step } = recordStep(size, recipe, { batchSize: Math.min(size.channelCount, batchSize), errorScale: 1 })
    return planOfSteps(size, step, recipe.trained ? epochs * size.snapshotCount * Math.ceil(size.channelCount / batchSize) : 0)
  },
  build,
}

function build({ graphs, recipe }: TrainingData): Trainee {
  const { channelCount: n, snapshotCount } = graphs,
    { epochs, batchSize: wanted } = budgetOf(recipe),
    batchSize = Math.min(n, wanted)
  const { step, x, shares, y, vectors } = recordStep(graphs, recipe, { batchSize, errorScale: 1 / batchSize / meanDegreeOf(graphs) }),
    neighbours = neighboursOf(graphs)
  const xs = new Float32Array(2 * batchSize * n),
    weights = new Float32Array(batchSize * latentCount)

  const put = (machine: AwaitedMachine, snapshot: number, batch: Uint32Array, draw: () => number): void => {
    batch.forEach((channel, row) => {
      const own = neighbours.of(snapshot, channel),
        other = own.length === 0 ? channel : own[Math.floor(draw() * own.length)]!
      putRow(xs, row * n, own, n)
      putRow(xs, (batchSize + row) * n, neighbours.of(snapshot, other), n)
      weights.fill(Math.sqrt(own.length), row * latentCount, (row + 1) * latentCount)
    })
    machine.write(x, xs)
    machine.write(shares, weights)
  }
  const vectorsOf = async (machine: AwaitedMachine, snapshot: number, interrupt: () => void): Promise<Float32Array> => {
    const made = new Float32Array(n * latentCount)
    for (let first = 0; first < n; first += 2 * batchSize) {
      const count = Math.min(2 * batchSize, n - first)
      for (let row = 0; row < count; row++) putRow(xs, row * n, neighbours.of(snapshot, first + row), n)
      machine.write(x, xs)
      await machine.run(['forward'], {}, interrupt)
      made.set((await machine.read(y)).subarray(0, count * latentCount), first * latentCount)
    }
    return made
  }
  return {
    ...step,
    inputs: {},
    symmetric: {},
    epoch: async (machine, { epoch, learningRate }, interrupt) => {
      const snapshot = Math.floor(epoch / epochs),
        own = epoch % epochs,
        draw = uniformSequence(recipe.seed, 'batches', [epoch, 1])
      // every snapshot begins with the weights before it and nothing else
      if (own === 0) for (const moment of step.moments) machine.write(moment, new Float32Array(moment.tensor.length))
      const loss = await runBatches(machine, step, batchesOf(shuffled(n, recipe.seed, epoch), batchSize), {
        put: (batch) => put(machine, snapshot, batch, draw),
        firstStep: own * Math.ceil(n / batchSize),
        learningRate,
        interrupt,
      })
      if (own === epochs - 1) machine.write(rowsOf(vectors, snapshot * n, n), await vectorsOf(machine, snapshot, interrupt))
      return loss
    },
    embed: async (machine, { epoch }, interrupt) => {
      const mean = Float32Array.from(await machine.read(vectors))
      // without training every snapshot goes through the weights of the start
      if (epoch === 0) {
        for (let t = 0; t < snapshotCount; t++) mean.set(await vectorsOf(machine, t, interrupt), t * n * latentCount)
      }
      return { mean, logVariance: new Float32Array(mean.length).fill(leastLogVariance), priorMean: null }
    },
  }
}

type Recorded = { step: StepProgram; x: View; shares: View; y: View; vectors: View }

/** Rows of a batch, and behind them a neighbour's row for each: both are encoded, the first are told again. */
function recordStep(size: GraphSize, recipe: ModelRecipe, { batchSize, errorScale }: { batchSize: number; errorScale: number }): Recorded {
  const recorder = createRecorder(),
    n = size.channelCount,
    all = layOutWeights([...shapesOf(sizesOf(size, recipe)), vectorShape(size)]),
    weightCount = layOutWeights(shapesOf(sizesOf(size, recipe))).count
  const parameters = recorder.parameters(all.count, all.parts),
    p = all.viewIn(parameters),
    losses = recorder.tensor('losses', { term: 2 }, 'kept', 'float64')
  const x = recorder.tensor('rows', { row: 2 * batchSize, column: n }, 'input'),
    shares = recorder.tensor('shares', { row: batchSize, column: latentCount }, 'input')
  const y = dense(recorder, p, 'code', dense(recorder, p, 'encode.2', dense(recorder, p, 'encode.1', x)), {
    activation: 'linear',
    isKept: true,
  })
  const [own, other] = [rowsOf(y, 0, batchSize), rowsOf(y, batchSize, batchSize)]
  const told = dense(recorder, p, 'row', dense(recorder, p, 'decode.2', dense(recorder, p, 'decode.1', own)), { activation: 'sigmoid' })
  squaredError(recorder, told, rowsOf(x, 0, batchSize), columnsOf(losses, 0, 1), {
    edgeWeight,
    scale: errorScale,
  })
  const weighted = (view: View, name: string): View => {
    const out = recorder.tensor(name, { row: batchSize, column: latentCount })
    multiply(recorder, view, shares, out)
    return out
  }
  squaredError(recorder, weighted(own, 'own'), weighted(other, 'other'), columnsOf(losses, 1, 1), { scale: nearness / batchSize })
  const step = finishStep(
    recorder,
    { parameters, losses },
    { rule: { kind: 'nesterov', momentum: 0.99 }, l1: penalty, l2: penalty },
    { stretches: [[0, weightCount]], matrices: all.stretchesOf('.W') },
  )
  return { step, x, shares, y, vectors: p('vectors') }
}
