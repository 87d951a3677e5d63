import { uniformSequence } from '../../../shared/domain/random.ts'
import type { ModelRecipe } from '../../../shared/domain/model-run.ts'
import type { AwaitedMachine } from '../../engine/engine.ts'
import { affine } from '../../engine/operations/affine.ts'
import { blockProduct } from '../../engine/operations/block-product.ts'
import { softmaxCrossEntropy } from '../../engine/operations/cross-entropy.ts'
import { gelu } from '../../engine/operations/gelu.ts'
import { layerNorm } from '../../engine/operations/layer-norm.ts'
import { lookup } from '../../engine/operations/lookup.ts'
import { multiHeadAttention, type AttentionWeights } from '../../engine/operations/multi-head-attention.ts'
import { repeat } from '../../engine/operations/repeat.ts'
import { columnsOf, type View } from '../../engine/program.ts'
import { createRecorder, type Recorder } from '../../engine/recorder.ts'
import { latentCount, leastLogVariance } from '../parameters.ts'
import { isFlat } from '../schedule.ts'
import type { Model, Trainee, TrainingData } from '../trainee.ts'
import { batchesOf, neighboursOf, shuffled } from './adjacency-rows.ts'
import { finishStep, planOfSteps, runBatches, type StepProgram } from './minibatch.ts'
import { walkFrom } from './walks.ts'
import { denseShapes, layOutWeights, type Shape } from './weights.ts'

const layerCount = 6,
  headCount = 4,
  width = latentCount,
  innerCount = 4 * width
const maskedShare = 0.15,
  /** walks of every channel in every snapshot, at least */
  leastWalks = 10
const publishedBias = [0.25, 0.5, 1, 2, 4]

type Plan = {
  readonly epochs: number
  readonly length: number
  /** of a channel in a snapshot and epoch */
  readonly walks: number
  readonly biases: readonly { p: number; q: number }[]
  /** whether every epoch goes over the same walks */
  readonly isFixed: boolean
}

/**
 * Reduced: walks of 16 without bias, one a channel, snapshot and epoch, ten at least, all of them new. As published: ten walks of
 * 32 for each of 25 pairs of p and q, five times over.
 */
function planOf({ budget, epochs }: ModelRecipe): Plan {
  if (budget === 'published') {
    const biases = publishedBias.flatMap((p) => publishedBias.map((q) => ({ p, q })))
    return { epochs: 5, length: 32, walks: leastWalks * biases.length, biases, isFixed: true }
  }
  return { epochs, length: 16, walks: Math.ceil(leastWalks / Math.min(leastWalks, epochs)), biases: [{ p: 1, q: 1 }], isFixed: false }
}

type Sizes = { readonly channelCount: number; readonly snapshotCount: number; readonly length: number }

const normShapes = (name: string): Shape[] => [
  { name: `${name}.gain`, rowCount: 1, columnCount: width, start: 1 },
  { name: `${name}.bias`, rowCount: 1, columnCount: width, start: 0 },
]
const projections = ['query', 'key', 'value', 'output'] as const

const shapesOf = ({ channelCount, snapshotCount, length }: Sizes): Shape[] => [
  // one more for the mask
  { name: 'tokens', rowCount: channelCount + 1, columnCount: width, start: 'normal' },
  { name: 'places', rowCount: length, columnCount: width, start: 'normal' },
  ...normShapes('first norm'),
  ...Array.from({ length: layerCount }, (_, k) => [
    ...projections.flatMap((part) => denseShapes(`${k}.${part}`, width, width, 'normal')),
    ...normShapes(`${k}.attended`),
    ...denseShapes(`${k}.wide`, width, innerCount, 'normal'),
    ...denseShapes(`${k}.narrow`, innerCount, width, 'normal'),
    ...normShapes(`${k}.done`),
  ]).flat(),
  ...denseShapes('guess', width, width, 'normal'),
  ...normShapes('guess norm'),
  ...denseShapes('channel', width, channelCount, 'normal'),
  ...denseShapes('snapshot', width, snapshotCount, 'normal'),
]

const sizesOf = ({ channelCount, snapshotCount }: Omit<Sizes, 'length'>, recipe: ModelRecipe): Sizes => ({
  channelCount,
  snapshotCount,
  length: planOf(recipe).length,
})

/** Walks of an epoch, and how many walks and masked tokens a step takes. */
function batchingOf(
  { channelCount, snapshotCount }: Omit<Sizes, 'length'>,
  recipe: ModelRecipe,
): { walkCount: number; sequenceCount: number; maskedCount: number } {
  const { walks, length } = planOf(recipe),
    walkCount = channelCount * snapshotCount * walks,
    sequenceCount = Math.min(recipe.batchSize, walkCount)
  return { walkCount, sequenceCount, maskedCount: Math.max(1, Math.round(maskedShare * sequenceCount * length)) }
}

/**
 * GraphERT: a small BERT that reads walks over the snapshots as sentences, guesses masked channels and tells the snapshot. A
 * channel's vector in a snapshot is the mean of its token vectors in that snapshot's walks.
 * @source model spec 5; Beladev et al. 2023: six layers, four heads, hidden 8, AdamW 10⁻⁴
 */
export const graphert: Model = {
  epochCount: ({ recipe }) => (recipe.trained ? planOf(recipe).epochs : 0),
  learningRate: ({ ownLearningRate }) => ownLearningRate ?? 1e-4,
  firstParameters: ({ graphs, recipe }) => layOutWeights(shapesOf(sizesOf(graphs, recipe))).start(recipe.seed),
  isFlat: (_, losses) => isFlat(losses, 0),
  plan: (size, recipe) => {
    const { walkCount, sequenceCount, maskedCount } = batchingOf(size, recipe),
      { step } = recordStep(sizesOf(size, recipe), sequenceCount, maskedCount)
    return planOfSteps(size, step, recipe.trained ? planOf(recipe).epochs * Math.ceil(walkCount / sequenceCount) : 0)
  },
  build,
}

function build({ graphs, recipe }: TrainingData): Trainee {
  const { channelCount: n, snapshotCount } = graphs,
    sizes = sizesOf(graphs, recipe),
    plan = planOf(recipe),
    { length } = sizes,
    { seed } = recipe
  const { walkCount, sequenceCount, maskedCount } = batchingOf(graphs, recipe),
    { step, inputs, hidden } = recordStep(sizes, sequenceCount, maskedCount)
  const neighbours = neighboursOf(graphs),
    tokens = new Float32Array(sequenceCount * length)
  /** Walk number `id` of an epoch: channels innermost, then snapshots, then a channel's own walks. */
  const walkOf = (id: number, epochKey: number): { walk: Uint16Array; snapshot: number } => {
    const snapshot = Math.floor(id / n) % snapshotCount,
      bias = plan.biases[Math.floor(id / n / snapshotCount) % plan.biases.length]!
    return { snapshot, walk: walkFrom(id % n, neighbours, { snapshot, length, bias, seed, key: [id, epochKey] }) }
  }
  const put = (machine: AwaitedMachine, batch: Uint32Array, epochKey: number, draw: () => number): void => {
    const snapshots = new Float32Array(sequenceCount),
      wanted = new Float32Array(maskedCount)
    batch.forEach((id, row) => {
      const { walk, snapshot } = walkOf(id, epochKey)
      tokens.set(walk, row * length)
      snapshots[row] = snapshot
    })
    const masked = Float32Array.from(someOf(tokens.length, maskedCount, draw))
    masked.forEach((place, k) => {
      wanted[k] = tokens[place]!
      // of ten, eight become the mask, one another channel, one stays
      const kind = draw()
      if (kind < 0.9) tokens[place] = kind < 0.8 ? n : Math.floor(draw() * n)
    })
    machine.write(inputs.tokens, tokens)
    machine.write(inputs.masked, masked)
    machine.write(inputs.wanted, wanted)
    machine.write(inputs.snapshots, snapshots)
  }
  const constants = {
    places: Float32Array.from(tokens, (_, at) => at % length),
    average: new Float32Array(sequenceCount * length).fill(1 / length),
  }
  return {
    ...step,
    inputs: constants,
    symmetric: {},
    epoch: (machine, { epoch, learningRate }, interrupt) => {
      const draw = uniformSequence(seed, 'batches', [epoch, 3]),
        epochKey = walkKey + (plan.isFixed ? 0 : epoch)
      return runBatches(machine, step, batchesOf(shuffled(walkCount, seed, epoch), sequenceCount), {
        put: (batch) => put(machine, batch, epochKey, draw),
        firstStep: epoch * Math.ceil(walkCount / sequenceCount),
        learningRate,
        interrupt,
      })
    },
    embed: async (machine, _, interrupt) => {
      const sums = new Float64Array(snapshotCount * n * width),
        counts = new Uint32Array(snapshotCount * n),
        total = n * snapshotCount * leastWalks
      for (let first = 0; first < total; first += sequenceCount) {
        const walks = Array.from({ length: sequenceCount }, (__, row) => walkOf((first + row) % total, walkKey - 1))
        walks.forEach(({ walk }, row) => tokens.set(walk, row * length))
        machine.write(inputs.tokens, tokens)
        await machine.run(['forward'], {}, interrupt)
        const vectors = await machine.read(hidden)
        walks.slice(0, total - first).forEach(({ walk, snapshot }, row) =>
          walk.forEach((channel, at) => {
            const place = snapshot * n + channel
            counts[place]!++
            for (let c = 0; c < width; c++) sums[place * width + c]! += vectors[(row * length + at) * width + c]!
          }),
        )
      }
      const mean = Float32Array.from(sums, (sum, at) => sum / counts[Math.floor(at / width)]!)
      return { mean, logVariance: new Float32Array(mean.length).fill(leastLogVariance), priorMean: null }
    },
  }
}

/** Second half of the key of a walk; the walks of the embedding come right before those of the first epoch. */
const walkKey = 1001

/** `wanted` different places of `count`. */
function someOf(count: number, wanted: number, draw: () => number): number[] {
  const places = Array.from({ length: count }, (_, k) => k)
  for (let k = 0; k < wanted; k++) {
    const other = k + Math.floor(draw() * (count - k))
    ;[places[k], places[other]] = [places[other]!, places[k]!]
  }
  return places.slice(0, wanted)
}

type Inputs = { tokens: View; masked: View; wanted: View; snapshots: View }

function recordStep(sizes: Sizes, sequenceCount: number, maskedCount: number): { step: StepProgram; inputs: Inputs; hidden: View } {
  const recorder = createRecorder(),
    { length } = sizes,
    weights = layOutWeights(shapesOf(sizes)),
    tokenCount = sequenceCount * length
  const parameters = recorder.parameters(weights.count, weights.parts),
    losses = recorder.tensor('losses', { term: 2 }, 'kept', 'float64'),
    p = weights.viewIn(parameters)
  const input = (name: string, rows: number, columns = 1): View => recorder.tensor(name, { row: rows, column: columns }, 'input')
  const inputs = {
    tokens: input('tokens', tokenCount),
    masked: input('masked', maskedCount),
    wanted: input('wanted', maskedCount),
    snapshots: input('snapshots', sequenceCount),
  }
  const hidden = recordLayers(recorder, p, { tokens: inputs.tokens, places: input('places', tokenCount) }, sequenceCount)

  const guessed = make(recorder, maskedCount, width),
    seen = make(recorder, maskedCount, width)
  lookup(recorder, hidden, inputs.masked, seen)
  layerNorm(recorder, bent(recorder, layer(recorder, p, 'guess', seen)), normOf(p, 'guess norm'), guessed)
  softmaxCrossEntropy(recorder, layer(recorder, p, 'channel', guessed), inputs.wanted, columnsOf(losses, 0, 1), 1 / maskedCount)

  const means = make(recorder, sequenceCount, width)
  blockProduct(recorder, input('average', sequenceCount, length), hidden, means, { blockCount: sequenceCount })
  softmaxCrossEntropy(recorder, layer(recorder, p, 'snapshot', means), inputs.snapshots, columnsOf(losses, 1, 1), 1 / sequenceCount)
  const step = finishStep(
    recorder,
    { parameters, losses },
    { rule: { kind: 'adam', decay: 0.01 }, l1: 0, l2: 0 },
    { stretches: [[0, weights.count]], matrices: [] },
  )
  return { step, inputs, hidden }
}

type Parameters = (name: string) => View
const normOf = (p: Parameters, name: string): { gain: View; bias: View } => ({ gain: p(`${name}.gain`), bias: p(`${name}.bias`) })
const make = (recorder: Recorder, rows: number, columns: number, role?: 'kept'): View =>
  recorder.tensor('hidden', { row: rows, column: columns }, role)

function layer(recorder: Recorder, p: Parameters, name: string, x: View): View {
  const weight = p(`${name}.W`),
    out = make(recorder, x.rowCount, weight.columnCount)
  affine(recorder, x, weight, out, { bias: p(`${name}.b`) })
  return out
}

function bent(recorder: Recorder, x: View): View {
  const out = make(recorder, x.rowCount, x.columnCount)
  gelu(recorder, x, out)
  return out
}

/** Token and place vectors, then six layers of attention and two dense ones, each added to what it reads and normed. */
function recordLayers(recorder: Recorder, p: Parameters, { tokens, places }: { tokens: View; places: View }, sequenceCount: number): View {
  const rows = tokens.rowCount,
    ofToken = make(recorder, rows, width),
    ofPlace = make(recorder, rows, width)
  const normed = (x: View, name: string, role?: 'kept'): View => {
    const out = make(recorder, rows, width, role)
    layerNorm(recorder, x, normOf(p, name), out)
    return out
  }
  lookup(recorder, p('tokens'), tokens, ofToken)
  lookup(recorder, p('places'), places, ofPlace)
  repeat(recorder, ofToken, ofPlace, { accumulate: true })
  let x = normed(ofPlace, 'first norm')
  for (let k = 0; k < layerCount; k++) {
    const attended = make(recorder, rows, width),
      attention = Object.fromEntries(
        projections.map((part) => [part, { weight: p(`${k}.${part}.W`), bias: p(`${k}.${part}.b`) }]),
      ) as AttentionWeights
    multiHeadAttention(recorder, x, attention, attended, { sequenceCount, headCount })
    repeat(recorder, x, attended, { accumulate: true })
    const middle = normed(attended, `${k}.attended`),
      out = layer(recorder, p, `${k}.narrow`, bent(recorder, layer(recorder, p, `${k}.wide`, middle)))
    repeat(recorder, middle, out, { accumulate: true })
    x = normed(out, `${k}.done`, k === layerCount - 1 ? 'kept' : undefined)
  }
  return x
}
