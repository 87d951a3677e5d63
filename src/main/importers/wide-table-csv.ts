import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting, ImportWarning } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import { findColumn, findTimeColumn, timeUnitOf, timeUnits, unitsPerSecond, type TimeUnit } from './columns.ts'
import type { CountReading, Importer, ImportTask, ReadProgress, SpikeReading, TraceReading } from './importer.ts'
import { channelLimit, spikeLimit, uniqueLabels } from './labels.ts'
import type { OpenedFile } from './opened-file.ts'
import { looksLikeSpikeList } from './spike-table-csv.ts'
import { groupByChannel } from './spike-trains.ts'
import {
  clockTime,
  decimals,
  hasClockTimes,
  holdsNumbers,
  isBlankRow,
  isMissing,
  rowsOf,
  separatorNames,
  shapeOfTable,
  toNumber,
  type TableShape,
} from './table.ts'
import { evenTimes } from './trace-importer.ts'

const contents = ['spikes', 'counts', 'traces'] as const
type Contents = (typeof contents)[number]
const axes = ['rows', 'columns'] as const
type Axis = (typeof axes)[number]
/** Inscopix marks its cells: which of them are taken. */
const cellMarks = ['not-rejected', 'accepted', 'all'] as const

/**
 * A table with a column for each channel (or a row): traces, with a column of times or without; spike counts in bins; or the spike times
 * of each channel one below the other, one channel alone as well. Inscopix writes traces so, with the cells' marks in a second header.
 */
export const wideTableCsv: Importer = {
  format: 'wide-table-csv',
  settings: ['contents', 'timeColumn', 'timeUnit', 'samplingRateHz', 'binMs', 'channelAxis', 'cells', 'decimal', 'separator'],
  detect(files) {
    const [best] = files
      .flatMap((file) => {
        const shape = shapeOfTable(file, { oneColumn: true })
        const confidence = shape ? confidenceIn(shape) : 0
        return shape && confidence > 0 ? [{ file, shape, confidence }] : []
      })
      .toSorted((a, b) => b.confidence - a.confidence)
    if (!best) return null
    const { file, shape, confidence } = best
    const code = isInscopix(shape) ? 'inscopix' : findTimeColumn(shape.columns) >= 0 ? 'times' : 'table'
    return { confidence, reasons: [{ code, details: { file: file.name, columns: shape.columns.length } }], files: [file] }
  },
  read: readTable,
}

function confidenceIn(shape: TableShape): number {
  const numeric = shape.columns.filter((_, i) => holdsNumbers(shape, i)).length
  if (shape.columns.length === 1)
    return numeric === 1 && isAscending(shape.sample.map(([cell]) => toNumber(cell ?? '', shape.decimal))) ? 0.5 : 0
  if (isInscopix(shape)) return 0.95
  if (numeric < 2 || numeric < shape.columns.length / 2) return 0
  if (!shape.hasHeader) return looksLikeSpikeList(shape) ? 0.4 : numeric >= 4 ? 0.65 : numeric === 3 ? 0.35 : 0.2
  if (findColumn(shape.columns, 'channel') >= 0) return 0.15
  const besides = ['kind', 'x', 'y'] as const
  if (besides.some((role) => findColumn(shape.columns, role) >= 0)) return 0.3
  return findTimeColumn(shape.columns) >= 0 ? (numeric > 2 ? 0.85 : 0.5) : 0.6
}

/** `, C00, C01` above `Time(s)/Cell Status, accepted, rejected`. */
function isInscopix({ hasHeader, columns, sample: [second = []] }: TableShape): boolean {
  return (
    hasHeader &&
    columns.length > 1 &&
    /^time\s*\(s\)/i.test(second[0]?.trim() ?? '') &&
    second.slice(1).every((cell) => /^[a-z ]+$/i.test(cell))
  )
}

function isAscending(numbers: ArrayLike<number>): boolean {
  for (let i = 0; i < numbers.length; i++) if (!(numbers[i]! >= (i === 0 ? 0 : numbers[i - 1]!))) return false
  return numbers.length > 1
}

/** The table's columns as numbers, [rows] each, NaN for what is missing. */
type Columns = { names: string[]; numbers: Float64Array[]; rowCount: number; marks: string[] | null; texts: string[][] }

async function* readTable({
  files,
  answers,
  interrupt,
}: ImportTask): AsyncGenerator<ReadProgress, SpikeReading | CountReading | TraceReading> {
  const [file] = files
  const separator = choiceAnswer(answers, 'separator', separatorNames)
  const decimal = choiceAnswer(answers, 'decimal', decimals)
  const shape = file && shapeOfTable(file, { separator, decimal, oneColumn: true })
  if (!file || !shape) throw fail('import/not-recognised', { file: file?.name ?? '', formats: 'wide-table-csv' })
  const inscopix = isInscopix(shape)
  const header = inscopix ? ['Time(s)', ...shape.columns.slice(1)] : shape.columns
  const givenTime = choiceAnswer(answers, 'timeColumn', header)
  const told = inscopix ? 0 : shape.hasHeader && header.length > 1 ? findTimeColumn(header) : -1
  const time = givenTime === null ? told : header.indexOf(givenTime)
  const columns = yield* readColumns(file, { ...shape, columns: header }, { time, inscopix, interrupt })
  if (columns.rowCount === 0) throw fail('import/no-samples', { file: file.name })
  const plan = planOf(columns, { shape, time, isGiven: givenTime !== null, answers })
  const about: About = {
    file: file.name,
    answers,
    plan,
    settings:
      file.table || header.length === 1
        ? []
        : [
            choiceSetting('decimal', shape.decimal, { options: decimals, guessed: decimal === null }),
            choiceSetting('separator', shape.separator, { options: separatorNames, guessed: separator === null }),
          ],
    warnings: leftOutOf(plan),
    isClock: plan.time >= 0 && hasClockTimes(shape, plan.time),
    toldRateHz: shape.rateHz,
    interrupt,
  }
  if (plan.contents === 'spikes') return spikesOf(columns, about)
  return signalOf(columns, about, { inscopix, header })
}

async function* readColumns(
  file: OpenedFile,
  shape: TableShape,
  { time, inscopix, interrupt }: { time: number; inscopix: boolean; interrupt: () => void },
): AsyncGenerator<ReadProgress, Columns> {
  const names = [...shape.columns]
  const isText = names.map(
    (_, i) => i !== time && !inscopix && !holdsNumbers(shape, i) && shape.sample.some((row) => !isMissing(row[i] ?? '')),
  )
  const isClock = time >= 0 && hasClockTimes(shape, time)
  let numbers: Float64Array[] = []
  let texts: string[][] = []
  let marks: string[] | null = null
  let rowCount = 0
  let room = 0
  for await (const { rows, firstLine, bytesDone } of rowsOf(file, shape)) {
    interrupt()
    for (let r = 0; r < rows.length; r++) {
      const row = rows[r] ?? []
      if (isBlankRow(row)) continue
      if (inscopix && marks === null) {
        marks = row.map((cell) => cell.trim().toLowerCase())
        continue
      }
      const line = firstLine + r
      while (names.length < row.length && !shape.hasHeader) {
        names.push(String(names.length + 1))
        isText.push(false)
      }
      if (names.length > channelLimit) throw fail('import/too-many-channels', { file: file.name, limit: channelLimit })
      for (let i = names.length; i < row.length; i++) {
        if (row[i]?.trim()) throw fail('import/row-too-long', { file: file.name, line, expected: names.length, found: row.length })
      }
      if (rowCount >= room || numbers.length < names.length) {
        room = rowCount >= room ? Math.max(256, 2 * room) : room
        if (room * names.length > spikeLimit * 2) {
          throw fail('import/dataset-too-large', {
            file: file.name,
            dataset: file.name,
            claimedMB: Math.round((8 * room * names.length) / 1e6),
          })
        }
        numbers = names.map((_, i) => roomier(numbers[i], isText[i] ? 0 : room))
        texts = names.map((_, i) => texts[i] ?? [])
      }
      for (let i = 0; i < names.length; i++) {
        const cell = row[i] ?? ''
        if (isText[i]) texts[i]!.push(cell.trim())
        else numbers[i]![rowCount] = numberIn(cell, { shape, file, line, column: i, isTime: i === time, isClock: isClock && i === time })
      }
      rowCount += 1
    }
    yield { done: bytesDone, total: file.bytes, phase: 'read' }
  }
  return { names, numbers: numbers.map((column) => column.subarray(0, rowCount)), rowCount, marks, texts }
}

function roomier(column: Float64Array | undefined, room: number): Float64Array {
  if (column && column.length >= room) return column
  const wider = new Float64Array(room).fill(NaN)
  if (column) wider.set(column)
  return wider
}

function numberIn(
  cell: string,
  {
    shape,
    file,
    line,
    column,
    isTime,
    isClock,
  }: { shape: TableShape; file: OpenedFile; line: number; column: number; isTime: boolean; isClock: boolean },
): number {
  const place = { file: file.name, line, column: shape.columns[column] ?? String(column + 1) }
  if (isMissing(cell)) {
    if (isTime) throw fail('import/cell-empty', place)
    return NaN
  }
  const value = isClock ? clockTime(cell) : toNumber(cell, shape.decimal)
  if (Number.isNaN(value)) throw fail('import/cell-not-a-number', { ...place, found: cell.trim().slice(0, 40) })
  return value
}

/** What the columns are: which one the time, which ones channels, which nothing of the signal. */
type Plan = {
  contents: Contents
  isContentsGiven: boolean
  time: number
  isTimeGuessed: boolean
  channels: number[]
  axis: Axis
  isAxisGuessed: boolean
  indexColumn: string | null
  textColumns: string[]
  /** of a row per channel: the column with the channels' names */
  labelColumn: number
}

function planOf(
  columns: Columns,
  { shape, time, isGiven, answers }: { shape: TableShape; time: number; isGiven: boolean; answers: ImportAnswers },
): Plan {
  const { names, numbers, rowCount } = columns
  const given = choiceAnswer(answers, 'contents', contents)
  const text = names.map((_, i) => (columns.texts[i]?.length ?? 0) > 0)
  const index = names.findIndex(
    (name, i) => i !== time && !text[i] && isIndex(numbers[i]!, shape.hasHeader ? name : null) && names.length > 1,
  )
  const left = names.map((_, i) => i).filter((i) => i !== index && !text[i])
  const guessedTime = time < 0 && !shape.hasHeader && left.length > 2 && given !== 'spikes' ? clockAmong(left, numbers) : -1
  const clock = time >= 0 ? time : guessedTime
  const channels = left.filter((i) => i !== clock)
  const guess: Contents =
    clock >= 0
      ? areSparseCounts(channels, numbers)
        ? 'counts'
        : 'traces'
      : areTrains(channels, numbers)
        ? 'spikes'
        : areCounts(channels, numbers)
          ? 'counts'
          : 'traces'
  const chosen = given ?? (answers.binMs !== undefined && guess !== 'spikes' ? 'counts' : guess)
  const givenAxis = choiceAnswer(answers, 'channelAxis', axes)
  const byRow = !shape.hasHeader && clock < 0 && chosen !== 'spikes' && rowCount < channels.length
  return {
    contents: chosen,
    isContentsGiven: given !== null,
    time: clock,
    isTimeGuessed: !isGiven && (guessedTime >= 0 || !shape.hasHeader),
    channels,
    axis: givenAxis ?? (byRow ? 'rows' : 'columns'),
    isAxisGuessed: givenAxis === null && !shape.hasHeader,
    indexColumn: index >= 0 ? (names[index] ?? '') : null,
    textColumns: names.filter((_, i) => text[i]),
    labelColumn: text.indexOf(true),
  }
}

/** Row numbers, from 0 or 1; with a header only where it does not name a channel. */
function isIndex(column: Float64Array, name: string | null): boolean {
  if (
    name !== null &&
    !/^(unnamed.*|index|idx|row|nr|no\.?|#|bins?|bin[ _]?(no|nr|index|number)|slice|step|scan|volume|)$/i.test(name.trim())
  )
    return false
  const first = column[0]
  if (column.length < 3 || (first !== 0 && first !== 1)) return false
  return column.every((value, row) => value === first + row)
}

/** Without a header: a first column that always rises, where not all do. */
function clockAmong(columns: number[], numbers: Float64Array[]): number {
  const [first = -1, ...others] = columns
  const rises = (i: number): boolean => {
    const column = numbers[i]!
    for (let r = 1; r < column.length; r++) if (!(column[r]! > column[r - 1]!)) return false
    return column.length > 2
  }
  return rises(first) && !others.every(rises) ? first : -1
}

/** Lists of times: each column rises from its top and is empty below its last. */
function areTrains(columns: number[], numbers: Float64Array[]): boolean {
  return (
    columns.length > 0 &&
    columns.every((i) => {
      const column = numbers[i]!
      const count = filledLength(column)
      return count <= 1 ? true : isAscending(column.subarray(0, count)) && column[count - 1]! > column[0]!
    })
  )
}

/** How many rows from the top hold numbers; all of them where a number stands below a gap. */
function filledLength(column: Float64Array): number {
  let count = column.length
  while (count > 0 && Number.isNaN(column[count - 1]!)) count -= 1
  return count
}

function areCounts(columns: number[], numbers: Float64Array[]): boolean {
  return columns.every((i) => numbers[i]!.every((value) => value >= 0 && Number.isInteger(value)))
}

/** Beside a clock, whole numbers are counts where many are 0; a camera's values are whole, too, but never so. */
function areSparseCounts(columns: number[], numbers: Float64Array[]): boolean {
  let [zeros, all] = [0, 0]
  for (const i of columns) {
    for (const value of numbers[i]!) {
      if (value === 0) zeros += 1
      all += 1
    }
  }
  return zeros > 0.3 * all && areCounts(columns, numbers)
}

type About = {
  file: string
  answers: ImportAnswers
  plan: Plan
  settings: ImportSetting[]
  warnings: ImportWarning[]
  /** the times stand as a clock or a calendar writes them */
  isClock: boolean
  /** the sampling rate that stands above the table */
  toldRateHz: number | null
  interrupt: () => void
}

function leftOutOf({ indexColumn, textColumns, axis }: Plan): ImportWarning[] {
  const texts = axis === 'rows' ? textColumns.slice(1) : textColumns
  return [
    ...(indexColumn === null ? [] : [warning('index-column', { column: indexColumn || '1' })]),
    ...(texts.length > 0 ? [warning('columns-left-out', { count: texts.length, columns: named(texts) })] : []),
  ]
}

const contentsSetting = ({ contents: value, isContentsGiven }: Plan): ImportSetting =>
  choiceSetting('contents', value, { options: contents, guessed: !isContentsGiven })

function spikesOf({ names, numbers }: Columns, { file, answers, plan, settings, warnings, toldRateHz, interrupt }: About): SpikeReading {
  const given = choiceAnswer(answers, 'timeUnit', timeUnits)
  const [only] = plan.channels
  const told = plan.channels.length === 1 && only !== undefined ? timeUnitOf(names[only] ?? '') : null
  const count = plan.channels.reduce((sum, i) => sum + filledLength(numbers[i]!), 0)
  if (count > spikeLimit) throw fail('import/dataset-too-large', { file, dataset: file, claimedMB: Math.round((8 * count) / 1e6) })
  const times = new Float64Array(count)
  const rows = new Uint32Array(count)
  let at = 0
  let isWhole = true
  let largest = 0
  plan.channels.forEach((i, row) => {
    interrupt()
    const train = numbers[i]!.subarray(0, filledLength(numbers[i]!))
    for (let s = 0; s < train.length; s++) {
      const value = train[s]!
      const place = `${names[i] ?? ''}, ${s + 1}`
      if (Number.isNaN(value)) throw fail('import/not-a-number', { file, place, found: 'NaN' })
      if (value < 0) throw fail('import/negative-time', { file, place, found: value })
      if (!Number.isInteger(value)) isWhole = false
      if (value > largest) largest = value
      times[at] = value
      rows[at++] = row
    }
  })
  const unit: TimeUnit = given ?? told ?? (isWhole ? (largest < 1e8 ? 'ms' : 'us') : largest < 1e6 ? 's' : 'ms')
  const rateHz = numberAnswer(answers, 'samplingRateHz', 0) ?? toldRateHz
  const perSecond = unit === 'samples' ? rateHz : unitsPerSecond[unit]
  if (perSecond !== null) for (let s = 0; s < times.length; s++) times[s]! /= perSecond
  const { labels } = uniqueLabels(plan.channels.map((i) => names[i] ?? ''))
  return {
    modality: 'spikes',
    channelLabels: labels,
    trains: groupByChannel(times, rows, labels.length),
    positionsUm: null,
    samplingRateHz: rateHz,
    knowsAllChannels: true,
    settings: [
      contentsSetting(plan),
      choiceSetting('timeUnit', unit, { options: timeUnits, guessed: given === null && told === null }),
      numberSetting('samplingRateHz', rateHz, { unit: 'Hz', guessed: false }),
      ...settings,
    ],
    needs: perSecond === null ? [{ name: 'samplingRateHz', why: 'formats.needs.samplingRateHz' }] : [],
    warnings: [...warnings, ...(given === null && told === null ? [warning('time-unit-guessed', { file, unit })] : [])],
  }
}

function signalOf(
  columns: Columns,
  about: About,
  { inscopix, header }: { inscopix: boolean; header: string[] },
): TraceReading | CountReading {
  const { answers, plan, file } = about
  const marks = inscopix ? columns.marks : null
  const wantedCells = choiceAnswer(answers, 'cells', cellMarks) ?? 'not-rejected'
  const isTaken = (i: number): boolean =>
    marks === null || wantedCells === 'all' || (wantedCells === 'accepted' ? marks[i] === 'accepted' : marks[i] !== 'rejected')
  const channels = plan.channels.filter(isTaken)
  if (channels.length === 0) throw fail('import/no-cells', { file })
  const leftOut = plan.channels.filter((i) => !isTaken(i))
  const byRow = plan.axis === 'rows'
  const { values, labels, sampleCount, renamedCount } = byRow
    ? rowsAsChannels(columns, channels, plan)
    : columnsAsChannels(columns, channels)
  const shared = {
    channelLabels: labels,
    positionsUm: null,
    values,
    warnings: [
      ...about.warnings,
      ...(renamedCount > 0 ? [warning('labels-repeated', { count: renamedCount })] : []),
      ...(leftOut.length > 0
        ? [
            warning('units-left-out', {
              count: leftOut.length,
              units: named(
                leftOut.map((i) => `${columns.names[i] ?? ''} (${marks?.[i] ?? ''})`),
                40,
              ),
            }),
          ]
        : []),
    ],
  }
  const settings = [
    ...(inscopix ? [choiceSetting('cells', wantedCells, { options: cellMarks, guessed: answers.cells === undefined })] : []),
    contentsSetting(plan),
    ...(plan.time < 0 ? [choiceSetting('channelAxis', plan.axis, { options: axes, guessed: plan.isAxisGuessed })] : []),
    ...(byRow
      ? []
      : [
          choiceSetting('timeColumn', plan.time < 0 ? null : (header[plan.time] ?? null), { options: header, guessed: plan.isTimeGuessed }),
        ]),
    ...about.settings,
  ]
  const choices = inscopix ? [{ name: 'cells', options: [...cellMarks] }] : []
  const clock = clockOf(columns, about, sampleCount)
  if (plan.contents === 'counts') {
    for (const [i, value] of values.entries()) {
      if (!(value >= 0))
        throw fail('import/not-a-count', {
          file,
          place: `${labels[Math.floor(i / sampleCount)] ?? ''}, ${(i % sampleCount) + 1}`,
          found: value,
        })
    }
    const stepS = clock.timesS && clock.timesS.length > 1 ? (clock.timesS.at(-1)! - clock.timesS[0]!) / (clock.timesS.length - 1) : null
    const binMs = numberAnswer(answers, 'binMs', 0) ?? (stepS === null ? null : 1000 * stepS)
    return {
      ...shared,
      modality: 'counts',
      binMs,
      startS: clock.timesS?.[0] ?? 0,
      settings: [
        ...settings,
        ...(plan.time < 0 ? [] : clock.settings),
        numberSetting('binMs', binMs, { unit: 'ms', guessed: answers.binMs === undefined }),
      ],
      warnings: [...shared.warnings, ...clock.warnings],
      choices,
      needs: binMs === null ? [{ name: 'binMs', why: 'formats.needs.binMs' }] : [],
    }
  }
  return {
    ...shared,
    modality: 'traces',
    ...clock,
    settings: [...settings, ...clock.settings],
    warnings: [...shared.warnings, ...clock.warnings],
    choices,
  }
}

function columnsAsChannels({ names, numbers, rowCount }: Columns, channels: number[]) {
  const values = new Float64Array(channels.length * rowCount)
  channels.forEach((i, c) => values.set(numbers[i]!, c * rowCount))
  return { values, sampleCount: rowCount, ...uniqueLabels(channels.map((i) => names[i] ?? '')) }
}

function rowsAsChannels({ numbers, rowCount, texts }: Columns, channels: number[], { labelColumn }: Plan) {
  const values = new Float64Array(channels.length * rowCount)
  channels.forEach((i, s) => numbers[i]!.forEach((value, row) => (values[row * channels.length + s] = value)))
  const labels = texts[labelColumn] ?? []
  return { values, sampleCount: channels.length, ...uniqueLabels(Array.from({ length: rowCount }, (_, row) => labels[row] ?? String(row))) }
}

function clockOf(
  { names, numbers }: Columns,
  { file, answers, plan, isClock, toldRateHz }: About,
  sampleCount: number,
): Pick<TraceReading, 'timesS' | 'samplingRateHz' | 'settings' | 'needs' | 'warnings'> {
  const givenRate = numberAnswer(answers, 'samplingRateHz', 0)
  const rateHz = givenRate ?? toldRateHz
  const rate = numberSetting('samplingRateHz', rateHz, { unit: 'Hz', guessed: givenRate === null && rateHz !== null })
  const needs = [{ name: 'samplingRateHz', why: 'formats.needs.frameRateHz' }]
  if (plan.time < 0) {
    return rateHz === null
      ? { timesS: null, samplingRateHz: null, settings: [rate], needs, warnings: [] }
      : { timesS: evenTimes(sampleCount, rateHz), samplingRateHz: rateHz, settings: [rate], needs: [], warnings: [] }
  }
  const given = choiceAnswer(answers, 'timeUnit', timeUnits)
  const told = plan.isTimeGuessed ? null : timeUnitOf(names[plan.time] ?? '')
  const clock = numbers[plan.time]!
  // Nobody takes a picture every five seconds and writes whole numbers: these are milliseconds.
  const stepS = (clock[clock.length - 1]! - clock[0]!) / (clock.length - 1)
  const guess: TimeUnit = stepS >= 5 && clock.every(Number.isInteger) ? 'ms' : 's'
  const unit = isClock ? 's' : (given ?? told ?? guess)
  const isGuessed = !isClock && given === null && told === null
  const perSecond = unit === 'samples' ? rateHz : unitsPerSecond[unit]
  const settings = [choiceSetting('timeUnit', unit, { options: timeUnits, guessed: isGuessed }), rate]
  const warnings = isGuessed ? [warning('time-unit-guessed', { file, unit })] : []
  if (perSecond === null) return { timesS: null, samplingRateHz: null, settings, needs, warnings }
  return { timesS: clock.map((time) => time / perSecond), samplingRateHz: null, settings, needs: [], warnings }
}
