import { fail } from '../../shared/contract/errors.ts'
import type { BehaviourPreview } from '../../shared/domain/behaviour.ts'
import type { ImportAnswers, ImportSetting, ImportWarning } from '../../shared/domain/inspection.ts'
import type { Interval } from '../../shared/domain/interval.ts'
import type { TaskEvent } from '../../shared/domain/task-event.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { warning } from './checks.ts'
import { driftToTellPpm, fits, joinClocks, residualToTellMs, type ClockLine } from './event-clock.ts'
import { meaningsBy, withMeanings, wordsOf } from './event-meanings.ts'
import type { BehaviourReading, PositionTrack } from './importer.ts'
import { missingOutcomes } from './missing-outcomes.ts'
import { eventsWithin } from './reading-frame.ts'

/** Settings of files that have a clock of their own. */
export const clockSettings = ['eventClock', 'eventOffsetS', 'sharedHere', 'sharedThere'] as const
const clockWays = ['same', 'offset', 'shared'] as const

/** Events and intervals that came in files of their own. */
export type Companion = { file: string; reading: BehaviourReading }

/** What a recording has by itself: its own events, and where it begins and ends; null while that is not known. */
export type Base = {
  taskEvents: readonly TaskEvent[]
  intervals: readonly Interval[]
  track?: PositionTrack
  startS: number | null
  endS: number | null
}

export type Behaviour = {
  /** inside the recording, ascending, as they mean */
  taskEvents: TaskEvent[]
  intervals: Interval[]
  /** of these, what came in other files */
  added: { taskEvents: TaskEvent[]; intervals: Interval[]; words: BehaviourPreview['words'] }
  settings: ImportSetting[]
  warnings: ImportWarning[]
  preview: BehaviourPreview
}

/**
 * Joins what came in other files to a recording's own events: on one clock, each word with its meaning, inside the recording.
 * @throws import/clock-event-missing, import/clocks-do-not-fit, import/setting-refused
 */
export function joinBehaviour(base: Base, companions: readonly Companion[], answers: ImportAnswers): Behaviour {
  const meanings = meaningsBy(answers)
  const clock = clockOf(base, companions, answers)
  const moved = companions.map(({ file, reading }) => ({
    file,
    taskEvents: (reading.taskEvents ?? []).map((event) => ({ ...event, timeS: clock.onto(event.timeS) })),
    intervals: (reading.intervals ?? []).map((one) => ({ ...one, startS: clock.onto(one.startS), endS: clock.onto(one.endS) })),
  }))
  const kept = moved.map(({ file, taskEvents, intervals }) =>
    eventsWithin({ file, taskEvents: withMeanings(taskEvents, meanings), intervals }, base),
  )
  const own = eventsWithin({ file: '', taskEvents: withMeanings(base.taskEvents, meanings), intervals: base.intervals }, base)
  const taskEvents = [own, ...kept].flatMap((part) => part.taskEvents).toSorted((a, b) => a.timeS - b.timeS)
  const others = moved.flatMap((part) => part.taskEvents)
  const all = {
    taskEvents: [...base.taskEvents, ...others],
    hasIntervals: base.intervals.length + moved.flatMap((part) => part.intervals).length > 0,
    meanings,
  }
  return {
    taskEvents,
    intervals: [own, ...kept].flatMap((part) => part.intervals).toSorted((a, b) => a.startS - b.startS),
    added: {
      taskEvents: kept.flatMap((part) => part.taskEvents).toSorted((a, b) => a.timeS - b.timeS),
      intervals: kept.flatMap((part) => part.intervals).toSorted((a, b) => a.startS - b.startS),
      words: wordsOf(others, meanings),
    },
    settings: clock.settings,
    warnings: [...kept.flatMap(({ warnings }) => warnings), ...missingOutcomes(moved, all), ...clock.warnings],
    preview: {
      table: companions.find(({ reading }) => reading.table)?.reading.table ?? null,
      words: wordsOf(all.taskEvents, meanings),
      times: timesByName(taskEvents),
      clock: clock.preview,
      track: trackOf([base.track, ...companions.map(({ reading }) => reading.track)]),
    },
  }
}

type Clock = {
  onto: (timeS: number) => number
  settings: ImportSetting[]
  warnings: ImportWarning[]
  preview: BehaviourPreview['clock']
}

function clockOf(base: Base, companions: readonly Companion[], answers: ImportAnswers): Clock {
  const here = companions.flatMap(({ reading }) => reading.taskEvents ?? [])
  if (companions.length === 0) return { onto: (timeS) => timeS, settings: [], warnings: [], preview: null }
  const file = companions.map((companion) => companion.file).join(', ')
  const offsetS = numberAnswer(answers, 'eventOffsetS')
  const [sharedHere, sharedThere] = [wordIn(here, answers, 'sharedHere'), wordIn(base.taskEvents, answers, 'sharedThere')]
  const given = choiceAnswer(answers, 'eventClock', clockWays)
  const way = given ?? (sharedHere !== null && sharedThere !== null ? 'shared' : offsetS !== null ? 'offset' : 'same')
  const line =
    way === 'shared' && sharedHere !== null && sharedThere !== null ? shared(file, { here, base, sharedHere, sharedThere }) : null
  const onto =
    line !== null
      ? (timeS: number) => line.startS + (1 + line.drift) * timeS
      : (timeS: number) => timeS + (way === 'offset' ? (offsetS ?? 0) : 0)
  const count = (at: (timeS: number) => number): number =>
    here.filter(({ timeS }) => (base.startS === null || at(timeS) >= base.startS) && (base.endS === null || at(timeS) < base.endS)).length
  return {
    onto,
    settings: [
      choiceSetting('eventClock', way, { options: clockWays, guessed: false }),
      ...(way === 'offset' ? [numberSetting('eventOffsetS', offsetS ?? 0, { unit: 's', guessed: offsetS === null })] : []),
      ...(way === 'shared'
        ? [
            choiceSetting('sharedHere', sharedHere, { options: namesOf(here), guessed: false }),
            choiceSetting('sharedThere', sharedThere, { options: namesOf(base.taskEvents), guessed: false }),
          ]
        : []),
    ],
    warnings: line === null ? [] : clockWarnings(file, line),
    preview: {
      here: counted(here),
      there: counted(base.taskEvents),
      joined: line?.joined ?? null,
      total: here.length,
      insideBefore: count((timeS) => timeS),
      insideAfter: count(onto),
    },
  }
}

/** @throws import/clock-event-missing for a word no event has */
function wordIn(events: readonly TaskEvent[], answers: ImportAnswers, setting: 'sharedHere' | 'sharedThere'): string | null {
  const given = answers[setting]
  if (given === undefined || given === '') return null
  const names = namesOf(events)
  const found = names.find((name) => name === String(given))
  if (found === undefined) throw fail('import/clock-event-missing', { setting, value: String(given), found: names.join(', ') || '—' })
  return found
}

/** @throws import/clocks-do-not-fit */
function shared(
  file: string,
  { here, base, sharedHere, sharedThere }: { here: readonly TaskEvent[]; base: Base; sharedHere: string; sharedThere: string },
): ClockLine {
  const timesOf = (events: readonly TaskEvent[], name: string): number[] =>
    events.flatMap(({ label, timeS }) => (label === name ? [timeS] : [])).toSorted((a, b) => a - b)
  const [own, other] = [timesOf(here, sharedHere), timesOf(base.taskEvents, sharedThere)]
  const line = joinClocks(own, other)
  if (line === null || !fits(line)) {
    throw fail('import/clocks-do-not-fit', {
      file,
      here: sharedHere,
      there: sharedThere,
      hereCount: own.length,
      thereCount: other.length,
      pairs: line?.joined.pairCount ?? 0,
      residualMs: Number((line?.joined.residualMs ?? 0).toPrecision(3)),
    })
  }
  return line
}

function clockWarnings(file: string, { joined }: ClockLine): ImportWarning[] {
  const { pairCount, hereCount, thereCount, driftPpm, residualMs } = joined
  const few = (value: number): number => Number(value.toPrecision(3))
  if (driftPpm === null || residualMs === null) return [warning('clock-by-one-event', { file })]
  return [
    ...(pairCount < Math.max(hereCount, thereCount) ? [warning('clock-events-unpaired', { file, pairCount, hereCount, thereCount })] : []),
    ...(residualMs > residualToTellMs ? [warning('clock-residual', { file, residualMs: few(residualMs) })] : []),
    ...(Math.abs(driftPpm) > driftToTellPpm ? [warning('clock-drift', { file, driftPpm: few(driftPpm) })] : []),
  ]
}

const mostNames = 200
const namesOf = (events: readonly TaskEvent[]): string[] => [...new Set(events.map(({ label }) => label))].slice(0, mostNames)

function counted(events: readonly TaskEvent[]): { name: string; count: number; firstS: number }[] {
  const found = new Map<string, { name: string; count: number; firstS: number }>()
  for (const { label, timeS } of events) {
    const known = found.get(label)
    if (!known) found.set(label, { name: label, count: 1, firstS: timeS })
    else {
      known.count += 1
      known.firstS = Math.min(known.firstS, timeS)
    }
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count).slice(0, mostNames)
}

const mostTimes = 2000
const mostDrawn = 12

/** Events by what they are, thinned evenly where there are many; the commonest first. */
export function timesByName(events: readonly TaskEvent[]): BehaviourPreview['times'] {
  const found = new Map<string, number[]>()
  for (const { kind, label, timeS } of events) {
    const name = kind === 'custom' ? label : kind
    const known = found.get(name)
    if (known) known.push(timeS)
    else found.set(name, [timeS])
  }
  return [...found]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, mostDrawn)
    .map(([name, times]) => ({ name, count: times.length, timesS: thinned(Float64Array.from(times), mostTimes) }))
}

const mostTrackSamples = 4000

/** The first track there is, thinned for a picture. */
function trackOf(tracks: readonly (PositionTrack | undefined)[]): BehaviourPreview['track'] {
  const track = tracks.find((one) => one !== undefined)
  if (!track) return null
  const { file, unit, timesS, x, y } = track
  const thin = (values: Float64Array): Float64Array => thinned(values, mostTrackSamples)
  return { file, unit, timesS: thin(timesS), x: thin(x), y: thin(y) }
}

function thinned(values: Float64Array, atMost: number): Float64Array {
  if (values.length <= atMost) return values
  return Float64Array.from({ length: atMost }, (_, i) => values[Math.floor((i * values.length) / atMost)]!)
}
