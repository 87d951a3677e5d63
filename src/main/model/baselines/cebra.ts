import { uniformSequence } from '../../../shared/domain/random.ts'
import type { ModelRecipe } from '../../../shared/domain/model-run.ts'
import { convolve } from '../../engine/operations/convolve.ts'
import { gelu } from '../../engine/operations/gelu.ts'
import { infoNce } from '../../engine/operations/info-nce.ts'
import { lookup } from '../../engine/operations/lookup.ts'
import { toUnitLength } from '../../engine/operations/normalise.ts'
import { repeat } from '../../engine/operations/repeat.ts'
import { columnsOf, rowsOf, type View } from '../../engine/program.ts'
import { createRecorder, type Recorder } from '../../engine/recorder.ts'
import { latentCount, leastLogVariance } from '../parameters.ts'
import { isFlat } from '../schedule.ts'
import type { Bins, Model, Trainee, TrainingData } from '../trainee.ts'
import { finishStep, planOfSteps, runBatches, type StepProgram } from './minibatch.ts'
import { denseShapes, layOutWeights, type Shape } from './weights.ts'

/** Bins that the encoder sees, five before its moment and from it on five. */
const fieldBins = 10,
  binsBefore = 5
/** A positive comes so many bins after its reference. */
const offsetBins = 10
const unitCount = 32,
  temperature = 1,
  batchSize = 512,
  published = { steps: 10_000 }

/** Taps of the convolutions between the first and the last; each is added to what it reads. */
const skips = ['skip.1', 'skip.2', 'skip.3'] as const,
  skipTaps = 3,
  firstTaps = 2,
  lastTaps = 3

const shapesOf = (channelCount: number): Shape[] => [
  ...denseShapes('first', firstTaps * channelCount, unitCount),
  ...skips.flatMap((name) => denseShapes(name, skipTaps * unitCount, unitCount)),
  ...denseShapes('last', lastTaps * unitCount, latentCount),
]

/** One step for every `batchSize` bins is an epoch. */
const stepsOf = (binCount: number): number => Math.max(1, Math.round(binCount / batchSize))

const epochsOf = (binCount: number, { budget, epochs }: ModelRecipe): number =>
  budget === 'published' ? Math.ceil(published.steps / stepsOf(binCount)) : epochs

const binCountOf = ({ values, channelCount }: Bins): number => values.length / channelCount

function binsOf({ bins }: TrainingData): Bins {
  if (bins === null) throw new Error('cebra: the recording’s bins are not at hand')
  return bins
}

/**
 * CEBRA-Time: an encoder of ten bins of all channels, trained without labels so that moments ten bins apart lie nearer to each
 * other than to any moment. A window's vector is the mean of its bins'.
 * @source model spec 5; Schneider et al. 2023: model offset10, 8 dimensions, InfoNCE, Adam 3·10⁻⁴, batches of 512
 */
export const cebra: Model = {
  epochCount: (data) => (data.recipe.trained ? epochsOf(binCountOf(binsOf(data)), data.recipe) : 0),
  learningRate: ({ ownLearningRate }) => ownLearningRate ?? 3e-4,
  firstParameters: (data) => layOutWeights(shapesOf(binsOf(data).channelCount)).start(data.recipe.seed),
  isFlat: (_, losses) => isFlat(losses, 0),
  plan: (size, recipe) => {
    const { channelCount, binCount = batchSize } = size,
      { step } = recordStep(channelCount, binCount),
      runCount = recipe.trained ? epochsOf(binCount, recipe) * stepsOf(binCount) : 0
    return planOfSteps(size, step, runCount)
  },
  build: (data) => build(data.recipe, binsOf(data)),
}

function build(recipe: ModelRecipe, bins: Bins): Trainee {
  const { values, channelCount, windows } = bins,
    binCount = binCountOf(bins),
    sequenceCount = 3 * batchSize
  const { step, index, y } = recordStep(channelCount, binCount),
    places = new Float32Array(fieldBins * sequenceCount)
  /** The field of sequence s is around a bin; beyond the recording's ends its first and last bins are repeated. */
  const place = (sequence: number, bin: number): void => {
    for (let moment = 0; moment < fieldBins; moment++) {
      places[moment * sequenceCount + sequence] = Math.min(binCount - 1, Math.max(0, bin + moment - binsBefore))
    }
  }
  return {
    ...step,
    inputs: { bins: values },
    symmetric: {},
    epoch: async (machine, { epoch, learningRate }, interrupt) => {
      const draw = uniformSequence(recipe.seed, 'batches', [epoch, 2]),
        bin = (most: number): number => Math.floor(draw() * Math.max(1, most))
      const put = (): void => {
        for (let k = 0; k < batchSize; k++) {
          const reference = bin(binCount - offsetBins)
          place(k, reference)
          place(batchSize + k, Math.min(binCount - 1, reference + offsetBins))
          place(2 * batchSize + k, bin(binCount))
        }
        machine.write(index, places)
      }
      const stepCount = stepsOf(binCount)
      const loss = await runBatches(machine, step, Array.from({ length: stepCount }), {
        put,
        firstStep: epoch * stepCount,
        learningRate,
        interrupt,
      })
      return { ...loss, nll: loss.nll - 1 / temperature }
    },
    embed: async (machine, _, interrupt) => {
      const ofBins = new Float32Array(binCount * latentCount)
      for (let first = 0; first < binCount; first += sequenceCount) {
        const count = Math.min(sequenceCount, binCount - first)
        for (let k = 0; k < count; k++) place(k, first + k)
        machine.write(index, places)
        await machine.run(['forward'], {}, interrupt)
        ofBins.set((await machine.read(y)).subarray(0, count * latentCount), first * latentCount)
      }
      const mean = new Float32Array(windows.length * latentCount)
      windows.forEach(({ firstBin, binCount: own }, t) => {
        for (let c = 0; c < latentCount; c++) {
          let sum = 0
          for (let bin = firstBin; bin < firstBin + own; bin++) sum += ofBins[bin * latentCount + c]!
          mean[t * latentCount + c] = sum / own
        }
      })
      return { mean, logVariance: new Float32Array(mean.length).fill(leastLogVariance), priorMean: null }
    },
  }
}

/** References, positives and negatives below one another, each a sequence of ten bins. */
function recordStep(channelCount: number, binCount: number): { step: StepProgram; index: View; y: View } {
  const recorder = createRecorder(),
    weights = layOutWeights(shapesOf(channelCount)),
    sequenceCount = 3 * batchSize
  const parameters = recorder.parameters(weights.count, weights.parts),
    losses = recorder.tensor('losses', { term: 2 }, 'kept', 'float64'),
    bins = recorder.tensor('bins', { bin: binCount, channel: channelCount }, 'input'),
    index = recorder.tensor('places', { place: fieldBins * sequenceCount, one: 1 }, 'input')
  const x = recorder.tensor('fields', { row: fieldBins * sequenceCount, channel: channelCount })
  lookup(recorder, bins, index, x)
  const y = encode(recorder, weights.viewIn(parameters), x, sequenceCount)
  const part = (k: number): View => rowsOf(y, k * batchSize, batchSize),
    sums = { push: columnsOf(losses, 0, 1), pull: columnsOf(losses, 1, 1) }
  infoNce(recorder, { reference: part(0), positive: part(1), negative: part(2) }, sums, temperature)
  const step = finishStep(
    recorder,
    { parameters, losses },
    { rule: { kind: 'adam', decay: 0 }, l1: 0, l2: 0 },
    { stretches: [[0, weights.count]], matrices: [] },
  )
  return { step, index, y }
}

function encode(recorder: Recorder, p: (name: string) => View, x: View, sequenceCount: number): View {
  const layer = (name: string, input: View, taps: number): View => {
    const weight = p(`${name}.W`),
      out = recorder.tensor(name, { row: input.rowCount - (taps - 1) * sequenceCount, column: weight.columnCount })
    convolve(recorder, input, { weight, bias: p(`${name}.b`) }, out, { taps, sequenceCount })
    return out
  }
  const bent = (input: View): View => {
    const out = recorder.tensor('bent', { row: input.rowCount, column: input.columnCount })
    gelu(recorder, input, out)
    return out
  }
  let hidden = bent(layer('first', x, firstTaps))
  for (const name of skips) {
    const added = bent(layer(name, hidden, skipTaps))
    repeat(recorder, rowsOf(hidden, sequenceCount, added.rowCount), added, { accumulate: true })
    hidden = added
  }
  const y = recorder.tensor('y', { row: sequenceCount, latent: latentCount }, 'kept')
  toUnitLength(recorder, layer('last', hidden, lastTaps), y)
  return y
}
