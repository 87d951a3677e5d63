import { fail } from '../../shared/contract/errors.ts'
import type { ReadProgress } from './importer.ts'
import { channelLimit, spikeLimit } from './labels.ts'
import type { OpenedFile } from './opened-file.ts'
import { clockTime, isMissing, toNumber } from './table-cells.ts'
import { hasClockTimes, holdsNumbers, type TableShape } from './table-shape.ts'
import { isBlankRow, rowsOf } from './table-rows.ts'

/** The table's columns as numbers, [rows] each, NaN for what is missing. */
export type Columns = { names: string[]; numbers: Float64Array[]; rowCount: number; marks: string[] | null; texts: string[][] }

export async function* readColumns(
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
