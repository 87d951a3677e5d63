import type { Alignment, AlignmentColumn, AlignmentRecipe, MatchingShortage } from '../../shared/domain/alignment.ts'
import { uniformSequence } from '../../shared/domain/random.ts'
import type { Role } from '../../shared/domain/region.ts'
import type { TaskEvent } from '../../shared/domain/task-event.ts'
import { alignColumn } from '../science/alignment/column.ts'
import type { ColumnInput, RecordingInput } from '../science/alignment/column-input.ts'
import { playsOf, shiftedHitRatios, shiftedTrains } from '../science/alignment/event-shifts.ts'
import { performanceNull } from '../science/alignment/performance-correlation.ts'
import { nanoseconds, type SpikeTrains } from '../science/bins.ts'
import { longerSegment, matchableChannels, shortageOf } from '../science/rate-matching.ts'
import type { Interrupt, StepNotice } from './step.ts'
import { besideWholeLine, type WholeLineInput } from './whole-line.ts'

export type AlignInput = {
  recording: RecordingInput & {
    /** the recording covers [startS, endS) on the clock of the events */
    startS: number
    endS: number
    events: TaskEvent[]
  }
  asRecorded: ColumnInput
  rateMatched: ColumnInput | null
  /** what could have been rate-matched, where it was not: says why */
  unmatched: UnmatchedInput | null
  /** where the whole line was asked for and the recording has spikes; of the column as recorded */
  wholeLine: WholeLineInput | null
  recipe: AlignmentRecipe
}

export type UnmatchedInput = {
  spikes: SpikeTrains
  channelIndexes: Int32Array
  /** of every channel of the recording */
  roles: (Role | null)[]
  binMs: number
  windowS: number
  stepS: number
}

export type AlignResult = Pick<
  Alignment,
  'windowStartS' | 'windowEndS' | 'hitRatio' | 'asRecorded' | 'rateMatched' | 'rateMatchedReason' | 'shortage'
>

/** The alignment of one recording in both columns (model spec 7.1 to 7.4). */
export async function* align(input: AlignInput, interrupt: Interrupt): AsyncGenerator<StepNotice, AlignResult> {
  const { recording, recipe } = input,
    { windowStartS, windowEndS } = recording,
    windows = { startS: windowStartS, endS: windowEndS }
  const plays = playsOf(recording.events, recording),
    hitRatio = shiftedHitRatios(plays, windows, 0)
  // both columns see the same turned event trains
  const trains = shiftedTrains(plays, windows, recipe.shifts, uniformSequence(recipe.seed, 'permutation', [1, 0])),
    performance = performanceNull(hitRatio, trains)
  const total = windowStartS.length * (input.rateMatched ? 2 : 1)
  const task = { recording, performance, recipe }
  const measured = function* (column: ColumnInput, place: number): Generator<StepNotice, AlignmentColumn> {
    const steps = alignColumn({ ...task, column, place }, interrupt)
    for (;;) {
      const { value, done } = steps.next()
      if (done) return value
      yield { kind: 'progress', done: place * windowStartS.length + value.done, total, phase: 'align' }
    }
  }
  const plain = yield* measured(input.asRecorded, 0),
    asRecorded = input.wholeLine ? yield* besideWholeLine(plain, input.wholeLine, { ...task, place: 0 }, interrupt) : plain,
    rateMatched = input.rateMatched ? yield* measured(input.rateMatched, 1) : null
  const shortage = input.unmatched ? shortageIn(input.unmatched, recording, interrupt) : null
  return {
    windowStartS,
    windowEndS,
    hitRatio,
    asRecorded,
    rateMatched,
    rateMatchedReason: rateMatched
      ? null
      : !input.unmatched
        ? 'rate-matching-not-applicable'
        : shortage
          ? 'too-few-rate-matched'
          : 'not-trained-beside',
    shortage,
  }
}

/** Whether too few channels can be rate-matched, and which longer step would give enough. */
function shortageIn(
  { spikes, channelIndexes, roles, binMs, windowS, stepS }: UnmatchedInput,
  { startS, endS }: { startS: number; endS: number },
  interrupt: Interrupt,
): MatchingShortage | null {
  const span = { startS, endS, binMs },
    binsOf = (seconds: number): number => Math.round(nanoseconds(seconds) / nanoseconds(binMs / 1000)),
    segmentBins = binsOf(stepS)
  const shortage = shortageOf(matchableChannels(spikes, channelIndexes, { span, segmentBins }, interrupt), channelIndexes, roles)
  if (!shortage) return null
  const longer = longerSegment(spikes, channelIndexes, { span, segmentBins, windowBins: binsOf(windowS), roles }, interrupt)
  return { ...shortage, stepS, longerStepS: longer === null ? null : (longer * binMs) / 1000 }
}
