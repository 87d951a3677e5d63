import { fail } from '../../shared/contract/errors.ts'
import type { EngineChoice, EpochRecord, ModelRecipe } from '../../shared/domain/model-run.ts'
import type { AwaitedEngine, AwaitedMachine } from '../engine/engine.ts'
import { inputsOf, modelInputOf, symmetricOf, withoutPairs, type HeldPairs, type SnapshotGraphs } from '../model/graph-input.ts'
import { initialParameters, latentCount } from '../model/parameters.ts'
import { isFlat, klWeightOf } from '../model/schedule.ts'
import { recordTavrnn, type Tavrnn } from '../model/tavrnn.ts'
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
  /** of the channels, [T, N, 8]; a sample where the recipe wants one */
  mean: Float32Array
  /** log σ², [T, N, 8] */
  logVariance: Float32Array
}

const mostHalvings = 3,
  checkpointMs = 1000
/** The least σ whose logarithm is taken: the smallest normal float32. */
const leastStd = 1.2e-38

/** What is trained. */
export type Work = { graphs: SnapshotGraphs; recipe: ModelRecipe }

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
  { graphs, recipe }: Work,
  reached: Reached,
  { moment, use }: { moment: Moment; use: Use },
): AsyncGenerator<StepNotice, TrainResult | null> {
  const { machine, tavrnn } = await prepare(engine, { graphs, recipe }, moment)
  try {
    const pace = createPace(engine.name, machine.setThreadCount ? use.threadCounts : [])
    const outcome = yield* trainOn({ name: engine.name, machine, tavrnn, pace, use }, { recipe, graphs, reached }, moment)
    return outcome && { engine: engine.name, ...outcome }
  } finally {
    machine.close?.()
  }
}

/** Seconds of the fastest of three epochs from the state reached; what they compute is dropped. */
export async function secondsPerEpochOn(
  engine: AwaitedEngine,
  { graphs, recipe }: Work,
  { state }: Reached,
  moment: Moment,
): Promise<number> {
  const { machine, tavrnn } = await prepare(engine, { graphs, recipe }, moment)
  try {
    restore(machine, tavrnn, state)
    let least = Infinity
    for (let epoch = 0; epoch < 3; epoch++)
      least = Math.min(least, (await runEpoch(machine, tavrnn, { recipe, state }, moment))?.seconds ?? Infinity)
    return least
  } finally {
    machine.close?.()
  }
}

async function prepare(
  engine: AwaitedEngine,
  { graphs, recipe }: Work,
  { interrupt }: Moment,
): Promise<{ machine: AwaitedMachine; tavrnn: Tavrnn }> {
  const seen = seenBy(graphs, recipe),
    input = modelInputOf(seen.graphs, recipe, interrupt, engine.takesSymmetric)
  interrupt()
  const { channelCount, snapshotCount } = graphs,
    entryCount = input.graphs.columns.length,
    heldEntryCount = seen.held?.heldColumns.length ?? 0
  const tavrnn = recordTavrnn({ channelCount, snapshotCount, entryCount, heldEntryCount }, recipe)
  const inputs = { ...inputsOf(input), ...(heldEntryCount > 0 ? seen.held : {}) }
  return { tavrnn, machine: await engine.prepare(tavrnn.program, inputs, symmetricOf(input)) }
}

/** What the training may see of the graphs: all of them, or all but what the recipe holds out (model spec 6.4). */
function seenBy(graphs: SnapshotGraphs, { heldOut }: ModelRecipe): { graphs: SnapshotGraphs; held: HeldPairs | null } {
  if (heldOut === null) return { graphs, held: null }
  const { channelCount } = graphs
  return withoutPairs(
    graphs,
    graphs.edges.map((edges, snapshot) => holdOutEdges(edges, { channelCount, snapshot, ...heldOut }).pairs),
  )
}

async function* trainOn(
  { name, machine, tavrnn, pace, use }: { name: string; machine: AwaitedMachine; tavrnn: Tavrnn; pace: Pace; use: Use },
  { recipe, graphs, reached }: Work & { reached: Reached },
  { interrupt, clock }: Moment,
): AsyncGenerator<StepNotice, Omit<TrainResult, 'engine'> | null> {
  let state = reached.state,
    lastGood = state,
    checkpointAt = clock(),
    isChosen = false
  restore(machine, tavrnn, state)
  const progress = (): StepNotice => ({ kind: 'progress', done: state.epoch, total: recipe.epochs, phase: 'train' })
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
    const flat = recipe.stopsWhenFlat && isFlat(state.losses, recipe.warmupEpochs)
    if (state.epoch >= recipe.epochs || flat) {
      const embedding = await embed(machine, tavrnn, { recipe, state, graphs }, interrupt)
      if (embedding !== null) {
        yield { kind: 'checkpoint', checkpoint: state }
        const stoppedBecause = state.epoch < recipe.epochs ? 'flat' : 'epochs'
        return { epochCount: state.epoch, stoppedBecause, parameters: state.parameters, ...embedding }
      }
    } else {
      const record = await runEpoch(machine, tavrnn, { recipe, state }, { interrupt, clock })
      if (record !== null) {
        lastGood = state
        state = await stateAfter(machine, tavrnn, state, record)
        reached.state = state
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
    state = { ...lastGood, learningRate: state.learningRate / 2, halvings: state.halvings + 1 }
    lastGood = state
    restore(machine, tavrnn, state)
  }
}

export function firstState(vertexCount: number, recipe: ModelRecipe): Checkpoint {
  const parameters = initialParameters(vertexCount, recipe),
    zeros = (): Float32Array => new Float32Array(parameters.length)
  return {
    epoch: 0,
    learningRate: recipe.learningRate,
    halvings: 0,
    losses: new Float64Array(0),
    parameters,
    adamMean: zeros(),
    adamVariance: zeros(),
  }
}

function restore(machine: AwaitedMachine, tavrnn: Tavrnn, state: Checkpoint): void {
  machine.write(tavrnn.parameters, state.parameters)
  machine.write(tavrnn.adamMean, state.adamMean)
  machine.write(tavrnn.adamVariance, state.adamVariance)
}

async function stateAfter(
  machine: AwaitedMachine,
  tavrnn: Tavrnn,
  { learningRate, halvings, losses }: Checkpoint,
  record: EpochRecord,
): Promise<Checkpoint> {
  const views = [tavrnn.parameters, tavrnn.adamMean, tavrnn.adamVariance]
  const [parameters, adamMean, adamVariance] = await Promise.all(views.map(async (view) => Float32Array.from(await machine.read(view))))
  return {
    epoch: record.epoch + 1,
    learningRate,
    halvings,
    losses: Float64Array.of(...losses, record.nll + record.klWeight * record.kl),
    parameters: parameters!,
    adamMean: adamMean!,
    adamVariance: adamVariance!,
  }
}

type At = { recipe: ModelRecipe; state: Checkpoint }

function scalarsOf({ recipe, state }: At): Record<string, number> {
  const { epoch, learningRate } = state
  return { seed: recipe.seed, epoch, noiseScale: 1, klWeight: klWeightOf(recipe, epoch), learningRate, step: epoch + 1 }
}

/** One epoch; null when its loss or gradient is not finite. The machine's state is then of no use. */
async function runEpoch(machine: AwaitedMachine, tavrnn: Tavrnn, at: At, { interrupt, clock }: Moment): Promise<EpochRecord | null> {
  const started = clock(),
    scalars = scalarsOf(at)
  const total = async (view: Tavrnn['nll']): Promise<number> => Array.from(await machine.read(view)).reduce((sum, value) => sum + value, 0)
  await machine.run(['forward', 'backward', 'update'], scalars, interrupt)
  const [nll, kl, gradientNorm] = await Promise.all([total(tavrnn.nll), total(tavrnn.kl), total(tavrnn.gradientNorm)])
  if (![nll, kl, gradientNorm].every(Number.isFinite)) return null
  return {
    epoch: at.state.epoch,
    nll,
    kl,
    klWeight: klWeightOf(at.recipe, at.state.epoch),
    gradientNorm,
    seconds: (clock() - started) / 1000,
  }
}

/** The embedding of the channels in a pass without noise, or one sample; null when it is not finite. */
async function embed(
  machine: AwaitedMachine,
  tavrnn: Tavrnn,
  { recipe, state, graphs }: At & { graphs: SnapshotGraphs },
  interrupt: Interrupt,
): Promise<Pick<TrainResult, 'mean' | 'logVariance'> | null> {
  const isSample = recipe.embedding === 'sample'
  await machine.run(['forward'], { ...scalarsOf({ recipe, state }), noiseScale: isSample ? 1 : 0 }, interrupt)
  const perSnapshot = (tavrnn.std.rowCount / graphs.snapshotCount) * latentCount,
    width = graphs.channelCount * latentCount
  const channelsOf = (values: ArrayLike<number>): Float32Array =>
    Float32Array.from({ length: graphs.snapshotCount * width }, (_, at) => values[Math.floor(at / width) * perSnapshot + (at % width)]!)
  const mean = channelsOf(await machine.read(isSample ? tavrnn.z : tavrnn.mean)),
    std = channelsOf(await machine.read(tavrnn.std))
  if (!mean.every(Number.isFinite) || !std.every(Number.isFinite)) return null
  return { mean, logVariance: std.map((value) => 2 * Math.log(Math.max(value, leastStd))) }
}
