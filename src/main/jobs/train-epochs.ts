import { fail } from '../../shared/contract/errors.ts'
import type { EngineChoice, EpochRecord, ModelRecipe } from '../../shared/domain/model-run.ts'
import type { AwaitedEngine, AwaitedMachine } from '../engine/engine.ts'
import { withoutPairs, type SnapshotGraphs } from '../model/graph-input.ts'
import { models } from '../model/registry.ts'
import type { Bins, Trainee, TrainingData, Vectors } from '../model/trainee.ts'
import { holdOutEdges } from '../science/evaluation/held-out-edges.ts'
import { createPace, type Pace } from './pace.ts'
import type { Checkpoint, Interrupt, StepNotice } from './step.ts'

export type TrainResult = {
  engine: string
  /** epochs behind the parameters */
  epochCount: number
  stoppedBecause: 'epochs' | 'flat'
  /** flat, in stored order */
  parameters: Float32Array
  /** of the channels, [T, N, 8], or of the windows, [T, 8]; a sample where the recipe wants one */
  mean: Float32Array
  /** log σ², as many */
  logVariance: Float32Array
  /** μ′, what the states before each snapshot say of it, [T, N, 8]; null where no state is carried */
  priorMean: Float32Array | null
}

/** of the learning rate, before a training that becomes unstable is given up (model spec 2.3) */
export const mostHalvings = 3

/** Times the first epoch's loss, from which on nothing is learned any more. An overshoot of the first steps is some twenty times it. */
const burstTimes = 100

const checkpointMs = 1000

/** What is trained. */
export type Work = { graphs: SnapshotGraphs; recipe: ModelRecipe; bins: Bins | null }

export type Moment = { interrupt: Interrupt; clock: () => number }
/** The newest state a training could go on from. */
export type Reached = { state: Checkpoint }

/** How an engine is used: how many threads are tried, what was measured or left before, and when it is left. */
export type Use = {
  /** ascending; empty where threads are not ours to set */
  threadCounts: readonly number[]
  /** trials of other engines */
  before: EngineChoice['trials']
  left: EngineChoice['left']
  /** asked after every epoch: whether to leave the engine after it */
  leaves: (pace: Pace, epoch: number) => boolean
}

/** Trains on one engine from the state reached; null where it was left before the end, `reached` then says where. */
export async function* trainWith(
  engine: AwaitedEngine,
  work: Work,
  reached: Reached,
  { moment, use }: { moment: Moment; use: Use },
): AsyncGenerator<StepNotice, TrainResult | null> {
  const { machine, trainee } = await prepare(engine, work, moment)
  try {
    const pace = createPace(engine.name, machine.setThreadCount ? use.threadCounts : [])
    const outcome = yield* trainOn({ name: engine.name, machine, trainee, pace, use }, { ...work, reached }, moment)
    return outcome && { engine: engine.name, ...outcome }
  } finally {
    machine.close?.()
  }
}

/** Seconds of the fastest of three epochs from the state reached; what they compute is dropped. */
export async function secondsPerEpochOn(engine: AwaitedEngine, work: Work, { state }: Reached, moment: Moment): Promise<number> {
  const { machine, trainee } = await prepare(engine, work, moment)
  try {
    restore(machine, trainee, state)
    let least = Infinity
    for (let epoch = 0; epoch < 3; epoch++) {
      const startedMs = moment.clock(),
        isFinite = (await runEpoch(machine, trainee, state, moment.interrupt)) !== null
      if (isFinite) least = Math.min(least, (moment.clock() - startedMs) / 1000)
    }
    return least
  } finally {
    machine.close?.()
  }
}

async function prepare(engine: AwaitedEngine, work: Work, { interrupt }: Moment): Promise<{ machine: AwaitedMachine; trainee: Trainee }> {
  const trainee = models[work.recipe.model].build(seenBy(work), interrupt, engine.takesSymmetric ?? false)
  interrupt()
  return { trainee, machine: await engine.prepare(trainee.program, trainee.inputs, trainee.symmetric) }
}

/** What the training may see: all of the graphs, or all but what the recipe holds out (model spec 6.4). */
function seenBy({ graphs, recipe, bins }: Work): TrainingData {
  const { heldOut } = recipe,
    { channelCount } = graphs
  if (heldOut === null) return { graphs, recipe, bins, held: null }
  const pairs = graphs.edges.map((edges, snapshot) => holdOutEdges(edges, { channelCount, snapshot, ...heldOut }).pairs)
  return { recipe, bins, ...withoutPairs(graphs, pairs) }
}

async function* trainOn(
  { name, machine, trainee, pace, use }: { name: string; machine: AwaitedMachine; trainee: Trainee; pace: Pace; use: Use },
  { reached, ...work }: Work & { reached: Reached },
  { interrupt, clock }: Moment,
): AsyncGenerator<StepNotice, Omit<TrainResult, 'engine'> | null> {
  const { recipe } = work,
    model = models[recipe.model],
    total = model.epochCount({ ...work, held: null })
  let state = reached.state,
    lastGood = state,
    checkpointAt = clock(),
    isChosen = false
  restore(machine, trainee, state)
  const progress = (): StepNotice => ({ kind: 'progress', done: state.epoch, total: Math.max(1, total), phase: 'train' })
  // What is measured in earnest takes the place of what was measured before.
  const trialsSoFar = (): EngineChoice['trials'] => {
    const own = pace.trials()
    return [...use.before.filter(({ engine }) => engine !== name || own.length === 0), ...own]
  }
  const chosen = (): StepNotice => ({
    kind: 'engine',
    engine: name,
    choice: { threadCount: machine.threadCount ?? null, trials: trialsSoFar(), left: use.left },
  })
  const adjust = (): void => {
    const threadCount = pace.threadCount()
    if (threadCount !== null) machine.setThreadCount?.(threadCount)
  }
  adjust()
  yield chosen()
  yield progress()

  for (;;) {
    const flat = recipe.stopsWhenFlat && model.isFlat(recipe, state.losses)
    if (state.epoch >= total || flat) {
      const embedding = hasBurst(state) ? null : await embed(machine, trainee, state, interrupt)
      if (embedding !== null) {
        yield { kind: 'checkpoint', checkpoint: state }
        const stoppedBecause = state.epoch < total ? 'flat' : 'epochs'
        return { epochCount: state.epoch, stoppedBecause, parameters: state.parameters, ...embedding }
      }
    } else {
      const startedMs = clock(),
        terms = await runEpoch(machine, trainee, state, interrupt)
      if (terms !== null) {
        lastGood = state
        state = await stateAfter(machine, trainee, state, terms)
        reached.state = state
        // reading back counts: of a small model it is a good part of an epoch
        const record = { ...terms, seconds: (clock() - startedMs) / 1000 }
        yield { kind: 'epoch', record }
        if (clock() - checkpointAt >= checkpointMs) {
          checkpointAt = clock()
          yield { kind: 'checkpoint', checkpoint: lastGood }
        }
        yield progress()
        pace.note(record.seconds)
        adjust()
        if (pace.fastest() !== null && !isChosen) {
          isChosen = true
          yield chosen()
        }
        if (use.leaves(pace, state.epoch)) return null
        continue
      }
    }
    if (state.halvings === mostHalvings) throw fail('model-runs/diverged', { epoch: state.epoch })
    const backTo = hasBurst(state) ? firstState(work) : lastGood
    state = { ...backTo, learningRate: state.learningRate / 2, halvings: state.halvings + 1 }
    lastGood = state
    restore(machine, trainee, state)
  }
}

/** Whether the loss is a number still, but none that a model could have: there is no embedding, and no way back by smaller steps. */
function hasBurst({ losses }: Checkpoint): boolean {
  return losses.length > 0 && losses.at(-1)! > burstTimes * Math.abs(losses[0]!)
}

export function firstState(work: Work): Checkpoint {
  const model = models[work.recipe.model],
    parameters = model.firstParameters({ ...work, held: null }),
    zeros = (): Float32Array => new Float32Array(parameters.length)
  return {
    epoch: 0,
    learningRate: model.learningRate(work.recipe),
    halvings: 0,
    losses: new Float64Array(0),
    parameters,
    adamMean: zeros(),
    adamVariance: zeros(),
  }
}

function restore(machine: AwaitedMachine, { parameters, moments }: Trainee, state: Checkpoint): void {
  machine.write(parameters, state.parameters)
  machine.write(moments[0], state.adamMean)
  machine.write(moments[1], state.adamVariance)
}

async function stateAfter(
  machine: AwaitedMachine,
  trainee: Trainee,
  { learningRate, halvings, losses }: Checkpoint,
  { epoch, nll, kl, klWeight }: EpochTerms,
): Promise<Checkpoint> {
  const views = [trainee.parameters, ...trainee.moments]
  const [parameters, adamMean, adamVariance] = await Promise.all(views.map(async (view) => Float32Array.from(await machine.read(view))))
  const grown = new Float64Array(losses.length + 1)
  grown.set(losses)
  grown[losses.length] = nll + klWeight * kl
  return {
    epoch: epoch + 1,
    learningRate,
    halvings,
    losses: grown,
    parameters: parameters!,
    adamMean: adamMean!,
    adamVariance: adamVariance!,
  }
}

type EpochTerms = Omit<EpochRecord, 'seconds'>

/** One epoch; null when its loss or gradient is not finite. The machine's state is then of no use. */
async function runEpoch(
  machine: AwaitedMachine,
  trainee: Trainee,
  { epoch, learningRate }: Checkpoint,
  interrupt: Interrupt,
): Promise<EpochTerms | null> {
  const { nll, kl, klWeight, gradientNorm } = await trainee.epoch(machine, { epoch, learningRate }, interrupt)
  return [nll, kl, gradientNorm].every(Number.isFinite) ? { epoch, nll, kl, klWeight, gradientNorm } : null
}

/** The embedding; null when it is not finite. */
async function embed(
  machine: AwaitedMachine,
  trainee: Trainee,
  { epoch, learningRate }: Checkpoint,
  interrupt: Interrupt,
): Promise<Vectors | null> {
  const vectors = await trainee.embed(machine, { epoch, learningRate }, interrupt)
  return vectors.mean.every(Number.isFinite) && vectors.logVariance.every(Number.isFinite) ? vectors : null
}
