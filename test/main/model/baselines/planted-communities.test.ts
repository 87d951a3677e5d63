import { describe, expect, test } from 'vitest'
import { train, type TrainInput, type TrainResult } from '../../../../src/main/jobs/train.ts'
import type { Checkpoint } from '../../../../src/main/jobs/step.ts'
import { modelRecipe, type ModelRecipe } from '../../../../src/shared/domain/model-run.ts'
import { agreement, plantedCommunities } from './planted-communities.ts'

const narrow = { batchSize: 10, outerUnits: 64, innerUnits: 32, stopsWhenFlat: false }
/** Every learned baseline with a vector a channel. */
const baselines: readonly (Partial<ModelRecipe> & { model: ModelRecipe['model'] })[] = [
  { model: 'tavrnn', epochs: 100 },
  { model: 'vgae', epochs: 100 },
  { model: 'vgrnn', epochs: 100 },
  { model: 'dyngem', epochs: 100, ...narrow },
  { model: 'dynae', epochs: 60, ...narrow },
  { model: 'dynrnn', epochs: 80, ...narrow },
  { model: 'dynaernn', epochs: 40, ...narrow },
  // the published rate is for hundreds of times as many steps
  { model: 'graphert', epochs: 14, batchSize: 10, ownLearningRate: 1e-3, stopsWhenFlat: false },
]

const inputOf = (recipe: Partial<ModelRecipe>, isShuffled = false): TrainInput & { planted: ReturnType<typeof plantedCommunities> } => {
  const planted = plantedCommunities({ channelCount: 100, snapshotCount: 6, seed: 3, isShuffled })
  return { planted, graphs: planted.graphs, recipe: modelRecipe.parse(recipe), from: null, engine: 'cpu', threadLimit: 1 }
}

/** Runs to the end, or until a checkpoint at or after an epoch. */
async function run(
  input: TrainInput,
  stopAt = Infinity,
): Promise<{ result: TrainResult | null; checkpoint: Checkpoint | null; epochs: number }> {
  let epochs = 0
  // a clock that makes every epoch's checkpoint due
  const steps = train(input, () => undefined, tickingClock())
  for (;;) {
    const step = await steps.next()
    if (step.done) return { result: step.value, checkpoint: null, epochs }
    if (step.value.kind === 'epoch') epochs++
    if (step.value.kind === 'checkpoint' && step.value.checkpoint.epoch >= stopAt) {
      await steps.return(undefined as never)
      return { result: null, checkpoint: step.value.checkpoint, epochs }
    }
  }
}
function tickingClock(): () => number {
  let now = 0
  return () => (now += 1000)
}

describe('two communities that exchange members', () => {
  test.each(baselines)(
    '$model finds them',
    async (recipe) => {
      const input = inputOf(recipe),
        { result } = await run(input)
      expect(agreement(result!.mean, input.planted)).toBeGreaterThanOrEqual(0.8)
    },
    120_000,
  )

  test.each(baselines)(
    '$model finds nothing where the names are shuffled',
    async (recipe) => {
      const input = inputOf(recipe, true),
        { result } = await run(input)
      expect(Math.abs(agreement(result!.mean, input.planted))).toBeLessThanOrEqual(0.1)
    },
    120_000,
  )
})

const short = { batchSize: 40, outerUnits: 20, innerUnits: 12, stopsWhenFlat: false, epochs: 4 }
describe.each(['dyngem', 'dynae', 'dynrnn', 'dynaernn', 'graphert'] as const)('%s', (model) => {
  test('goes on from a checkpoint with the same bits, and two threads give the bits of one', async () => {
    const input = inputOf({ model, ...short }),
      whole = await run(input),
      last = whole.epochs - 1
    const { checkpoint } = await run(input, Math.floor(last / 2))
    const resumed = await run({ ...input, from: checkpoint }),
      threads = await run({ ...input, threadLimit: 2 })
    expect(resumed.result!.mean).toEqual(whole.result!.mean)
    expect(threads.result!.mean).toEqual(whole.result!.mean)
    expect(resumed.epochs).toBeLessThan(whole.epochs)
  })

  test('gives vectors of its random weights when it is not trained', async () => {
    const { result, epochs } = await run(inputOf({ model, ...short, trained: false }))
    expect(epochs).toBe(0)
    expect(result!.mean.length).toBe(100 * 6 * 8)
    expect(new Set(result!.mean).size).toBeGreaterThan(4000)
  })
})

test('the whole family embeds with random weights when it is not trained', async () => {
  for (const model of ['tavrnn', 'vgae', 'vgrnn'] as const) {
    const { result, epochs } = await run(inputOf({ model, trained: false }))
    expect(epochs).toBe(0)
    expect(result!.mean.some((value) => value !== 0)).toBe(true)
  }
})
