import { isColumnName, timeUnitOf } from './columns.ts'
import type { OpenedFile } from './opened-file.ts'
import {
  type Decimal,
  type Separator,
  aNumber,
  clockTime,
  fieldsOf,
  isMissing,
  isNumber,
  isRemark,
  separatorNames,
  separators,
} from './table-cells.ts'

/** How a text file is a table. Without names in its first line the columns are called `1`, `2`, … */
export type TableShape = {
  separator: Separator
  decimal: Decimal
  columns: string[]
  hasHeader: boolean
  /** the first lines of data, for guessing what a column is */
  sample: string[][]
  /** lines before the first row of data */
  skippedLines: number
  /** a sampling rate that the lines above the table tell */
  rateHz: number | null
}

const sampleLength = 200
const mostTitleLines = 60

/** Ties go to the first: a tab is hardly ever an accident, a comma may be a decimal one. */
const likeliest: Separator[] = ['tab', 'semicolon', 'bar', 'space', 'comma']

/** Every format that reads tables asks what a file is: it is looked at once. */
const shapes = new WeakMap<OpenedFile, Map<string, TableShape | null>>()

/**
 * Recognises separator, decimal sign and header from a file's beginning.
 * @returns null where the text is no table of at least two columns; of one where `oneColumn` says so
 */
export function shapeOfTable(
  file: OpenedFile,
  known: { separator?: Separator | null; decimal?: Decimal | null; oneColumn?: boolean } = {},
): TableShape | null {
  const asked = `${known.separator ?? ''} ${known.decimal ?? ''} ${known.oneColumn ?? false}`
  const found = shapes.get(file) ?? new Map<string, TableShape | null>()
  shapes.set(file, found)
  const before = found.get(asked)
  if (before !== undefined) return before
  const shape = recognise(file, known)
  found.set(asked, shape)
  return shape
}

function recognise(
  file: OpenedFile,
  known: { separator?: Separator | null; decimal?: Decimal | null; oneColumn?: boolean },
): TableShape | null {
  if (file.table) return shapeOfRows(file.table.head, known.decimal ?? null)
  if (!file.text) return null
  const { lines: all, skipped, declared, comment, above } = beginning(file)
  if (all.length === 0 || /^[{[<]/.test(all[0] ?? '')) return null
  const separator = known.separator ?? declared ?? likeliestSeparator(all) ?? (known.oneColumn ? 'tab' : null)
  if (!separator) return null
  const title = titleLines(all.map((line) => fieldsOf(line, separator)))
  const lines = all.slice(title)
  const rows = lines.map((line) => fieldsOf(line, separator))
  const width = rows[0]?.length ?? 0
  if (width < 2 && !known.separator && !known.oneColumn) return null
  const { columns, hasHeader, headerRows, sample } = headed(rows, comment === null ? null : headerInComment(comment, separator, width))
  const isDecimalComma = (cell: string): boolean =>
    // In a table with commas between its cells, a cell with a comma was quoted; three digits behind it may be thousands.
    separator === 'comma' ? /^[+-]?\d*,(\d{1,2}|\d{4,})$/.test(cell) : /^[+-]?\d*,\d+$/.test(cell) || /^\d{1,3}(\.\d{3})+,\d+$/.test(cell)
  return {
    separator,
    decimal: known.decimal ?? (sample.flat().some(isDecimalComma) ? 'comma' : 'point'),
    columns,
    hasHeader,
    sample,
    skippedLines: skipped + lineOf(all, title, file) + headerRows,
    rateHz: rateIn([...above, ...all.slice(0, title)]),
  }
}

/** How many lines of the file the first `count` rows take up: blank lines and remarks between them count. */
function lineOf(rows: string[], count: number, file: OpenedFile): number {
  if (count === 0) return 0
  const lines = linesOf(file).slice(firstRow(file))
  let seen = 0
  let at = 0
  for (; at < lines.length && seen < count; at++) if (isRow(lines[at] ?? '')) seen += 1
  while (at < lines.length && rows[count] !== lines[at]) at += 1
  return at
}

/** Lines above the table: what a program says of the recording, in fewer cells than the rows below have. */
function titleLines(rows: string[][]): number {
  const widths = rows.slice(rows.length >> 1).map((row) => trimmedWidth(row))
  const usual = widths.toSorted((a, b) => widths.filter((w) => w === b).length - widths.filter((w) => w === a).length)[0] ?? 0
  if (usual < 2 || rows.length < 4 || widths.filter((width) => width === usual).length < 0.8 * widths.length) return 0
  const first = rows.findIndex((row) => trimmedWidth(row) >= usual)
  // Above it every row is shorter: a list that is ragged from its top is no title.
  const title = first > 0 && first <= mostTitleLines && rows.slice(0, first).every((row) => !aNumber.test(row[0] ?? '')) ? first : 0
  // A line that is as wide as the table may stand above its names, too: `recorded, 2024-03-01`.
  const names = rows.slice(title, mostTitleLines).findIndex((row) => row.filter(isColumnName).length >= 2)
  return names > 0 && !rows.slice(title, title + names).some((row) => row.some((cell) => isColumnName(cell)) || row.every(isNumber))
    ? title + names
    : title
}

function trimmedWidth(row: string[]): number {
  let width = row.length
  while (width > 0 && row[width - 1] === '') width -= 1
  return width
}

type Headed = { columns: string[]; hasHeader: boolean; headerRows: number; sample: string[][] }

/** Names of the columns, from the row above the numbers, the remark before it, or by their places; a row of units joins the names. */
function headed(rows: string[][], told: string[] | null): Headed {
  const [first = [], second = [], ...rest] = rows
  const width = first.length
  const byPlace = Array.from({ length: width }, (_, i) => String(i + 1))
  if (!looksLikeHeader(rows)) return { columns: told || byPlace, hasHeader: Boolean(told), headerRows: 0, sample: rows }
  if (!isUnitRow(second, rest)) return { columns: first, hasHeader: true, headerRows: 1, sample: rows.slice(1) }
  const columns = first.map((name, i) => {
    const unit = (second[i] ?? '').replace(/^[([{]|[)\]}]$/g, '')
    // A channel keeps its name, by which layouts know it.
    return timeUnitOf(unit) === null || timeUnitOf(name) !== null ? name : `${name} (${unit})`
  })
  return { columns, hasHeader: true, headerRows: 2, sample: rest }
}

/** `s, µV, µV` or `[ms], [µV]` between names and numbers. */
function isUnitRow(row: string[], below: string[][]): boolean {
  const cells = row.filter((cell) => cell !== '')
  return (
    cells.length > 0 &&
    below.length > 0 &&
    cells.every((cell) =>
      /^(\[[^\]]{1,10}\]|\([^)]{1,10}\)|(s|sec|ms|us|µs|μs|ns|min|h|hz|khz|[µμumn]?V|[pnµμu]A|a\.?u\.?|%|au|counts?|n|dF\/F0?|ΔF\/F0?|[µμu]?m|mm|px|pixels?))$/i.test(
        cell,
      ),
    ) &&
    row.some((cell, i) => cell !== '' && below.filter((other) => isNumber(other[i] ?? '')).length > below.length / 2)
  )
}

/** A rate in words: `Sampling rate: 25000 Hz`, `fs = 20000`, `# sampling_rate,20 kHz`. */
function rateIn(lines: string[]): number | null {
  for (const line of lines) {
    const found =
      /(?:^|[^a-z])(?:sampl\w*[ _-]?(?:rate|freq\w*)|frame[ _-]?rate|abtastrate|采样率|fs|sr)\s*[([]?\s*(k?hz)?\s*[)\]]?\s*[:=,;\t ]+\s*"?(\d+(?:[.,]\d+)?)"?\s*(k?hz)?/i.exec(
        line,
      )
    const rate = Number(found?.[2]?.replace(',', '.')) * (/^k/i.test(found?.[3] ?? found?.[1] ?? '') ? 1000 : 1)
    if (rate > 0) return rate
  }
  return null
}

/** A sheet's rows are cells already; its numbers have points. */
function shapeOfRows(rows: string[][], decimal: Decimal | null): TableShape | null {
  const width = Math.max(0, ...rows.map((row) => row.length))
  if (rows.length === 0 || width === 0) return null
  const cells = rows.map((row) => Array.from({ length: width }, (_, i) => (row[i] ?? '').trim()))
  const title = titleLines(cells)
  const { headerRows, ...named } = headed(cells.slice(title), null)
  return {
    separator: 'tab',
    decimal: decimal ?? 'point',
    ...named,
    skippedLines: title + headerRows,
    rateHz: rateIn(cells.slice(0, title).map((row) => row.join('\t'))),
  }
}

type Beginning = { lines: string[]; skipped: number; declared: Separator | null; comment: string | null; above: string[] }

/** The first lines that are neither empty nor remarks; `sep=;` is how Excel is told a separator. */
function beginning(file: OpenedFile): Beginning {
  const all = linesOf(file)
  const skipped = firstRow(file)
  const above = all.slice(0, skipped)
  const told = above.flatMap((line) => /^sep=(.)$/i.exec(line.trim())?.[1] ?? [])
  return {
    lines: all.slice(skipped).filter(isRow).slice(0, sampleLength),
    skipped,
    declared: separatorNames.find((name) => separators[name] === told[0]) ?? null,
    comment: above.findLast((line) => isRemark(line.trim()))?.trim() ?? null,
    above,
  }
}

/** The lines of a file's beginning; the last one of a longer file is cut somewhere and left out. */
function linesOf(file: OpenedFile): string[] {
  const head = file.text?.head ?? ''
  const all = head.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  if (head.length * 2 > 65_000 && all.length > 1) all.pop()
  return all
}

/** Where the first line stands that is neither empty nor a remark nor `sep=;`. */
function firstRow(file: OpenedFile): number {
  const all = linesOf(file)
  const found = all.findIndex((line) => isRow(line) && !/^sep=.$/i.test(line.trim()))
  return found < 0 ? all.length : found
}

const isRow = (line: string): boolean => line.trim() !== '' && !isRemark(line.trim())

function headerInComment(comment: string, separator: Separator, width: number): string[] | null {
  const names = fieldsOf(comment.replace(/^[#%]+/, ''), separator)
  return names.length === width && names.every((name) => name !== '' && !aNumber.test(name)) ? names : null
}

function likeliestSeparator(lines: string[]): Separator | null {
  let best: { separator: Separator; score: number } | null = null
  for (const separator of likeliest) {
    const all = lines.map((line) => fieldsOf(line, separator))
    const title = titleLines(all)
    const rows = all.slice(title)
    const width = rows[0]?.length ?? 0
    // A separator behind the last cell is no further column.
    const even = rows.filter((row) => row.length === width || (row.length > width && trimmedWidth(row) <= width)).length / rows.length
    if (width < 2 || even < 0.5) continue
    const cells = rows.flat()
    // Lines above the table count against a separator that they do not have: under `when;what` the comma of 12,5 is a decimal one.
    const numbers = cells.filter((cell) => aNumber.test(cell)).length / cells.length
    const score = Math.round((10 * even * rows.length) / all.length) + numbers - (title > 0 ? 0.5 : 0)
    if (!best || score > best.score) best = { separator, score }
  }
  return best?.separator ?? null
}

/** Words above numbers, or words that we know as names of columns; of a table of one line, words alone. */
function looksLikeHeader([first = [], ...rest]: string[][]): boolean {
  if (first.filter(isColumnName).length >= 2) return true
  const isWord = (cell: string): boolean => cell !== '' && !aNumber.test(cell) && !/^[+-]?(nan|inf|infinity)$/i.test(cell)
  if (rest.length === 0) return first.length > 0 && first.every((cell) => isWord(cell) || cell === '') && first.some(isWord)
  return first.some((cell, column) => isWord(cell) && rest.filter((row) => isNumber(row[column] ?? '')).length > rest.length / 2)
}

/** A column most of whose cells are numbers, with either decimal sign; a time of day is one. */
export function isNumericColumn({ sample }: TableShape, column: number): boolean {
  return sample.length > 0 && sample.filter((row) => isNumber(row[column] ?? '')).length > sample.length / 2
}

/** A column whose filled cells are numbers, few as they may be. */
export function holdsNumbers({ sample }: TableShape, column: number): boolean {
  const filled = sample.map((row) => row[column] ?? '').filter((cell) => !isMissing(cell))
  return filled.length > 0 && filled.filter(isNumber).length > filled.length / 2
}

/** Whether a column tells its times by the clock or the calendar. */
export function hasClockTimes({ sample }: TableShape, column: number): boolean {
  const filled = sample.map((row) => row[column] ?? '').filter((cell) => !isMissing(cell))
  return filled.length > 0 && filled.every((cell) => !Number.isNaN(clockTime(cell)))
}
