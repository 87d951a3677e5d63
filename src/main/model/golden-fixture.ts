import { z } from 'zod'
import { fail } from '../../shared/contract/errors.ts'
import { modelRecipe, type ModelRecipe } from '../../shared/domain/model-run.ts'

const array = z.object({ shape: z.array(z.int().min(1)), dtype: z.literal('float64'), base64: z.string() })

const fixture = z.object({
  name: z.string(),
  recipe: z.object({
    preset: z.enum(['studio', 'published']),
    channels: z.int().min(2),
    snapshots: z.int().min(1),
    features: z.enum(['rows', 'identity']),
    historyNode: z.boolean(),
    attentionWidth: z.int().min(1).nullable(),
    readout: z.enum(['last', 'mean']),
    lossOver: z.enum(['channels', 'all']),
    warmupEpochs: z.int().min(0),
    hidden: z.literal(32),
    latent: z.literal(8),
    sigmaFloor: z.number(),
    klEpsilon: z.number(),
    learningRate: z.number().gt(0),
    clipNorm: z.number().gt(0).nullable(),
    frozen: z.array(z.string()),
    epochs: z.int().min(1),
  }),
  input: z.object({ adjacency: array, features: array, noise: array, parameters: z.record(z.string(), array) }),
  forward: z.record(z.string(), array),
  loss: z.number(),
  gradients: z.record(z.string(), array),
  epochs: z.array(z.object({ nll: z.number(), kl: z.number(), gradientNorm: z.number() })).min(1),
  embedding: array,
})

/** Reference numbers of one case (model spec 2.5), arrays decoded; row-major as in the file. */
export type GoldenFixture = {
  name: string
  recipe: ModelRecipe
  channelCount: number
  snapshotCount: number
  adjacency: Float64Array
  features: Float64Array
  /** per epoch [T·V·8] */
  noise: Float64Array[]
  parameters: Record<string, Float64Array>
  forward: Record<string, Float64Array>
  gradients: Record<string, Float64Array>
  loss: number
  epochs: { nll: number; kl: number; gradientNorm: number }[]
  embedding: Float64Array
}

/**
 * Reads a fixture made by the reference code.
 * @param json the parsed file
 * @throws engines/fixture-unreadable with the first place that is not as it must be
 */
export function readFixture(file: string, json: unknown): GoldenFixture {
  const parsed = fixture.safeParse(json)
  if (!parsed.success) throw fail('engines/fixture-unreadable', { file, place: parsed.error.issues[0]?.path.join('.') || 'JSON' })
  const { recipe, input, forward, gradients, epochs, loss, embedding, name } = parsed.data
  const { channels: channelCount, snapshots: snapshotCount } = recipe,
    vertexCount = channelCount + (recipe.historyNode ? 1 : 0)
  const decode = (place: string, value: z.infer<typeof array>, length?: number): Float64Array => {
    const bytes = Uint8Array.from(Buffer.from(value.base64, 'base64')),
      shaped = value.shape.reduce((product, size) => product * size, 1)
    const numbers = bytes.length === 8 * shaped ? new Float64Array(bytes.buffer) : new Float64Array(0)
    if (numbers.length !== (length ?? shaped) || !numbers.every(Number.isFinite)) throw fail('engines/fixture-unreadable', { file, place })
    return numbers
  }
  const decodeAll = (place: string, values: Record<string, z.infer<typeof array>>): Record<string, Float64Array> =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, decode(`${place}.${key}`, value)]))
  const perEpoch = snapshotCount * vertexCount * recipe.latent,
    noise = decode('input.noise', input.noise, epochs.length * perEpoch)
  return {
    name,
    loss,
    epochs,
    channelCount,
    snapshotCount,
    recipe: recipeOf(recipe),
    adjacency: decode('input.adjacency', input.adjacency, snapshotCount * channelCount ** 2),
    features: decode('input.features', input.features, snapshotCount * vertexCount ** 2),
    noise: epochs.map((_, epoch) => noise.subarray(epoch * perEpoch, (epoch + 1) * perEpoch)),
    parameters: decodeAll('input.parameters', input.parameters),
    forward: decodeAll('forward', forward),
    gradients: decodeAll('gradients', gradients),
    embedding: decode('embedding', embedding, snapshotCount * channelCount * recipe.latent),
  }
}

function recipeOf(recipe: z.infer<typeof fixture>['recipe']): ModelRecipe {
  const { preset, features, historyNode, attentionWidth, lossOver, sigmaFloor, klEpsilon, learningRate, clipNorm, warmupEpochs, epochs } =
    recipe
  return modelRecipe.parse({
    preset,
    features,
    historyNode,
    attentionWidth,
    lossOver,
    sigmaFloor,
    klEpsilon,
    learningRate,
    clipNorm,
    warmupEpochs,
    epochs,
    trainedGru: recipe.frozen.length === 0,
  })
}
