import { fail } from '../../shared/contract/errors.ts'
import type { ReadProgress } from './importer.ts'
import { channelLimit, spikeLimit, tidyLabel } from './labels.ts'
import { storedText, type OpenedFile, type StoredTable } from './opened-file.ts'
import type { Reading } from './spike-table-plan.ts'
import { channelTable, readLines } from './table-lines.ts'
import { clockTime, toNumber } from './table-cells.ts'
import { hasByteLines, isBlankRow, lineBytesOf, lineEndsIn, rowsIn, rowsOf } from './table-rows.ts'

const quote = 0x22

/** Rows of the file as they stand in it: times in the file's unit, channels by order of appearance. */
export type SpikeTable = { labels: string[]; rowOfSpike: Uint32Array; times: Float64Array; allWhole: boolean; largest: number }

export async function* readSpikes(file: OpenedFile, reading: Reading, interrupt: () => void): AsyncGenerator<ReadProgress, SpikeTable> {
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
  let line = shape.skippedLines + 1
  for await (const { bytes, bytesDone } of lineBytesOf(file, shape, interrupt)) {
    if (bytes.includes(quote)) {
      const rows = rowsIn(bytes, shape)
      list.reserve(rows.length, before)
      rows.forEach((row, r) => list.takeRow(row, line + r))
      line += lineEndsIn(bytes)
    } else {
      // The shortest line of two cells has four bytes.
      list.reserve(Math.ceil(bytes.length / 4) + 1, before)
      const { separator, decimal } = shape,
        firstLine = line
      line += readLines({
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

function badTime(cell: string, value: number, place: { file: string; line: number; column: string }): Error {
  const found = cell.trim().slice(0, 40)
  if (found === '') return fail('import/cell-empty', place)
  return value < 0 ? fail('import/cell-negative-time', { ...place, found }) : fail('import/cell-not-a-number', { ...place, found })
}
