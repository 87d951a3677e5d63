import { CodedError, fail } from '../../shared/contract/errors.ts'
import type { EpochRecord, ModelRecipe } from '../../shared/domain/model-run.ts'
import type { AwaitedEngine, AwaitedMachine } from '../engine/engine.ts'
import { isGuest, startEngine } from '../engine/start.ts'
import { inputsOf, modelInputOf, symmetricOf, type SnapshotGraphs } from '../model/graph-input.ts'
import { initialParameters, latentCount } from '../model/parameters.ts'
import { isFlat, klWeightOf } from '../model/schedule.ts'
import { recordTavrnn, type Tavrnn } from '../model/tavrnn.ts'
import type { Checkpoint, Interrupt, StepNotice } from './step.ts'

export type TrainInput = { graphs: SnapshotGraphs; recipe: ModelRecipe; from: Checkpoint | null; engine: string }

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

/**
 * Trains TAVRNN and embeds the channels. A checkpoint holds the state before the newest epoch: that epoch is computed
 * again after a resume, so that a step which turns out to have been too long can still be taken back, with the same bits
 * as in a run that nobody stopped. An epoch that was taken back is told again under its number. Where a graphics card is
 * missing, too small or lost, the CPU goes on after the last epoch, and says why.
 * @param clock milliseconds; decides when a checkpoint is due and nothing else
 * @throws model-runs/diverged after three halvings of the rate, engines/none-starts, whatever `interrupt` throws
 * @source model spec 2.3, 2.4, 2.6
 */
export async function* train(
  { graphs, recipe, from, engine: wanted }: TrainInput,
  interrupt: Interrupt,
  clock: () => number = () => performance.now(),
  start: (word: string) => Promise<AwaitedEngine> = startEngine,
): AsyncGenerator<StepNotice, TrainResult> {
  const vertexCount = graphs.channelCount + (recipe.historyNode ? 1 : 0)
  const reached = { state: from ?? firstState(vertexCount, recipe) },
    moment = { interrupt, clock }
  try {
    return yield* trainWith(await start(wanted), { graphs, recipe }, reached, moment)
  } catch (problem) {
    if (!isGuest(wanted) || !(problem instanceof CodedError) || !problem.code.startsWith('engines/')) throw problem
    const engine = await start('cpu')
    yield { kind: 'engine', engine: engine.name, because: { code: problem.code, details: problem.details } }
    return yield* trainWith(engine, { graphs, recipe }, reached, moment)
  }
}

type Moment = { interrupt: Interrupt; clock: () => number }
/** The newest state a training could go on from. */
type Reached = { state: Checkpoint }

async function* trainWith(
  engine: AwaitedEngine,
  { graphs, recipe }: Pick<TrainInput, 'graphs' | 'recipe'>,
  reached: Reached,
  moment: Moment,
): AsyncGenerator<StepNotice, TrainResult> {
  const { interrupt } = moment,
    input = modelInputOf(graphs, recipe, interrupt, engine.takesSymmetric)
  interrupt()
  const { channelCount, snapshotCount } = graphs,
    entryCount = input.graphs.columns.length
  const tavrnn = recordTavrnn({ channelCount, snapshotCount, entryCount }, recipe)
  const machine = await engine.prepare(tavrnn.program, inputsOf(input), symmetricOf(input))
  try {
    return { engine: engine.name, ...(yield* trainOn(machine, tavrnn, { recipe, graphs, reached }, moment)) }
  } finally {
    machine.close?.()
  }
}

async function* trainOn(
  machine: AwaitedMachine,
  tavrnn: Tavrnn,
  { recipe, graphs, reached }: { recipe: ModelRecipe; graphs: SnapshotGraphs; reached: Reached },
  { interrupt, clock }: Moment,
): AsyncGenerator<StepNotice, Omit<TrainResult, 'engine'>> {
  let state = reached.state,
    lastGood = state,
    checkpointAt = clock()
  restore(machine, tavrnn, state)
  const progress = (): StepNotice => ({ kind: 'progress', done: state.epoch, total: recipe.epochs, phase: 'train' })
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
        continue
      }
    }
    if (state.halvings === mostHalvings) throw fail('model-runs/diverged', { epoch: state.epoch })
    state = { ...lastGood, learningRate: state.learningRate / 2, halvings: state.halvings + 1 }
    lastGood = state
    restore(machine, tavrnn, state)
  }
}

function firstState(vertexCount: number, recipe: ModelRecipe): Checkpoint {
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
