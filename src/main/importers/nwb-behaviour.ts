import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting, ImportWarning, Inspection } from '../../shared/domain/inspection.ts'
import type { Interval } from '../../shared/domain/interval.ts'
import type { TaskEvent } from '../../shared/domain/task-event.ts'
import { choiceAnswer, choiceSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import { kindsBy } from './event-meanings.ts'
import { columnsOf, isDataset, numbersAt, rowValues, type NwbFile, type NwbObject } from './nwb-file.ts'

const eventLimit = 1_000_000
const longestLabel = 80
/** Series whose steps are as even as this are signals, not events. */
const evenShare = 0.8
const evenWithin = 0.2
/** Columns that name what a stretch of time was. */
const labelColumns = ['tags', 'label', 'labels', 'name', 'stimulus_name', 'condition', 'phase', 'state', 'type']
/** Columns of true and false, or 1 and 0, that say by themselves what a hit is. */
const successColumns = ['hit', 'is_hit', 'correct', 'is_correct', 'success', 'is_success']
const noOutcome = 'none'

/** Events, and stretches of time, of a file; `outcome` is the column of the trials that tells hits from misses. */
export type NwbBehaviour = {
  taskEvents: TaskEvent[]
  intervals: Interval[]
  settings: ImportSetting[]
  choices: Inspection['choices']
  warnings: ImportWarning[]
}

type Kinds = ReturnType<typeof kindsBy>

/**
 * Series of events, intervals, and what trials tell: when they began, the times in their columns, and hits and misses at their end.
 * A series of one time that is no number stands for none.
 * @throws import/too-many-events, import/counts-disagree
 */
export function readBehaviour(nwb: NwbFile, answers: ImportAnswers, interrupt: () => void): NwbBehaviour {
  const { file, objects } = nwb
  const kindOf = kindsBy(answers)
  const taskEvents: TaskEvent[] = []
  const intervals: Interval[] = []
  const settings: ImportSetting[] = []
  const choices: Inspection['choices'] = []
  const signals: string[] = []
  const add = (event: TaskEvent): void => {
    if (taskEvents.length >= eventLimit) throw fail('import/too-many-events', { file: file.name, limit: eventLimit })
    taskEvents.push(event)
  }
  const certain = new Set(
    objects.filter(({ type }) => type === 'BehavioralEvents').flatMap(({ path }) => file.namesIn(path).map((name) => `${path}/${name}`)),
  )
  for (const object of objects) {
    interrupt()
    if (object.type === 'TimeIntervals') {
      const trials = object.name === 'trials' ? readTrials(nwb, object.path, { answers, kindOf }) : null
      if (trials) {
        trials.taskEvents.forEach(add)
        settings.push(...trials.settings)
        choices.push(...trials.choices)
      }
      intervals.push(...readIntervals(nwb, object))
    } else if (object.type === 'IntervalSeries') intervals.push(...readIntervalSeries(nwb, object))
    else if (isSeries(object.type) && isDataset(file, `${object.path}/timestamps`)) {
      const events = readSeries(nwb, object, { kindOf, isCertain: certain.has(object.path) })
      if (events) events.forEach(add)
      else signals.push(object.name)
    }
    if (intervals.length > eventLimit) throw fail('import/too-many-events', { file: file.name, limit: eventLimit })
  }
  return {
    taskEvents,
    intervals,
    settings,
    choices,
    warnings: signals.length > 0 ? [warning('series-left', { series: named(signals) })] : [],
  }
}

/** Kinds of series that may hold events: plain ones, notes, pulses. */
const isSeries = (type: string): boolean => ['TimeSeries', 'AnnotationSeries', 'Events', 'LabeledEvents', 'TTLs'].includes(type)

/** Events of a series; null where it is a signal that was sampled all the time. */
function readSeries(
  { file }: NwbFile,
  { path, name, type }: NwbObject,
  { kindOf, isCertain }: { kindOf: Kinds; isCertain: boolean },
): TaskEvent[] | null {
  if (file.lengthOf(`${path}/timestamps`) > eventLimit) {
    if (type === 'TimeSeries' && !isCertain) return null
    throw fail('import/too-many-events', { file: file.name, limit: eventLimit })
  }
  const timesS = numbersAt(file, `${path}/timestamps`)
  if (!timesS) return null
  if (type === 'TimeSeries' && !isCertain && (isEven(timesS) || (file.shapeOf(`${path}/data`)?.length ?? 1) !== 1)) return null
  const data = file.datasetOf(`${path}/data`)
  const isTold = data !== null && data.shape.length === 1 && data.shape[0] === timesS.length
  const texts = isTold && data.holds === 'texts' ? file.texts(`${path}/data`) : null
  const values = isTold && data.holds === 'numbers' ? numbersAt(file, `${path}/data`) : null
  const words = type === 'LabeledEvents' || type === 'TTLs' ? file.attribute(`${path}/data`, 'labels') : null
  const events: TaskEvent[] = []
  timesS.forEach((timeS, e) => {
    if (!Number.isFinite(timeS)) return
    const word = Array.isArray(words) ? words[values?.[e] ?? -1] : null
    const label = (texts?.[e] ?? (typeof word === 'string' ? word : name)).trim().slice(0, longestLabel) || name
    const value = values?.[e] ?? null
    // Many write the times a second time where a value belongs.
    events.push({ timeS, kind: kindOf(label), label, value: value === timeS || !Number.isFinite(value ?? NaN) ? null : value })
  })
  return events
}

/** Whether most steps are as long as the one in the middle. */
function isEven(timesS: Float64Array): boolean {
  if (timesS.length < 4) return false
  const steps = Float64Array.from({ length: timesS.length - 1 }, (_, s) => timesS[s + 1]! - timesS[s]!).filter(Number.isFinite)
  const median = steps.toSorted()[steps.length >> 1] ?? 0
  return steps.filter((step) => Math.abs(step - median) <= evenWithin * median).length > evenShare * steps.length
}

type Rows = { starts: Float64Array; stops: Float64Array }

/** Beginnings and ends of the rows of a table of intervals; null where it has none. */
function rowsOf({ file }: NwbFile, table: string): Rows | null {
  const starts = numbersAt(file, `${table}/start_time`)
  const stops = numbersAt(file, `${table}/stop_time`)
  if (!starts || !stops) return null
  if (starts.length !== stops.length) {
    throw fail('import/counts-disagree', { file: file.name, dataset: `${table}/stop_time`, expected: starts.length, found: stops.length })
  }
  return { starts, stops }
}

function readIntervals(nwb: NwbFile, { path, name }: NwbObject): Interval[] {
  const rows = rowsOf(nwb, path)
  if (!rows) return []
  const columns = columnsOf(nwb.file, path)
  const column = name === 'trials' ? undefined : labelColumns.find((word) => columns.includes(word))
  const labels = column === undefined ? null : rowValues(nwb.file, path, column)
  return [...rows.starts].flatMap((startS, row) => {
    const endS = rows.stops[row]!
    if (!Number.isFinite(startS) || !Number.isFinite(endS) || endS < startS) return []
    const label = (labels?.[row] ?? [])
      .filter((value) => typeof value === 'string' || typeof value === 'number')
      .join(', ')
      .trim()
    return [{ startS, endS, label: label.slice(0, longestLabel) || name }]
  })
}

/** Values above 0 begin a stretch, those below end it. */
function readIntervalSeries({ file }: NwbFile, { path, name }: NwbObject): Interval[] {
  const timesS = numbersAt(file, `${path}/timestamps`)
  const signs = numbersAt(file, `${path}/data`)
  if (!timesS || timesS.length !== signs?.length) return []
  const intervals: Interval[] = []
  let startS: number | null = null
  timesS.forEach((timeS, e) => {
    if (signs[e]! > 0) startS = timeS
    else if (startS !== null) {
      if (timeS >= startS) intervals.push({ startS, endS: timeS, label: name })
      startS = null
    }
  })
  return intervals
}

type Trials = { taskEvents: TaskEvent[]; settings: ImportSetting[]; choices: Inspection['choices'] }

function readTrials(nwb: NwbFile, table: string, { answers, kindOf }: { answers: ImportAnswers; kindOf: Kinds }): Trials | null {
  const { file } = nwb
  const rows = rowsOf(nwb, table)
  if (!rows) return null
  const columns = columnsOf(file, table).filter((column) => file.shapeOf(`${table}/${column}`)?.[0] === rows.starts.length)
  const taskEvents: TaskEvent[] = []
  for (const timeS of rows.starts) if (Number.isFinite(timeS)) taskEvents.push({ timeS, kind: 'custom', label: 'trials', value: null })
  for (const column of columns.filter((name) => /time$/i.test(name) && name !== 'start_time' && name !== 'stop_time')) {
    const times = numbersAt(file, `${table}/${column}`)
    if (!times || !isWithin(times, rows)) continue
    for (const timeS of times) if (Number.isFinite(timeS)) taskEvents.push({ timeS, kind: kindOf(column), label: column, value: null })
  }
  const outcomes = columns.flatMap((column) => {
    const words = outcomeWords(nwb, table, column)
    return words ? [{ column, words }] : []
  })
  const options = [noOutcome, ...outcomes.map(({ column }) => column)]
  const given = choiceAnswer(answers, 'outcomeColumn', options)
  const chosen = given === null ? guessedOutcome(outcomes, kindOf) : (outcomes.find(({ column }) => column === given) ?? null)
  const known =
    chosen && successColumns.includes(chosen.column) && answers.hit === undefined ? kindsBy({ hit: '1', miss: '0', ...answers }) : kindOf
  chosen?.words.forEach((word, row) => {
    const kind = known(word)
    const timeS = rows.stops[row]!
    if ((kind === 'hit' || kind === 'miss') && Number.isFinite(timeS))
      taskEvents.push({ timeS, kind, label: word.slice(0, longestLabel), value: null })
  })
  if (outcomes.length === 0) return { taskEvents, settings: [], choices: [] }
  return {
    taskEvents,
    settings: [
      choiceSetting('outcomeColumn', chosen?.column ?? noOutcome, { options, guessed: given === null }),
      ...(['hit', 'miss'] as const).map((name): ImportSetting => ({
        name,
        kind: 'text',
        value: answers[name] ?? name,
        guessed: answers[name] === undefined,
        options: [],
        unit: null,
      })),
    ],
    choices: [{ name: 'outcomeColumn', options }],
  }
}

/** Times of events lie inside their own trial; lengths of time do not. */
function isWithin(times: Float64Array, { starts, stops }: Rows): boolean {
  const finite = [...times.keys()].filter((row) => Number.isFinite(times[row]))
  const inside = finite.filter((row) => times[row]! >= starts[row]! - 1 && times[row]! <= stops[row]! + 1)
  return finite.length > 0 && inside.length >= 0.9 * finite.length
}

const mostWords = 12

/** A column of few different words or whole numbers: its words; else null. */
function outcomeWords({ file }: NwbFile, table: string, column: string): string[] | null {
  if (['start_time', 'stop_time'].includes(column) || file.shapeOf(`${table}/${column}`)?.length !== 1) return null
  const words = file.texts(`${table}/${column}`)?.map((word) => word.trim())
  if (!words || new Set(words).size > mostWords || new Set(words).size < 2) return null
  return words.every((word) => !/^-?\d+\.\d/.test(word)) ? words : null
}

/** The column whose words mean hit or miss; else one whose name says that its true is a hit. */
function guessedOutcome<Outcome extends { column: string; words: string[] }>(outcomes: Outcome[], kindOf: Kinds): Outcome | null {
  const isTelling = ({ words }: Outcome): boolean =>
    words.some((word) => kindOf(word) === 'hit') && words.some((word) => kindOf(word) === 'miss')
  const isFlag = ({ column, words }: Outcome): boolean =>
    successColumns.includes(column.toLowerCase()) && words.every((word) => word === '0' || word === '1')
  return outcomes.find(isTelling) ?? outcomes.find(isFlag) ?? null
}
