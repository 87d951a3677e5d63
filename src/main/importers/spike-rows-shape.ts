import { tidyLabel } from './labels.ts'
import type { OpenedFile } from './opened-file.ts'
import { isMissing, separatorNames, separators, toNumber, type Decimal, type Separator } from './table-cells.ts'

/** What each row begins with. */
export const firstCells = ['name', 'time'] as const

/** How a text has a row for each channel. */
export type RowShape = {
  separator: Separator
  decimal: Decimal
  /** lines before the first row */
  skippedLines: number
  names: (typeof firstCells)[number]
  /** false where the first cell could be a name or a time */
  isSure: boolean
}

const longEnough = 20

/**
 * Rows of unequal length, each of times that rise, most after a name that no other row has. Tables with names of columns are none of
 * these, nor is what also rises down its columns.
 */
export function shapeOfRows(file: OpenedFile): RowShape | null {
  const known = shapes.get(file)
  if (known !== undefined) return known
  const shape = recognise(file)
  shapes.set(file, shape)
  return shape
}

/** A file is looked at once. */
const shapes = new WeakMap<OpenedFile, RowShape | null>()

function recognise({ text, bytes, head }: OpenedFile): RowShape | null {
  if (!text) return null
  const lines = text.head.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  const isCut = bytes > head.length
  // A row that goes on beyond what was looked at is cut in the middle of a number.
  if (isCut && lines.length > 1) lines.pop()
  const numbered = lines.flatMap((line, at) => (line.trim() === '' || /^[#%]/.test(line.trim()) ? [] : [{ line, at }]))
  for (const separator of separatorNames) {
    const rows = numbered.map(({ line }) => trimmed(cellsIn(line, separator)))
    if (isCut && lines.length === 1) rows[0]?.pop()
    const [first = []] = rows
    const isHeaded = first.length <= 2 && first.slice(1).some((cell) => Number.isNaN(toNumber(cell, 'point')))
    const shape = shapeOf(isHeaded ? rows.slice(1) : rows, separator)
    if (shape) return { ...shape, separator, skippedLines: numbered[isHeaded ? 1 : 0]?.at ?? 0 }
  }
  return null
}

function shapeOf(rows: string[][], separator: Separator): Pick<RowShape, 'decimal' | 'names' | 'isSure'> | null {
  const widths = rows.map((row) => row.length)
  const widest = widths.reduce((most, width) => Math.max(most, width), 0)
  const isRagged = rows.length > 1 && widths.some((width) => width !== widest)
  const isLong = rows.length === 1 && widest > longEnough
  if (widest < 3 || !(isRagged || isLong)) return null
  const decimal: Decimal = separator !== 'comma' && rows.some((row) => row.slice(1).some((cell) => cell.includes(','))) ? 'comma' : 'point'
  const trains = rows.map((row) => row.slice(1).map((cell) => toNumber(cell, decimal)))
  if (!trains.every(isRising) || trains.every((train) => train.length < 2)) return null
  const names = rows.map(([name = '']) => nameIn(name))
  const numbers = names.map((name) => toNumber(name, decimal))
  const areDifferent = new Set(names).size === names.length && !names.includes('')
  if (numbers.every(Number.isNaN)) return areDifferent ? { decimal, names: 'name', isSure: true } : null
  if (numbers.some(Number.isNaN) || isLong || risesDown(trains)) return null
  const areTimes = trains.every(([second], r) => second === undefined || numbers[r]! <= second) && numbers.every((number) => number >= 0)
  const areCounted = areDifferent && numbers.every(Number.isInteger)
  const hasFractions = trains.flat().some((value) => !Number.isInteger(value))
  if (!areCounted) return areTimes ? { decimal, names: 'time', isSure: true } : null
  return { decimal, names: 'name', isSure: hasFractions || !areTimes }
}

const cellsIn = (line: string, separator: Separator): string[] =>
  separator === 'space' ? line.trim().split(/[ \t]+/) : line.split(separators[separator])

/** Without empty cells at its end. */
function trimmed(row: string[]): string[] {
  let width = row.length
  while (width > 1 && isMissing(row[width - 1] ?? '')) width -= 1
  return row.slice(0, width)
}

const isRising = (train: number[]): boolean => train.every((value, s) => value >= (s === 0 ? 0 : train[s - 1]!))

/** Whether times also go up from row to row, as those of trials do. */
function risesDown(trains: number[][]): boolean {
  const firsts = trains.flatMap(([first]) => (first === undefined ? [] : [first]))
  return firsts.every((value, r) => r === 0 || value > firsts[r - 1]!)
}

/** `"A1":` is A1. */
export const nameIn = (cell: string): string =>
  tidyLabel(
    cell
      .replace(/^\uFEFF/, '')
      .trim()
      .replace(/:$/, '')
      .replace(/^"(.*)"$/, '$1'),
  )
