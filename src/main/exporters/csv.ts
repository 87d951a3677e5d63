import Papa from 'papaparse'
import { cellOf, type Table } from '../../shared/domain/table.ts'

const rowsAtOnce = 50_000

/** A table as CSV: UTF-8, commas, a header, points as decimal signs, every digit of a number. */
export function csvOf({ rowCount, columns }: Table, interrupt: () => void): Uint8Array {
  const pieces: Uint8Array[] = [],
    encoder = new TextEncoder()
  const add = (rows: unknown[][]): void => {
    interrupt()
    pieces.push(encoder.encode(`${Papa.unparse(rows, { newline: '\n' })}\n`))
  }
  add([columns.map(({ name }) => name)])
  for (let first = 0; first < rowCount; first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rowCount - first)
    add(Array.from({ length: count }, (_, row) => columns.map((column) => cellOf(column, first + row))))
  }
  return joined(pieces)
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
