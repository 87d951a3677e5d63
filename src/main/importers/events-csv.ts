import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting } from '../../shared/domain/inspection.ts'
import type { Interval } from '../../shared/domain/interval.ts'
import type { TaskEvent, TaskEventKind } from '../../shared/domain/task-event.ts'
import { choiceAnswer, choiceSetting, numberAnswer } from './answers.ts'
import { warning } from './checks.ts'
import { findColumn, findTimeColumn, timeUnitOf, timeUnits, type TimeUnit } from './columns.ts'
import type { BehaviourReading, Importer } from './importer.ts'
import { tidyLabel } from './labels.ts'
import type { OpenedFile } from './opened-file.ts'
import { isBlankRow, isMissing, rowsOf, shapeOfTable, toNumber, type TableShape } from './table.ts'
import { intervalColumns, trialAnswers } from './trial-columns.ts'

const format = 'events-csv'
const eventLimit = 1_000_000
const longestLabel = 80

/** Words as people write them; compared without case, blanks and signs between words. */
const kindWords: Record<Exclude<TaskEventKind, 'custom'>, string[]> = {
  hit: ['hit', 'hits', 'success', 'correct', 'treffer', '命中', '击中'],
  miss: ['miss', 'misses', 'missed', 'failure', 'fail', 'error', 'incorrect', 'fehler', '失误', '未命中'],
  'rally-start': ['rallystart', 'startofrally', 'rally', 'serve', '回合开始'],
  stimulus: ['stimulus', 'stim', 'stimulation', 'reiz', '刺激'],
  lap: ['lap', 'lapstart', 'runde'],
}

/**
 * A row per event: a column for the time and one for what happened, none for a channel; or as the answers name them. A table of trials
 * with their outcomes is understood by itself, and one of intervals (a start and an end in each row: laps, visits).
 */
export const eventsCsv: Importer = {
  format,
  settings: ['time', 'kind', 'hit', 'miss', 'eventTimeUnit'],
  detect(files, answers) {
    const found = files.filter((file) => {
      const shape = shapeOfTable(file)
      return shape !== null && isEventTable(shape, answers)
    })
    return found.length === 0
      ? null
      : { confidence: 0.9, reasons: [{ code: 'columns', details: { file: found.map(({ name }) => name).join(', ') } }], files: found }
  },
  // eslint-disable-next-line require-yield -- a table of events is small: it is read before anybody looks for progress
  async *read({ files, answers, interrupt }) {
    return await readEvents(files, { answers, interrupt })
  },
}

function isEventTable(shape: TableShape, { time, kind }: ImportAnswers): boolean {
  const { columns, hasHeader } = shape
  if (time !== undefined || kind !== undefined) return [time, kind].every((name) => name === undefined || columns.includes(String(name)))
  if (!hasHeader || findColumn(columns, 'channel') >= 0) return false
  return (
    (findTimeColumn(columns) >= 0 && findColumn(columns, 'kind') >= 0) || trialAnswers(shape) !== null || intervalColumns(shape) !== null
  )
}

/**
 * Settings: `time` and `kind` name columns; `hit` and `miss` are the file's words for them, several with commas between.
 * @throws import/files-not-one-recording for two files of events, import/column-missing, import/cell-not-a-number,
 *   import/cell-empty, import/needs-setting where times are samples without a rate, import/setting-refused
 */
async function readEvents(
  files: OpenedFile[],
  { answers, interrupt }: { answers: ImportAnswers; interrupt: () => void },
): Promise<BehaviourReading> {
  const [file, another] = files
  const shape = file && shapeOfTable(file)
  if (!shape) throw fail('import/not-recognised', { file: file?.name ?? '', formats: format })
  if (another) throw fail('import/files-not-one-recording', { files: files.map(({ name }) => name).join(', ') })
  const isNamed = answers.time !== undefined || answers.kind !== undefined || findTimeColumn(shape.columns) >= 0
  const trials = isNamed ? null : trialAnswers(shape)
  const spans = intervalColumns(shape)
  const said: ImportAnswers = { ...trials, ...answers }
  if (spans && !isNamed && !trials) return await readIntervals(file, shape, { spans, answers, interrupt })
  const { time, kind, value } = columnsOf(file, shape, said)
  const { perSecond, settings } = unitOf(file, shape.columns[time] ?? '', answers)
  const kindOf = kindsBy(said)
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
        label = tidyLabel(row[kind] ?? '').slice(0, longestLabel)
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
    settings: [
      choiceSetting('time', shape.columns[time] ?? '', { options: shape.columns, guessed: answers.time === undefined }),
      choiceSetting('kind', shape.columns[kind] ?? '', { options: shape.columns, guessed: answers.kind === undefined }),
      ...(['hit', 'miss'] as const).map((name): ImportSetting => ({
        name,
        kind: 'text',
        value: said[name] ?? name,
        guessed: answers[name] === undefined,
        options: [],
        unit: null,
      })),
      ...settings,
    ],
    warnings: [
      ...(withoutTime > 0 ? [warning('events-without-time', { count: withoutTime, file: file.name })] : []),
      ...(events.length === 0 ? [warning('no-events', { file: file.name })] : []),
    ],
  }
}

type Spans = NonNullable<ReturnType<typeof intervalColumns>>

/** A table of intervals alone: laps, visits, epochs. */
async function readIntervals(
  file: OpenedFile,
  shape: TableShape,
  { spans, answers, interrupt }: { spans: Spans; answers: ImportAnswers; interrupt: () => void },
): Promise<BehaviourReading> {
  const { perSecond, settings } = unitOf(file, shape.columns[spans.start] ?? '', answers)
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
    warnings: intervals.length === 0 ? [warning('no-events', { file: file.name })] : [],
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

function columnsOf(file: OpenedFile, { columns }: TableShape, answers: ImportAnswers): { time: number; kind: number; value: number } {
  const given = (name: 'time' | 'kind'): number => columns.indexOf(choiceAnswer(answers, name, columns) ?? '')
  const time = answers.time === undefined ? findTimeColumn(columns) : given('time')
  const kind = answers.kind === undefined ? findColumn(columns, 'kind') : given('kind')
  if (time < 0 || kind < 0)
    throw fail('import/column-missing', { file: file.name, wanted: time < 0 ? 'time' : 'kind', found: columns.join(', ') })
  return { time, kind, value: columns.findIndex((column) => column.trim().toLowerCase() === 'value') }
}

function unitOf(file: OpenedFile, column: string, answers: ImportAnswers): { perSecond: number; settings: ImportSetting[] } {
  const given = choiceAnswer(answers, 'eventTimeUnit', timeUnits),
    told = timeUnitOf(column)
  const unit: TimeUnit = given ?? told ?? 's'
  const perSecond = unit === 'samples' ? numberAnswer(answers, 'samplingRateHz', 0) : { s: 1, ms: 1e3, us: 1e6 }[unit]
  if (perSecond === null) throw fail('import/needs-setting', { file: file.name, setting: 'samplingRateHz' })
  return { perSecond, settings: [choiceSetting('eventTimeUnit', unit, { options: timeUnits, guessed: given === null && told === null })] }
}

/** What a word of the file means: as the person says (`hit`, `miss`), else as people write it. */
export function kindsBy(answers: ImportAnswers): (label: string) => TaskEventKind {
  const known = new Map<string, TaskEventKind>()
  const squeeze = (word: string): string => word.toLowerCase().replace(/[\s_.-]+/g, '')
  for (const [kind, words] of Object.entries(kindWords)) for (const word of words) known.set(squeeze(word), kind as TaskEventKind)
  // The person's words are taken as they stand: −1 is not 1.
  const given = new Map<string, TaskEventKind>()
  for (const kind of ['hit', 'miss'] as const) {
    for (const word of String(answers[kind] ?? '').split(',')) if (word.trim() !== '') given.set(tidyLabel(word).toLowerCase(), kind)
  }
  return (label) => given.get(label.toLowerCase()) ?? known.get(squeeze(label)) ?? 'custom'
}
