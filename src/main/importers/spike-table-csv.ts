import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting, ImportWarning } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { warning } from './checks.ts'
import {
  areSeconds,
  findColumn,
  findTimeColumn,
  findTraceColumn,
  findTrialColumn,
  findWellColumn,
  otherChannelColumns,
  timeUnitOf,
  timeUnits,
  unitsPerSecond,
  type TimeUnit,
} from './columns.ts'
import type { Importer, ImportTask, ReadProgress, SpikeReading } from './importer.ts'
import { channelLimit, inNaturalOrder, isWholeNumber, spikeLimit, tidyLabel } from './labels.ts'
import { storedText, type OpenedFile, type StoredTable } from './opened-file.ts'
import { groupByChannel } from './spike-trains.ts'
import { channelTable, readLines } from './table-lines.ts'
import {
  clockTime,
  decimals,
  hasByteLines,
  hasClockTimes,
  isBlankRow,
  isNumericColumn,
  lineBytesOf,
  rowsIn,
  rowsOf,
  separatorNames,
  shapeOfTable,
  toNumber,
  type TableShape,
} from './table.ts'

const quote = 0x22
const settings = ['channelColumn', 'timeColumn', 'timeUnit', 'samplingRateHz', 'decimal', 'separator'] as const

/** A row per spike: the channel, any text, and the time, in any unit; other columns are left alone. */
export const spikeTableCsv: Importer = {
  format: 'spike-table-csv',
  settings,
  detect(files, answers) {
    const candidates = files.flatMap((file) => {
      const shape = shapeOfTable(file)
      const confidence = shape ? (isNamedIn(shape, answers) ? 0.95 : confidenceIn(shape)) : 0
      return shape && confidence > 0 ? [{ file, shape, confidence }] : []
    })
    const [best] = candidates.toSorted((a, b) => b.confidence - a.confidence)
    if (!best) return null
    const { file, shape, confidence } = best
    const code = confidence > 0.5 ? 'columns' : 'table'
    return { confidence, reasons: [{ code, details: { file: file.name, columns: shape.columns.join(', ') } }], files: [file] }
  },
  read: readTrains,
}

/** The person named the columns. */
function isNamedIn({ columns }: TableShape, { channelColumn }: ImportAnswers): boolean {
  return channelColumn !== undefined && columns.includes(String(channelColumn))
}

function confidenceIn(shape: TableShape): number {
  if (shape.columns.length < 2) return 0
  if (!shape.hasHeader && countsItsRows(shape)) return 0.15
  if (!shape.hasHeader) return looksLikePositions(shape) ? 0.3 : shape.sample[0]?.some((_, i) => isNumericColumn(shape, i)) ? 0.6 : 0
  const channel = findColumn(shape.columns, 'channel') >= 0
  const time = findTimeColumn(shape.columns) >= 0
  if (channel && time) return 0.9
  if (channel || time) return 0.2
  return shape.columns.some((_, i) => isNumericColumn(shape, i)) ? 0.3 : 0
}

const fewRows = 10

/** Row numbers before times that rise: one list of times, not a channel for every spike. */
function countsItsRows({ sample, columns, decimal }: TableShape): boolean {
  const [numbers = [], times = []] = [0, 1].map((column) => sample.map((row) => toNumber(row[column] ?? '', decimal)))
  return (
    columns.length === 2 &&
    sample.length >= fewRows &&
    numbers.every((number, r) => number === numbers[0]! + r) &&
    times.every((time, r) => r === 0 || time >= times[r - 1]!)
  )
}

/** Three columns or more without names, every channel once: positions rather than spikes. */
export function looksLikePositions({ sample, columns }: TableShape): boolean {
  const labels = sample.map(([label]) => label ?? '')
  const numeric = (column: number): boolean => sample.every((row) => Number.isFinite(Number(row[column]?.replace(',', '.'))))
  return (
    columns.length >= 3 &&
    sample.length > 1 &&
    new Set(labels).size === labels.length &&
    labels.every((label) => !/[.,]/.test(label)) &&
    numeric(1) &&
    numeric(2)
  )
}

/** Without names: a column of whole numbers that repeat, and one of fractions that hardly do. */
export function looksLikeSpikeList({ sample, columns, decimal }: TableShape): boolean {
  const kinds = columns.map((_, i) => {
    const cells = sample.map((row) => toNumber(row[i] ?? '', decimal))
    const distinct = new Set(cells).size
    return { isWhole: cells.every(Number.isInteger), repeats: distinct < cells.length / 2, isTime: distinct > cells.length / 2 }
  })
  return (
    kinds.some(({ isWhole, repeats }) => isWhole && repeats) &&
    kinds.some(({ isWhole, isTime }) => !isWhole && isTime) &&
    columns.length <= 6
  )
}

/** Which columns are read and how, and which of it was guessed. */
type Reading = {
  shape: TableShape
  channel: number
  time: number
  /** the column that tells wells apart, where it names more than one; −1 without */
  well: number
  /** times as `00:12:30.5` or of a calendar */
  isClock: boolean
  settings: ImportSetting[]
  warnings: ImportWarning[]
  unit: { value: TimeUnit | null; guessed: boolean }
}

function planReading(file: OpenedFile, answers: ImportAnswers): Reading {
  const separator = choiceAnswer(answers, 'separator', separatorNames)
  const decimal = choiceAnswer(answers, 'decimal', decimals)
  const shape = shapeOfTable(file, { separator, decimal })
  if (!shape) throw fail('import/not-recognised', { file: file.name, formats: 'spike-table-csv' })
  const givenChannel = choiceAnswer(answers, 'channelColumn', shape.columns)
  const givenTime = choiceAnswer(answers, 'timeColumn', shape.columns)
  const guess = guessColumns(shape)
  const channel = givenChannel === null ? guess.channel : shape.columns.indexOf(givenChannel)
  const time = givenTime === null ? guess.time : shape.columns.indexOf(givenTime)
  if (channel < 0) throw fail('import/column-missing', { file: file.name, wanted: 'channel', found: shape.columns.join(', ') })
  if (time < 0) throw fail('import/column-missing', { file: file.name, wanted: 'time', found: shape.columns.join(', ') })
  if (channel === time)
    throw fail('import/setting-refused', {
      setting: givenTime === null ? 'channelColumn' : 'timeColumn',
      value: shape.columns[time] ?? '',
      expected: shape.columns.filter((_, i) => i !== time).join(', '),
    })
  const value = shape.hasHeader ? findTraceColumn(shape.columns) : -1
  if (value >= 0 && value !== channel && value !== time && hasEvenSteps(shape, { channel, time }))
    throw fail('import/traces-in-rows', { file: file.name, channel: shape.columns[channel] ?? '', value: shape.columns[value] ?? '' })
  const givenUnit = choiceAnswer(answers, 'timeUnit', timeUnits)
  const wellColumn = shape.hasHeader ? findWellColumn(shape.columns) : -1
  const wells = new Set(shape.sample.map((row) => row[wellColumn] ?? ''))
  const isClock = hasClockTimes(shape, time)
  const others = shape.hasHeader && givenChannel === null ? otherChannelColumns(shape.columns, channel) : []
  const trial = shape.hasHeader ? findTrialColumn(shape.columns) : -1
  const column = (at: number): string => shape.columns[at] ?? ''
  return {
    shape,
    channel,
    time,
    well: wellColumn !== channel && wells.size > 1 ? wellColumn : -1,
    isClock,
    warnings: [
      ...(others.length > 0 ? [warning('several-channel-columns', { taken: column(channel), others: others.map(column).join(', ') })] : []),
      ...(trial >= 0 && trial !== channel ? [warning('times-by-trial', { column: column(trial) })] : []),
    ],
    unit: { value: isClock ? 's' : (givenUnit ?? (shape.hasHeader ? timeUnitOf(column(time)) : null)), guessed: false },
    settings: [
      choiceSetting('channelColumn', shape.columns[channel] ?? '', {
        options: shape.columns,
        guessed: givenChannel === null && (!shape.hasHeader || others.length > 0),
      }),
      choiceSetting('timeColumn', shape.columns[time] ?? '', { options: shape.columns, guessed: !shape.hasHeader && givenTime === null }),
      choiceSetting('decimal', shape.decimal, { options: decimals, guessed: decimal === null }),
      choiceSetting('separator', shape.separator, { options: separatorNames, guessed: separator === null }),
    ],
  }
}

/** Whether the first channel's times go on in equal steps, as samples do and spikes do not. */
function hasEvenSteps({ sample, decimal }: TableShape, { channel, time }: { channel: number; time: number }): boolean {
  const times = sample.filter((row) => row[channel] === sample[0]?.[channel]).map((row) => toNumber(row[time] ?? '', decimal))
  const steps = times.slice(1).map((timeS, i) => timeS - times[i]!)
  const [step = 0] = steps
  return steps.length >= 3 && step > 0 && steps.every((other) => Math.abs(other - step) < 0.05 * step)
}

function guessColumns(shape: TableShape): { channel: number; time: number } {
  if (shape.hasHeader) return { channel: findColumn(shape.columns, 'channel'), time: findTimeColumn(shape.columns) }
  const all = shape.columns.map((_, i) => i)
  const cells = (column: number): string[] => shape.sample.map((row) => row[column] ?? '')
  const distinct = (column: number): number => new Set(cells(column)).size
  const numeric = all.filter((i) => isNumericColumn(shape, i))
  const fractional = numeric.filter((i) => cells(i).some((cell) => /[.,]\d*[1-9]/.test(cell)))
  // Times are fractions, or at least differ more than channels do.
  const time = fractional[0] ?? numeric.toSorted((a, b) => distinct(b) - distinct(a) || b - a)[0] ?? -1
  return { channel: all.find((i) => i !== time && !fractional.includes(i)) ?? all.find((i) => i !== time) ?? -1, time }
}

async function* readTrains({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, SpikeReading> {
  const [file] = files
  if (!file?.text && !file?.table) throw fail('import/not-recognised', { file: file?.name ?? '', formats: 'spike-table-csv' })
  const reading = planReading(file, answers)
  const table = yield* readSpikes(file, reading, interrupt)
  if (table.times.length === 0) throw fail('import/no-spikes', { file: file.name })
  const unit = reading.unit.value ?? guessUnit(table)
  const givenRate = numberAnswer(answers, 'samplingRateHz', 0)
  const samplingRateHz = givenRate ?? reading.shape.rateHz
  const perSecond = unit === 'samples' ? samplingRateHz : unitsPerSecond[unit]
  const warnings: ImportWarning[] = [
    ...reading.warnings,
    ...(reading.unit.value === null ? [warning('time-unit-guessed', { file: file.name, unit })] : []),
    ...oddNames(table.labels),
  ]
  if (perSecond !== null) for (let s = 0; s < table.times.length; s++) table.times[s]! /= perSecond
  const channelLabels = inNaturalOrder(table.labels)
  interrupt()
  const rowOfSpike = inOrderOf(table, channelLabels)
  interrupt()
  return {
    modality: 'spikes',
    channelLabels,
    trains: groupByChannel(table.times, rowOfSpike, channelLabels.length),
    positionsUm: null,
    samplingRateHz,
    settings: [
      ...reading.settings,
      choiceSetting('timeUnit', unit, { options: timeUnits, guessed: reading.unit.value === null }),
      numberSetting('samplingRateHz', samplingRateHz, { unit: 'Hz', guessed: givenRate === null && samplingRateHz !== null }),
    ],
    needs: perSecond === null ? [{ name: 'samplingRateHz', why: 'formats.needs.samplingRateHz' }] : [],
    warnings,
    knowsAllChannels: false,
  }
}

/** Rows of the file as they stand in it: times in the file's unit, channels by order of appearance. */
type SpikeTable = { labels: string[]; rowOfSpike: Uint32Array; times: Float64Array; allWhole: boolean; largest: number }

async function* readSpikes(file: OpenedFile, reading: Reading, interrupt: () => void): AsyncGenerator<ReadProgress, SpikeTable> {
  const list = spikeList(file, reading)
  const isPlain = reading.well < 0 && !reading.isClock
  if (isPlain && hasByteLines(file)) yield* readBytesOfLines(file, { reading, list, interrupt })
  else if (isPlain && file.table?.columnPieces) yield* readStoredColumns(file.table.columnPieces, { file, reading, list, interrupt })
  else {
    for await (const { rows, firstLine, bytesDone } of rowsOf(file, reading.shape)) {
      interrupt()
      list.reserve(rows.length)
      for (let r = 0; r < rows.length; r++) list.takeRow(rows[r] ?? [], firstLine + r)
      yield { done: bytesDone, total: file.bytes, phase: 'read' }
    }
  }
  return list.table()
}

type SpikeList = {
  /** makes room for so many more; `shareDone` of the file was read before them */
  reserve: (more: number, shareDone?: number) => void
  takeRow: (row: string[], line: number) => void
  take: (row: number, value: number) => void
  rowOf: (cell: string, line: number) => number
  table: () => SpikeTable
}

/** Spikes as they come in; each cell that is wrong is refused with its line. */
function spikeList(file: OpenedFile, { shape, channel, time, well, isClock }: Reading): SpikeList {
  const rowOfLabel = new Map<string, number>()
  const labels: string[] = []
  let times = new Float64Array(1 << 16)
  let rowOfSpike = new Uint32Array(1 << 16)
  let count = 0
  let allWhole = true
  let largest = 0
  const needed = Math.max(channel, time) + 1
  const columnOf = (column: number): string => shape.columns[column] ?? String(column + 1)
  const take = (row: number, value: number): void => {
    if (allWhole && !Number.isInteger(value)) allWhole = false
    if (value > largest) largest = value
    rowOfSpike[count] = row
    times[count] = value
    count += 1
  }
  const rowOf = (cell: string, line: number): number => {
    const known = rowOfLabel.get(cell)
    if (known !== undefined) return known
    const label = tidyLabel(cell)
    if (label === '') throw fail('import/cell-empty', { file: file.name, line, column: columnOf(channel) })
    const row = rowOfLabel.get(label) ?? labels.push(label) - 1
    if (row >= channelLimit) throw fail('import/too-many-channels', { file: file.name, limit: channelLimit })
    rowOfLabel.set(label, row)
    rowOfLabel.set(cell, row)
    return row
  }
  return {
    take,
    rowOf,
    reserve(more, shareDone = 0) {
      if (count + more <= times.length) return
      if (count + more > spikeLimit)
        throw fail('import/dataset-too-large', { file: file.name, dataset: columnOf(time), claimedMB: Math.round(file.bytes / 1e6) })
      // Growing costs a copy: once is enough where the file tells how much is to come.
      const foreseen = count > 0 && shareDone > 0 ? Math.ceil((1.02 * count) / shareDone) : 2 * times.length
      const length = Math.min(spikeLimit, Math.max(foreseen, count) + more)
      times = new Float64Array(times.buffer.transfer(8 * length))
      rowOfSpike = new Uint32Array(rowOfSpike.buffer.transfer(4 * length))
    },
    takeRow(row, line) {
      if (isBlankRow(row)) return
      if (row.length < needed) throw fail('import/row-too-short', { file: file.name, line, expected: needed, found: row.length })
      const cell = row[time] ?? ''
      const value = isClock ? clockTime(cell) : toNumber(cell, shape.decimal)
      if (!(value >= 0)) throw badTime(cell, value, { file: file.name, line, column: columnOf(time) })
      // The same electrode stands in every well of a plate.
      const label = row[channel] ?? ''
      take(rowOf(well < 0 || label.trim() === '' ? label : `${(row[well] ?? '').trim()} ${tidyLabel(label)}`, line), value)
    },
    table: () => ({ labels, rowOfSpike: rowOfSpike.subarray(0, count), times: times.subarray(0, count), allWhole, largest }),
  }
}

type Source = { reading: Reading; list: SpikeList; interrupt: () => void }

/** Lines as bytes: ten times as fast as texts. Where a piece holds quotes, its lines are texts. */
async function* readBytesOfLines(file: OpenedFile, { reading, list, interrupt }: Source): AsyncGenerator<ReadProgress> {
  const { shape, channel, time } = reading
  const rowOfNumber = channelTable()
  const rowOfBytes = new Map<string, number>()
  let before = 0
  for await (const { bytes, firstLine, bytesDone } of lineBytesOf(file, shape, interrupt)) {
    if (bytes.includes(quote)) {
      const rows = rowsIn(bytes, shape)
      list.reserve(rows.length, before)
      rows.forEach((row, r) => list.takeRow(row, firstLine + r))
    } else {
      // The shortest line of two cells has four bytes.
      list.reserve(Math.ceil(bytes.length / 4) + 1, before)
      const { separator, decimal } = shape
      readLines({
        bytes,
        separator,
        decimal,
        channel,
        time,
        rowOfNumber,
        take: list.take,
        rowOf: (cell) => rowOfBytes.get(cell) ?? -1,
        takeWhole(start, end, index, cell) {
          const [row = ['']] = rowsIn(bytes.subarray(start, end), shape)
          list.takeRow(row, firstLine + index)
          if (cell !== '') rowOfBytes.set(cell, list.rowOf(row[channel] ?? '', firstLine + index))
        },
      })
    }
    before = bytesDone / file.bytes
    yield { done: bytesDone, total: file.bytes, phase: 'read' }
  }
}

/** Columns of numbers as they are stored: no cell becomes a text. */
async function* readStoredColumns(
  columnPieces: NonNullable<StoredTable['columnPieces']>,
  { file, reading, list, interrupt }: Source & { file: OpenedFile },
): AsyncGenerator<ReadProgress> {
  const { shape, channel, time } = reading
  const rowOfNumber = channelTable()
  // The first row of a stored table holds the names.
  let line = 2
  let before = 0
  for await (const { columns, rowCount, bytesDone } of columnPieces([channel, time])) {
    interrupt()
    list.reserve(rowCount, before)
    before = bytesDone / file.bytes
    const [channels, times] = columns
    for (let r = 0; r < rowCount; r++) {
      const value = times?.[r]
      const given = channels?.[r]
      const id = typeof given === 'bigint' ? Number(given) : given
      const known = typeof id === 'number' ? (rowOfNumber[id] ?? -1) : -1
      if (typeof value === 'number' && value >= 0 && value < Infinity && known >= 0) list.take(known, value)
      else {
        const row = shape.columns.map(() => '')
        row[channel] = storedText(given)
        row[time] = storedText(value)
        list.takeRow(row, line + r)
        if (typeof id === 'number' && id >= 0 && Number.isInteger(id)) rowOfNumber[id] = list.rowOf(row[channel], line + r)
      }
    }
    line += rowCount
    yield { done: bytesDone, total: file.bytes, phase: 'read' }
  }
}

/** A few names among numbers are rather a line of sums than channels. */
function oddNames(labels: string[]): ImportWarning[] {
  const odd = labels.filter((label) => !isWholeNumber(label))
  return odd.length > 0 && odd.length <= 2 && labels.length - odd.length >= 3
    ? [warning('odd-channel-names', { channels: odd.join(', ') })]
    : []
}

function badTime(cell: string, value: number, place: { file: string; line: number; column: string }): Error {
  const found = cell.trim().slice(0, 40)
  if (found === '') return fail('import/cell-empty', place)
  return value < 0 ? fail('import/cell-negative-time', { ...place, found }) : fail('import/cell-not-a-number', { ...place, found })
}

/** Nobody notes spikes by full seconds; nobody records for months. */
export function guessUnit({ allWhole, largest, times, labels }: Omit<SpikeTable, 'rowOfSpike'>): TimeUnit {
  if (allWhole && times.length > 1) return largest < 1e8 ? 'ms' : 'us'
  const smallest = times.reduce((least, time) => Math.min(least, time), Infinity)
  if (areSeconds({ largest, spanned: largest - smallest, spikes: times.length, channels: labels.length })) return 's'
  return largest < 1e9 ? 'ms' : 'us'
}

function inOrderOf({ labels, rowOfSpike }: SpikeTable, channelLabels: string[]): Uint32Array {
  if (channelLabels === labels) return rowOfSpike
  const place = new Map(channelLabels.map((label, row) => [label, row]))
  const newRow = Uint32Array.from(labels, (label) => place.get(label) ?? 0)
  for (let s = 0; s < rowOfSpike.length; s++) rowOfSpike[s] = newRow[rowOfSpike[s]!]!
  return rowOfSpike
}
