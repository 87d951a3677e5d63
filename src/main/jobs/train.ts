import { availableParallelism } from 'node:os'
import { CodedError } from '../../shared/contract/errors.ts'
import type { EngineChoice, EngineTrial, ModelRecipe } from '../../shared/domain/model-run.ts'
import type { AwaitedEngine } from '../engine/engine.ts'
import { isGuest, startCards, startEngine } from '../engine/start.ts'
import type { SnapshotGraphs } from '../model/graph-input.ts'
import { models } from '../model/registry.ts'
import { binsOfWindows, type SnapshotsInput } from './snapshots.ts'
import { threadCountsOf, type Pace } from './pace.ts'
import type { Checkpoint, Interrupt, StepNotice } from './step.ts'
import { firstState, secondsPerEpochOn, trainWith, type Moment, type Reached, type TrainResult, type Work } from './train-epochs.ts'

export type { TrainResult }

export type TrainInput = {
  graphs: SnapshotGraphs
  recipe: ModelRecipe
  /** what the snapshots were made of, for models that read bins */
  source?: SnapshotsInput | null
  from: Checkpoint | null
  engine: string
  /** threads at most; null for as many as the machine has cores */
  threadLimit: number | null
}

/** Graphics cards are woken where the CPU needs longer than this for the epochs that are left. */
const longTrainingS = 20
/** A card must be this much faster than the CPU, whose bits are the same on every machine. */
const worthACard = 0.9

/** How engines are had. */
export type Starting = { engine: (word: string) => Promise<AwaitedEngine>; cards: () => Promise<readonly AwaitedEngine[]> }

/**
 * Trains a model and embeds the channels. A checkpoint holds the state before the newest epoch: that epoch is computed
 * again after a resume, so that a step which turns out to have been too long can still be taken back, with the same bits
 * as in a run that nobody stopped. An epoch that was taken back is told again under its number. Where a graphics card is
 * missing, too small or lost, the CPU goes on after the last epoch, and says why.
 *
 * The CPU's first epochs are run with one, half and all cores, the others with what was fastest. `auto` also measures three
 * epochs on each graphics card where the CPU would take long, and looks again when a card slows down.
 * @param clock milliseconds; decides when a checkpoint is due and what is fastest, and nothing else
 * @throws model-runs/diverged after three halvings of the rate, engines/none-starts, whatever `interrupt` throws
 * @source model spec 2.3, 2.4, 2.6; engine.md, `auto`
 */
export async function* train(
  { graphs, recipe, source = null, from, engine: wanted, threadLimit }: TrainInput,
  interrupt: Interrupt,
  clock: () => number = () => performance.now(),
  starting: Starting = { engine: startEngine, cards: startCards },
): AsyncGenerator<StepNotice, TrainResult> {
  const work: Work = { graphs, recipe, bins: source && binsOfWindows(source, interrupt) },
    epochCount = models[recipe.model].epochCount({ ...work, held: null }),
    moment = { interrupt, clock },
    reached: Reached = { state: from ?? firstState(work) },
    threadCounts = threadCountsOf(Math.min(availableParallelism(), threadLimit ?? Infinity)),
    isAuto = wanted === 'auto'
  let card = isGuest(wanted) ? () => starting.engine(wanted) : null,
    asksCards = isAuto,
    before: EngineChoice['trials'] = [],
    left: EngineChoice['left'] = null
  for (;;) {
    if (card !== null) {
      yield { kind: 'card', isAtWork: true }
      try {
        const leaves = (pace: Pace): boolean => isAuto && pace.isSlow()
        const result = yield* trainWith(await card(), work, reached, { moment, use: { threadCounts: [], before, left, leaves } })
        if (result !== null) return result
        asksCards = true
      } catch (problem) {
        if (!(problem instanceof CodedError) || !problem.code.startsWith('engines/')) throw problem
        left = { engine: String(problem.details['engine'] ?? wanted), code: problem.code, details: problem.details }
      }
      yield { kind: 'card', isAtWork: false }
      card = null
      before = []
    }
    let onCpu: EngineTrial | null = null
    const leaves = (pace: Pace, epoch: number): boolean => {
      onCpu = pace.fastest()
      return asksCards && onCpu !== null && (epochCount - epoch) * onCpu.secondsPerEpoch > longTrainingS
    }
    const engine = await starting.engine(isAuto || isGuest(wanted) ? 'cpu' : wanted)
    const result = yield* trainWith(engine, work, reached, { moment, use: { threadCounts, before, left, leaves } })
    if (result !== null) return result

    asksCards = false
    yield { kind: 'card', isAtWork: true }
    const measured = await measureCards(await starting.cards(), work, reached, moment)
    before = measured.map(({ trial }) => trial)
    const best = measured.toSorted((a, b) => a.trial.secondsPerEpoch - b.trial.secondsPerEpoch)[0],
      cpuS = (onCpu as EngineTrial | null)?.secondsPerEpoch ?? Infinity
    if (best && best.trial.secondsPerEpoch < worthACard * cpuS) {
      before = [...(onCpu ? [onCpu as EngineTrial] : []), ...before]
      card = async () => best.engine
    } else yield { kind: 'card', isAtWork: false }
  }
}

/** Cards that cannot do it with these data are left out. */
async function measureCards(
  cards: readonly AwaitedEngine[],
  work: Work,
  reached: Reached,
  moment: Moment,
): Promise<{ engine: AwaitedEngine; trial: EngineTrial }[]> {
  const measured = []
  for (const engine of cards) {
    try {
      const secondsPerEpoch = await secondsPerEpochOn(engine, work, reached, moment)
      measured.push({ engine, trial: { engine: engine.name, threadCount: null, secondsPerEpoch } })
    } catch (problem) {
      if (!(problem instanceof CodedError) || !problem.code.startsWith('engines/')) throw problem
    }
  }
  return measured
}
