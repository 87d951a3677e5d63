import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting, ImportWarning } from '../../shared/domain/inspection.ts'
import type { Interval } from '../../shared/domain/interval.ts'
import type { TaskEvent } from '../../shared/domain/task-event.ts'
import { choiceAnswer, choiceSetting, numberAnswer } from './answers.ts'
import { warning } from './checks.ts'
import { findColumn, findTimeColumn, timeUnitOf, timeUnits, unitsPerSecond, type TimeUnit } from './columns.ts'
import { kindsBy, meaningSettingNames } from './event-meanings.ts'
import type { BehaviourReading, Importer, ImportTask } from './importer.ts'
import { tidyLabel } from './labels.ts'
import type { OpenedFile } from './opened-file.ts'
import { isBlankRow, rowsOf } from './table-rows.ts'
import { isMissing, toNumber } from './table-cells.ts'
import { shapeOfTable, type TableShape } from './table-shape.ts'
import { intervalColumns, isTrialTable, outcomeWords, trialAnswers, trialTimes } from './trial-columns.ts'

const format = 'events-csv'
const eventLimit = 1_000_000
const longestLabel = 80

/**
 * A row per event: a column for the time and one for what happened, none for a channel; or as the answers name them. A table of trials
 * with their outcomes is understood by itself, and one of intervals (a start and an end in each row: laps, visits).
 */
export const eventsCsv: Importer = {
  format,
  settings: ['eventsFile', 'time', 'kind', 'eventTimeUnit', 'samplingRateHz', ...meaningSettingNames],
  detect(files, answers) {
    const chosen = chosenEvents(files, answers)
    const found =
      chosen ??
      files.filter((file) => {
        const shape = shapeOfTable(file)
        return shape !== null && isEventTable(shape, answers)
      })
    return found.length === 0
      ? null
      : { confidence: 0.9, reasons: [{ code: 'columns', details: { file: found.map(({ name }) => name).join(', ') } }], files: found }
  },
  // eslint-disable-next-line require-yield -- a table of events is small: it is read before anybody looks for progress
  async *read({ files, answers, interrupt, beside }) {
    return await readEvents(files, { answers, interrupt, beside: beside ?? null })
  },
}

/** The table a person says holds the events, whatever it looks like; null where none is named. */
export function chosenEvents(files: OpenedFile[], { eventsFile }: ImportAnswers): OpenedFile[] | null {
  if (eventsFile === undefined || eventsFile === '') return null
  const found = files.filter((file) => file.name === String(eventsFile) && shapeOfTable(file, { oneColumn: true }) !== null)
  return found.length > 0 ? found : null
}

function isEventTable(shape: TableShape, { time, kind }: ImportAnswers): boolean {
  const { columns, hasHeader } = shape
  if (time !== undefined || kind !== undefined) return [time, kind].every((name) => name === undefined || columns.includes(String(name)))
  if (isTrialTable(shape)) return true
  return hasHeader && findColumn(columns, 'channel') < 0 && findTimeColumn(columns) >= 0 && findColumn(columns, 'kind') >= 0
}

type Around = { answers: ImportAnswers; interrupt: () => void; beside: ImportTask['beside'] | null }

/** Where the file has no column for what happened: every row is one event, named like the file. */
const noColumn = 'none'
const shownRows = 6

/**
 * Settings: `time` and `kind` name columns; `hit`, `miss` and the other meanings are the file's words for them, several with commas
 * between.
 * @throws import/files-not-one-recording for two files of events, import/column-missing, import/cell-not-a-number,
 *   import/cell-empty, import/needs-setting where times are samples without a rate, import/setting-refused
 */
async function readEvents(files: OpenedFile[], { answers, interrupt, beside }: Around): Promise<BehaviourReading> {
  const [file, another] = files
  const shape = file && shapeOfTable(file, { oneColumn: true })
  if (!shape) throw fail('import/not-recognised', { file: file?.name ?? '', formats: format })
  if (another) throw fail('import/files-not-one-recording', { files: files.map(({ name }) => name).join(', ') })
  const isNamed = answers.time !== undefined || answers.kind !== undefined || findTimeColumn(shape.columns) >= 0
  const trials = isNamed ? null : trialAnswers(shape)
  const spans = intervalColumns(shape)
  if (spans && !isNamed && !trials) return await readIntervals(file, shape, { spans, answers, interrupt, beside })
  const { time, kind, value } = columnsOf(file, shape, { ...trials, ...answers })
  const unit = await unitOf(file, shape, { column: time, answers, beside })
  const { perSecond } = unit
  const outcomes = outcomeWords(shape, kind)
  const kindOf = kindsBy({ ...outcomes, ...answers })
  const ownName = file.name.replace(/\.[^.]*$/, '').slice(0, longestLabel)
  const events: TaskEvent[] = []
  const intervals: Interval[] = []
  let withoutTime = 0
  for await (const { rows, firstLine } of rowsOf(file, shape)) {
    interrupt()
    for (const [r, row] of rows.entries()) {
      if (isBlankRow(row)) continue
      const place = { file: file.name, line: firstLine + r }
      const span = spans && intervalIn(row, { spans, shape, perSecond, place })
      if (span) intervals.push(span)
      const cell = (row[time] ?? '').trim(),
        label = kind < 0 ? ownName : tidyLabel(row[kind] ?? '').slice(0, longestLabel)
      if (cell === '' || /^(nan|na|null)$/i.test(cell)) {
        withoutTime++
        continue
      }
      const found = toNumber(cell, shape.decimal)
      if (Number.isNaN(found))
        throw fail('import/cell-not-a-number', { ...place, column: shape.columns[time] ?? '', found: cell.slice(0, 40) })
      if (label === '') throw fail('import/cell-empty', { ...place, column: shape.columns[kind] ?? '' })
      if (events.length >= eventLimit)
        throw fail('import/dataset-too-large', {
          file: file.name,
          dataset: shape.columns[time] ?? '',
          claimedMB: Math.round(file.bytes / 1e6),
        })
      const number = value < 0 ? NaN : toNumber(row[value] ?? '', shape.decimal)
      events.push({ timeS: found / perSecond, kind: kindOf(label), label, value: Number.isNaN(number) ? null : number })
    }
  }
  return {
    modality: 'behaviour',
    taskEvents: events,
    intervals,
    needs: [],
    table: { file: file.name, columns: shape.columns, rows: shape.sample.slice(0, shownRows) },
    settings: [
      choiceSetting('time', shape.columns[time] ?? '', { options: shape.columns, guessed: answers.time === undefined }),
      choiceSetting('kind', shape.columns[kind] ?? noColumn, {
        options: [...shape.columns, noColumn],
        guessed: answers.kind === undefined,
      }),
      ...(['hit', 'miss'] as const).map((name): ImportSetting => ({
        name,
        kind: 'text',
        value: answers[name] ?? outcomes?.[name] ?? name,
        guessed: answers[name] === undefined,
        options: [],
        unit: null,
      })),
      ...unit.settings,
    ],
    warnings: [
      ...(withoutTime > 0 ? [warning('events-without-time', { count: withoutTime, file: file.name })] : []),
      ...(events.length === 0 ? [warning('no-events', { file: file.name })] : []),
      ...unit.warnings,
    ],
  }
}

type Spans = NonNullable<ReturnType<typeof intervalColumns>>

/** A table of intervals alone: laps, visits, epochs. */
async function readIntervals(
  file: OpenedFile,
  shape: TableShape,
  { spans, answers, interrupt, beside }: Around & { spans: Spans },
): Promise<BehaviourReading> {
  const { perSecond, settings, warnings } = await unitOf(file, shape, { column: spans.start, answers, beside })
  const intervals: Interval[] = []
  for await (const { rows, firstLine } of rowsOf(file, shape)) {
    interrupt()
    for (const [r, row] of rows.entries()) {
      if (isBlankRow(row)) continue
      const span = intervalIn(row, { spans, shape, perSecond, place: { file: file.name, line: firstLine + r } })
      if (span) intervals.push(span)
      if (intervals.length > eventLimit) {
        throw fail('import/dataset-too-large', { file: file.name, dataset: file.name, claimedMB: Math.round(file.bytes / 1e6) })
      }
    }
  }
  return {
    modality: 'behaviour',
    intervals,
    settings,
    needs: [],
    table: { file: file.name, columns: shape.columns, rows: shape.sample.slice(0, shownRows) },
    warnings: [...(intervals.length === 0 ? [warning('no-events', { file: file.name })] : []), ...warnings],
  }
}

/** The interval of a row; null where it has no start or end. */
function intervalIn(
  row: string[],
  { spans, shape, perSecond, place }: { spans: Spans; shape: TableShape; perSecond: number; place: { file: string; line: number } },
): Interval | null {
  const [startS, endS] = [spans.start, spans.stop].map((column) => {
    const cell = row[column] ?? ''
    if (isMissing(cell)) return NaN
    const value = toNumber(cell, shape.decimal)
    if (Number.isNaN(value)) {
      throw fail('import/cell-not-a-number', { ...place, column: shape.columns[column] ?? '', found: cell.trim().slice(0, 40) })
    }
    return value / perSecond
  })
  if (startS === undefined || endS === undefined || Number.isNaN(startS + endS)) return null
  if (endS < startS) throw fail('import/times-backwards', { file: place.file, place: String(place.line), before: startS, after: endS })
  return { startS, endS, label: (spans.label < 0 ? '' : (row[spans.label] ?? '').trim().slice(0, longestLabel)) || 'trial' }
}

function columnsOf(file: OpenedFile, shape: TableShape, answers: ImportAnswers): { time: number; kind: number; value: number } {
  const { columns } = shape
  const isChosen = answers.eventsFile === file.name || trialTimes(shape) !== null
  const time = answers.time === undefined ? guessedTime(shape, isChosen) : columns.indexOf(choiceAnswer(answers, 'time', columns) ?? '')
  const given = choiceAnswer(answers, 'kind', [...columns, noColumn])
  const kind = given === null ? guessedKind(shape, { time, isChosen }) : columns.indexOf(given)
  if (time < 0 || (kind < 0 && given !== noColumn && !isChosen))
    throw fail('import/column-missing', { file: file.name, wanted: time < 0 ? 'time' : 'kind', found: columns.join(', ') })
  return { time, kind, value: columns.findIndex((column) => column.trim().toLowerCase() === 'value') }
}

/** By its name; in a table a person chose, else the first column of numbers that go up. */
function guessedTime(shape: TableShape, isChosen: boolean): number {
  const named = trialTimes(shape) ?? findTimeColumn(shape.columns)
  if (named >= 0 || !isChosen) return named
  const numbersOf = (column: number): number[] =>
    shape.sample.map((row) => toNumber(row[column] ?? '', shape.decimal)).filter((value) => !Number.isNaN(value))
  return shape.columns.findIndex((_, column) => {
    const numbers = numbersOf(column)
    // A column that counts 0, 1, 2 … numbers the rows.
    const isIndex = numbers.every((value, r) => r === 0 || value === (numbers[r - 1] ?? 0) + 1)
    return numbers.length > 0.8 * shape.sample.length && !isIndex && numbers.every((value, r) => r === 0 || value >= (numbers[r - 1] ?? 0))
  })
}

const fewWords = 12

/** By its name; in a table a person chose, else the first column of few different words. */
function guessedKind({ columns, sample }: TableShape, { time, isChosen }: { time: number; isChosen: boolean }): number {
  const named = findColumn(columns, 'kind')
  if (named >= 0 || !isChosen) return named
  return columns.findIndex((_, column) => {
    if (column === time) return false
    const cells = sample.map((row) => tidyLabel(row[column] ?? ''))
    const words = new Set(cells)
    return cells.every((cell) => cell !== '') && words.size <= fewWords && words.size < Math.max(2, sample.length)
  })
}

type Unit = { perSecond: number; settings: ImportSetting[]; warnings: ImportWarning[] }

/**
 * The unit of the times: as the person or the column says; else the first in which most of them fall inside the recording beside.
 * @throws import/needs-setting where they are samples of an unknown rate
 */
async function unitOf(
  file: OpenedFile,
  shape: TableShape,
  { column, answers, beside }: { column: number; answers: ImportAnswers; beside: Around['beside'] },
): Promise<Unit> {
  const given = choiceAnswer(answers, 'eventTimeUnit', timeUnits),
    told = timeUnitOf(shape.columns[column] ?? ''),
    rateHz = numberAnswer(answers, 'samplingRateHz', 0) ?? beside?.samplingRateHz ?? null
  const perSecondOf = (unit: TimeUnit): number | null => (unit === 'samples' ? rateHz : unitsPerSecond[unit])
  const guess = given === null && told === null && beside ? await likeliestUnit(file, shape, { column, beside, perSecondOf }) : null
  const unit: TimeUnit = given ?? told ?? guess ?? 's'
  const perSecond = perSecondOf(unit)
  if (perSecond === null) throw fail('import/needs-setting', { file: file.name, setting: 'samplingRateHz' })
  return {
    perSecond,
    settings: [choiceSetting('eventTimeUnit', unit, { options: timeUnits, guessed: given === null && told === null })],
    warnings: guess === null || guess === 's' ? [] : [warning('time-unit-guessed', { file: file.name, unit: guess })],
  }
}

/** Shares of the recording that its events may cover. */
const leastSpan = 0.02
const mostSpan = 3

async function likeliestUnit(
  file: OpenedFile,
  shape: TableShape,
  {
    column,
    beside,
    perSecondOf,
  }: { column: number; beside: NonNullable<Around['beside']>; perSecondOf: (unit: TimeUnit) => number | null },
): Promise<TimeUnit> {
  const times: number[] = []
  for await (const { rows } of rowsOf(file, shape)) {
    for (const row of rows) {
      const time = toNumber(row[column] ?? '', shape.decimal)
      if (!Number.isNaN(time)) times.push(time)
    }
    if (times.length >= eventLimit) break
  }
  const durationS = beside.endS - beside.startS
  const inside = timeUnits.map((unit) => {
    const perSecond = perSecondOf(unit)
    if (perSecond === null || times.length === 0) return -1
    const found = times.map((time) => time / perSecond)
    const spanS = found.reduce((a, b) => Math.max(a, b), -Infinity) - found.reduce((a, b) => Math.min(a, b), Infinity)
    // A session's events huddled into an instant, or strewn over many sessions, are in another unit; on another clock they are not inside.
    if (times.length > 1 && (spanS < leastSpan * durationS || spanS > mostSpan * durationS)) return -1
    return found.filter((timeS) => timeS >= beside.startS && timeS <= beside.endS).length
  })
  const most = Math.max(...inside)
  return most < 0 ? 's' : (timeUnits[inside.indexOf(most)] ?? 's')
}
