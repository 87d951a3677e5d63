import { describe, expect, test } from 'vitest'
import type { AwaitedEngine } from '../../../src/main/engine/engine.ts'
import { referenceEngine } from '../../../src/main/engine/plain/run.ts'
import { startEngine } from '../../../src/main/engine/start.ts'
import type { Checkpoint, StepNotice } from '../../../src/main/jobs/step.ts'
import { train, type TrainInput, type TrainResult } from '../../../src/main/jobs/train.ts'
import { holdOutEdges } from '../../../src/main/science/evaluation/held-out-edges.ts'
import { fail } from '../../../src/shared/contract/errors.ts'
import { modelPresets, modelRecipe, type EpochRecord } from '../../../src/shared/domain/model-run.ts'
import { simulatedGraphs } from '../simulated-graphs.ts'

const channelCount = 12,
  snapshotCount = 4,
  graphs = simulatedGraphs({ channelCount, snapshotCount, seed: 2 })
const recipe = modelRecipe.parse({ epochs: 14 })
const inputOf = (settings: Partial<TrainInput> = {}): TrainInput => ({
  graphs,
  recipe,
  from: null,
  engine: 'cpu',
  threadLimit: null,
  ...settings,
})

/** A clock that moves on by this much whenever it is asked. */
function clockOf(stepMs: number): () => number {
  let now = 0
  return () => (now += stepMs)
}

async function run(input: TrainInput, { stopAfterEpoch = Infinity, clock = clockOf(700) } = {}) {
  const stepper = train(input, () => undefined, clock),
    notices: StepNotice[] = []
  let result: TrainResult | null = null
  for (;;) {
    const { value, done } = await stepper.next()
    if (done) {
      result = value
      break
    }
    notices.push(structuredClone(value))
    if (value.kind === 'epoch' && value.record.epoch === stopAfterEpoch) break
  }
  const records = notices.flatMap((notice) => (notice.kind === 'epoch' ? [notice.record] : []))
  const checkpoints = notices.flatMap((notice) => (notice.kind === 'checkpoint' ? [notice.checkpoint] : []))
  return { notices, records, checkpoints, result }
}

const numbersOf = (records: EpochRecord[]) => records.map(({ epoch, nll, kl, gradientNorm }) => ({ epoch, nll, kl, gradientNorm }))

describe('a training', () => {
  test('tells every epoch, a checkpoint when a second has passed and at the end, and embeds the channels', async () => {
    const { notices, records, checkpoints, result } = await run(inputOf())
    expect(records.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 14 }, (_, k) => k))
    expect(records.map(({ klWeight }) => klWeight).slice(0, 3)).toEqual([0.1, 0.2, 0.3])
    expect(records[13]!.nll).toBeLessThan(records[0]!.nll)
    expect(checkpoints.length).toBe(15)
    expect(checkpoints.at(-1)!.epoch).toBe(14)
    expect(notices.filter((notice) => notice.kind === 'progress').at(-1)).toEqual({ kind: 'progress', done: 14, total: 14, phase: 'train' })
    expect(result).toMatchObject({ engine: 'cpu-plain', epochCount: 14, stoppedBecause: 'epochs' })
    expect(result!.mean.length).toBe(snapshotCount * channelCount * 8)
    expect(result!.logVariance.length).toBe(result!.mean.length)
    expect([...result!.mean, ...result!.logVariance].every(Number.isFinite)).toBe(true)
  })

  test('gives the same bits twice with one seed, whatever the clock, and others with another seed', async () => {
    const a = await run(inputOf()),
      b = await run(inputOf(), { clock: clockOf(1) })
    expect(b.checkpoints.length).toBe(1)
    expect(b.result).toEqual(a.result)
    expect(numbersOf(b.records)).toEqual(numbersOf(a.records))
    expect((await run(inputOf({ recipe: { ...recipe, seed: 2 } }))).result!.mean).not.toEqual(a.result!.mean)
  })

  test('with identity features needs no r, and learns the same with or without', async () => {
    const identity = { ...recipe, features: 'identity' as const, epochs: 3 },
      [withR, without] = [graphs, { ...graphs, r: [] }].map((own) => run(inputOf({ graphs: own, recipe: identity })))
    expect((await without!).result).toEqual((await withR!).result)
  })

  test('sees nothing of the pairs it holds out: whatever their r is, the bits are the same', async () => {
    const settings = modelRecipe.parse({ epochs: 6, heldOut: { share: 0.2 } })
    const blind = await run(inputOf({ recipe: settings }))
    const changed = structuredClone(graphs)
    graphs.edges.forEach((edges, snapshot) => {
      const { pairs } = holdOutEdges(edges, { channelCount, snapshot, share: 0.2, seed: 1 })
      for (let at = 0; at < pairs.length; at += 2) {
        const i = pairs[at]!,
          j = pairs[at + 1]!
        changed.r[snapshot]![(i * (2 * channelCount - i - 1)) / 2 + j - i - 1] = 999
      }
    })
    expect(changed.r).not.toEqual(graphs.r)
    expect((await run(inputOf({ graphs: changed, recipe: settings }))).result).toEqual(blind.result)
    expect((await run(inputOf({ recipe: modelRecipe.parse({ epochs: 6 }) }))).result!.mean).not.toEqual(blind.result!.mean)
  })

  test.each(['studio', 'published'] as const)('that was killed and resumed ends with the same bits: %s', async (preset) => {
    const settings = modelRecipe.parse({ ...modelPresets[preset], epochs: 14 }),
      whole = await run(inputOf({ recipe: settings }))
    for (const stopAfterEpoch of [1, 2, 7, 13]) {
      const from = (await run(inputOf({ recipe: settings }), { stopAfterEpoch })).checkpoints.at(-1)!
      const resumed = await run(inputOf({ recipe: settings, from }))
      expect(resumed.result).toEqual(whole.result)
      expect(numbersOf(resumed.records)).toEqual(numbersOf(whole.records.slice(from.epoch)))
    }
    expect((await run(inputOf({ recipe: settings, from: whole.checkpoints.at(-1)! }))).result).toEqual(whole.result)
  })

  test('stops when the loss is flat', async () => {
    const still = modelRecipe.parse({ epochs: 300, learningRate: 1e-12, warmupEpochs: 0 }),
      { result } = await run(inputOf({ recipe: still }))
    expect(result!.stoppedBecause).toBe('flat')
    expect(result!.epochCount).toBeGreaterThanOrEqual(40)
    expect(result!.epochCount).toBeLessThan(300)
  })

  test('embeds without noise: the mean depends on the weights alone', async () => {
    const from = (await run(inputOf())).checkpoints.at(-1)!,
      otherSeed = { ...recipe, seed: 9 }
    expect((await run(inputOf({ from }))).result).toEqual((await run(inputOf({ from, recipe: otherSeed }))).result)
  })

  test('embeds by a sample in the published preset, by the mean otherwise', async () => {
    const settings = { epochs: 3, seed: 4 },
      sample = (await run(inputOf({ recipe: modelRecipe.parse({ ...settings, embedding: 'sample' }) }))).result!
    const mean = (await run(inputOf({ recipe: modelRecipe.parse(settings) }))).result!
    expect(sample.parameters).toEqual(mean.parameters)
    expect(sample.mean).not.toEqual(mean.mean)
    const gaps = sample.mean.map((value, at) => (value - mean.mean[at]!) / Math.exp(mean.logVariance[at]! / 2))
    const spread = Math.sqrt(gaps.reduce((sum, gap) => sum + gap * gap, 0) / gaps.length)
    expect(spread).toBeGreaterThan(0.5)
    expect(spread).toBeLessThan(2)
  })
})

describe('a training stops when asked', () => {
  test('anywhere within an epoch', async () => {
    let calls = 0
    const count = train(
      inputOf({ recipe: { ...recipe, epochs: 2 } }),
      () => {
        calls++
      },
      clockOf(1),
    )
    while (!(await count.next()).done);
    expect(calls).toBeGreaterThan(200)
    for (const stopAt of [1, 2, Math.floor(calls / 2), calls]) {
      let left = stopAt
      const stepper = train(
        inputOf({ recipe: { ...recipe, epochs: 2 } }),
        () => {
          if (--left === 0) throw new Error('stop')
        },
        clockOf(1),
      )
      await expect(
        (async () => {
          while (!(await stepper.next()).done);
        })(),
      ).rejects.toThrow('stop')
    }
  })
})

describe('a graphics card', () => {
  /** Computes as the plain interpreter until its run of this number, which the card does not survive. */
  const losing = (after: number): AwaitedEngine => ({
    name: 'webgpu',
    prepare: (program, inputs) => {
      const machine = referenceEngine.prepare(program, inputs)
      let runCount = 0
      return {
        ...machine,
        run: async (...given) => {
          if (++runCount > after) throw fail('engines/device-lost', { engine: 'webgpu', reason: 'unplugged' })
          machine.run(...given)
        },
      }
    },
  })
  const onCard = async (start: (word: string) => Promise<AwaitedEngine>, from: Checkpoint | null = null) => {
    const stepper = train(inputOf({ engine: 'webgpu', from }), () => undefined, clockOf(700), { engine: start, cards: async () => [] }),
      notices: StepNotice[] = []
    for (;;) {
      const { value, done } = await stepper.next()
      if (done) return { notices, result: value }
      notices.push(structuredClone(value))
    }
  }

  test.each([0, 5, 14])(
    'that is lost after %d runs leaves its epochs to the CPU, which goes on after the last and says why',
    async (after) => {
      const { notices, result } = await onCard(async (word) => (word === 'webgpu' ? losing(after) : startEngine(word)))
      expect(notices.flatMap((notice) => (notice.kind === 'epoch' ? [notice.record.epoch] : []))).toEqual(
        Array.from({ length: 14 }, (_, k) => k),
      )
      const left = { engine: 'webgpu', code: 'engines/device-lost', details: { engine: 'webgpu', reason: 'unplugged' } }
      expect(notices.findLast((notice) => notice.kind === 'engine')).toMatchObject({ engine: 'cpu-plain', choice: { left } })
      expect(result).toMatchObject({ engine: 'cpu-plain', epochCount: 14 })
    },
  )

  test('that is missing leaves all to the CPU', async () => {
    const { notices, result } = await onCard(async (word) => {
      if (word === 'webgpu') throw fail('engines/none-starts', { engine: word, engines: '' })
      return startEngine(word)
    })
    expect(notices.find((notice) => notice.kind === 'engine')).toMatchObject({ choice: { left: { code: 'engines/none-starts' } } })
    expect(result).toEqual((await run(inputOf())).result)
  })

  test('is not blamed for what went wrong elsewhere', async () => {
    const stepper = train(inputOf({ engine: 'webgpu' }), () => undefined, clockOf(1), {
      engine: async () => {
        throw new Error('broken')
      },
      cards: async () => [],
    })
    await stepper.next()
    await expect(stepper.next()).rejects.toThrow('broken')
  })
})

describe('auto', () => {
  /** A second an epoch on the CPU, and what a card is made to need; a card is slower from its `slowFrom`th run on. */
  const timed = async (cardS: number, slowFrom = Infinity) => {
    let now = 0,
      runs = 0
    const slowly = (engine: AwaitedEngine, name: string, seconds: () => number): AwaitedEngine => ({
      name,
      prepare: async (program, inputs) => {
        const machine = await engine.prepare(program, inputs)
        return {
          write: machine.write,
          read: machine.read,
          run: (sections, ...rest) => {
            if (sections.length > 1) now += 1000 * seconds()
            return machine.run(sections, ...rest)
          },
        }
      },
    })
    const card = slowly(referenceEngine, 'webgpu', () => (++runs > slowFrom ? 10 * cardS : cardS))
    const stepper = train(
        inputOf({ engine: 'auto', recipe: { ...recipe, epochs: 60, stopsWhenFlat: false } }),
        () => undefined,
        () => now,
        { engine: async () => slowly(referenceEngine, 'cpu-plain', () => 1), cards: async () => [card] },
      ),
      notices: StepNotice[] = []
    for (;;) {
      const { value, done } = await stepper.next()
      if (done) return { notices, result: value }
      notices.push(structuredClone(value))
    }
  }
  const enginesOf = (notices: StepNotice[]): string[] => notices.flatMap((notice) => (notice.kind === 'engine' ? [notice.engine] : []))

  test('goes over to a card that was measured to be faster, and keeps what was measured', async () => {
    const { notices, result } = await timed(0.5)
    expect(result.engine).toBe('webgpu')
    const last = notices.findLast((notice) => notice.kind === 'engine')
    expect(last).toMatchObject({
      engine: 'webgpu',
      choice: {
        trials: [
          { engine: 'cpu-plain', secondsPerEpoch: 1 },
          { engine: 'webgpu', secondsPerEpoch: 0.5 },
        ],
      },
    })
    expect(notices.flatMap((notice) => (notice.kind === 'epoch' ? [notice.record.epoch] : []))).toEqual(
      Array.from({ length: 60 }, (_, k) => k),
    )
  })

  test('stays on the CPU where the card is not faster, and ends with its bits', async () => {
    const { notices, result } = await timed(0.95)
    expect(new Set(enginesOf(notices))).toEqual(new Set(['cpu-plain']))
    const alone = train(
      inputOf({ engine: 'reference', recipe: { ...recipe, epochs: 60, stopsWhenFlat: false } }),
      () => undefined,
      clockOf(1),
    )
    for (let step = await alone.next(); ; step = await alone.next()) {
      if (!step.done) continue
      expect(result.mean).toEqual(step.value.mean)
      break
    }
  })

  test('leaves a card that slows down', async () => {
    const { notices, result } = await timed(0.5, 20)
    expect(enginesOf(notices)).toContain('webgpu')
    expect(result.engine).toBe('cpu-plain')
    expect(notices.findLast((notice) => notice.kind === 'card')).toEqual({ kind: 'card', isAtWork: false })
  })
})

describe('numbers that are not finite', () => {
  test('take the run back to the last good epoch with half the rate', async () => {
    // A step of this size overflows float32 in the next epoch.
    const wild = modelRecipe.parse({ epochs: 6, learningRate: 1, clipNorm: null }),
      from = { ...(await run(inputOf(), { stopAfterEpoch: 3 })).checkpoints.at(-1)!, learningRate: 1e12 }
    const { records } = await runUntilThrow(inputOf({ recipe: wild, from }))
    expect(records.map(({ epoch }) => epoch)).toEqual([from.epoch, from.epoch, from.epoch, from.epoch])
    const numbers = numbersOf(records)
    expect(numbers[1]).toEqual(numbers[0])
  })

  test('after three halvings end the run with its epoch', async () => {
    const good = (await run(inputOf(), { stopAfterEpoch: 3 })).checkpoints.at(-1)!,
      from = { ...good, parameters: good.parameters.map((weight) => weight * 1e30) }
    const { problem, records } = await runUntilThrow(inputOf({ from }))
    expect(records).toEqual([])
    expect(problem).toMatchObject({ code: 'model-runs/diverged', details: { epoch: from.epoch } })
  })

  test('are left behind when a smaller step helps, and a resumed run makes the same turn', async () => {
    const found = await findTurn()
    const whole = await run(found.input)
    expect(whole.checkpoints.at(-1)).toMatchObject({ epoch: 8, halvings: found.halvings })
    expect(whole.checkpoints.at(-1)!.learningRate).toBe(found.input.from!.learningRate / 2 ** found.halvings)
    expect(whole.result!.mean.every(Number.isFinite)).toBe(true)
    for (const from of whole.checkpoints) expect((await run({ ...found.input, from })).result).toEqual(whole.result)
  })
})

describe('a loss that bursts before it is no number', () => {
  const wild = inputOf({ recipe: modelRecipe.parse({ epochs: 30, learningRate: 2 ** -1.5, stopsWhenFlat: false }) })

  test('takes the run back to its start with a smaller rate, since the epochs before the end were no better', async () => {
    const { records, result, checkpoints } = await run(wild),
      again = records.findLastIndex(({ epoch }) => epoch === 0)
    expect(again).toBeGreaterThan(0)
    const lossOf = ({ nll, kl, klWeight }: EpochRecord): number => nll + klWeight * kl
    expect(lossOf(records[again - 1]!)).toBeGreaterThan(100 * lossOf(records[0]!))
    expect(records.slice(again).map(({ epoch }) => epoch)).toEqual(Array.from({ length: 30 }, (_, epoch) => epoch))
    expect(result!.mean.every(Number.isFinite)).toBe(true)
    expect(checkpoints.at(-1)!.learningRate).toBeLessThan(2 ** -1.5)
  })

  test('is no end: where it stays there, the run fails rather than embed', async () => {
    const { records, problem } = await runUntilThrow(
      inputOf({ recipe: { ...wild.recipe, epochs: 4, learningRate: 1, klWeight: 100, warmupEpochs: 0 } }),
    )
    expect(problem).toMatchObject({ code: 'model-runs/diverged' })
    expect(records.every(({ nll, kl }) => Number.isFinite(nll + kl))).toBe(true)
  })

  test('and a run that is resumed goes back in the same way', async () => {
    const { checkpoints, result } = await run(wild)
    for (const from of checkpoints.filter((_, k) => k % 8 === 0)) expect((await run({ ...wild, from })).result).toEqual(result)
  })
})

async function runUntilThrow(input: TrainInput): Promise<{ records: EpochRecord[]; problem: unknown }> {
  const stepper = train(input, () => undefined, clockOf(700)),
    records: EpochRecord[] = []
  try {
    for (;;) {
      const { value, done } = await stepper.next()
      if (done) return { records, problem: null }
      if (value.kind === 'epoch') records.push(value.record)
    }
  } catch (problem) {
    return { records, problem }
  }
}

/** A rate that overflows once or more and then, halved, does not. */
async function findTurn(): Promise<{ input: TrainInput; halvings: number }> {
  const start = (await run(inputOf(), { stopAfterEpoch: 3 })).checkpoints.at(-1)!,
    settings = modelRecipe.parse({ epochs: 8, stopsWhenFlat: false })
  for (let power = 0; power < 40; power += 0.25) {
    const input = inputOf({ recipe: settings, from: { ...start, learningRate: 2 ** power } })
    const stepper = train(input, () => undefined, clockOf(1))
    try {
      for (;;) {
        const { value, done } = await stepper.next()
        if (done) break
        if (value.kind === 'checkpoint' && value.checkpoint.halvings > 0) return { input, halvings: value.checkpoint.halvings }
      }
    } catch {
      continue
    }
  }
  throw new Error('no rate diverges once')
}
