import { createReadStream } from 'node:fs'
import Papa from 'papaparse'
import { fail } from '../../shared/contract/errors.ts'
import { isColumnName, timeUnitOf } from './columns.ts'
import { bytesOf, type Encoding, type OpenedFile } from './opened-file.ts'

export const separators = { comma: ',', semicolon: ';', tab: '\t', space: ' ', bar: '|' } as const
export type Separator = keyof typeof separators
export const separatorNames = ['comma', 'semicolon', 'tab', 'space', 'bar'] as const satisfies Separator[]
export const decimals = ['point', 'comma'] as const
export type Decimal = (typeof decimals)[number]

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
const aNumber =
  /^[+-]?(\d+([.,]\d*)?|[.,]\d+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}([\u00A0\u202F'’]\d{3})+([.,]\d+)?)([eE][+-]?\d+)?$/
/** `00:12:30.5`, `12:30.5` and the times of a calendar as programs write them. */
const aClock = /^(\d+:\d{2}:\d{2}([.,]\d+)?|\d+:\d{2}[.,]\d+)$/
const aDate = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/

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

function isRemark(line: string): boolean {
  return line.startsWith('#') || line.startsWith('%')
}

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

export function fieldsOf(line: string, separator: Separator): string[] {
  if (separator === 'space') return line.trim().split(/[ \t]+/)
  const [row = []] = Papa.parse<string[]>(line, { delimiter: separators[separator], newline: '\n' }).data
  return row.map((cell) => cell.trim())
}

const isNumber = (cell: string): boolean => aNumber.test(cell) || aClock.test(cell) || aDate.test(cell)

/** A column most of whose cells are numbers, with either decimal sign; a time of day is one. */
export function isNumericColumn({ sample }: TableShape, column: number): boolean {
  return sample.length > 0 && sample.filter((row) => isNumber(row[column] ?? '')).length > sample.length / 2
}

/** A column whose filled cells are numbers, few as they may be. */
export function holdsNumbers({ sample }: TableShape, column: number): boolean {
  const filled = sample.map((row) => row[column] ?? '').filter((cell) => !isMissing(cell))
  return filled.length > 0 && filled.filter(isNumber).length > filled.length / 2
}

const longestLine = 1 << 20

/** Rows of a piece of the file; `firstLine` is the line the first one stands in, counted from 1. */
export type RowPiece = { rows: string[][]; firstLine: number; bytesDone: number }

/**
 * The rows below the header, a piece of the file at a time; remarks and empty lines come as rows without cells.
 * @throws import/line-too-long, import/file-unreadable
 */
export async function* rowsOf(file: OpenedFile, shape: TableShape): AsyncGenerator<RowPiece> {
  if (file.table) {
    let row = 0
    for await (const { rows, bytesDone } of file.table.pieces()) {
      const skipped = Math.max(0, Math.min(rows.length, shape.skippedLines - row))
      yield { rows: skipped > 0 ? rows.slice(skipped) : rows, firstLine: row + skipped + 1, bytesDone }
      row += rows.length
    }
    return
  }
  const newline = /\n/.test(file.text?.head ?? '') ? '\n' : '\r'
  let line = 1
  let rest = ''
  let bytesDone = 0
  for await (const { text, bytes } of decoded(file, file.text?.encoding ?? 'utf-8')) {
    bytesDone += bytes
    rest += text
    const end = rest.lastIndexOf(newline) + 1
    if (end === 0) {
      if (rest.length > longestLine) throw fail('import/line-too-long', { file: file.name, line })
      continue
    }
    const piece = parsed(rest.slice(0, end - 1), { newline, shape, line })
    yield { rows: piece.rows, firstLine: piece.firstLine, bytesDone }
    line = piece.nextLine
    rest = rest.slice(end)
  }
  if (rest.trim() !== '') {
    const piece = parsed(rest, { newline, shape, line })
    yield { rows: piece.rows, firstLine: piece.firstLine, bytesDone }
  }
}

/** Whole lines of a piece of a file; `firstLine` is the line the first stands in, counted from 1. */
export type LinePiece = { bytes: Uint8Array; firstLine: number; bytesDone: number }

/** Whether lines can be taken as bytes: one byte for each sign that matters, line ends that are told by one. */
export function hasByteLines(file: OpenedFile): boolean {
  return file.table === null && file.text !== null && !file.text.encoding.startsWith('utf-16') && file.text.head.includes('\n')
}

/**
 * The lines below the header as bytes, a piece of the file at a time; a piece is only good until the next.
 * @throws import/line-too-long, import/file-unreadable
 */
export async function* lineBytesOf(file: OpenedFile, shape: TableShape, interrupt: () => void): AsyncGenerator<LinePiece> {
  let line = 1
  let rest: Uint8Array = new Uint8Array(0)
  let bytesDone = 0
  const below = (bytes: Uint8Array, done: number): LinePiece | null => {
    let start = 0
    const firstLine = Math.max(line, shape.skippedLines + 1)
    for (; line <= shape.skippedLines && start < bytes.length; line++) {
      const end = bytes.indexOf(10, start)
      start = end < 0 ? bytes.length : end + 1
    }
    const lines = bytes.subarray(start)
    for (let at = lines.indexOf(10); at >= 0; at = lines.indexOf(10, at + 1)) line += 1
    return lines.length > 0 ? { bytes: lines, firstLine, bytesDone: done } : null
  }
  for await (const read of bytesOf(file, 0, file.bytes)) {
    interrupt()
    const before = bytesDone
    bytesDone += read.length
    const end = read.lastIndexOf(10) + 1
    if (end === 0) {
      rest = Buffer.concat([rest, read])
      if (rest.length > longestLine) throw fail('import/line-too-long', { file: file.name, line })
      continue
    }
    // the line that two readings share goes by itself: joining it to all others would copy them
    const shared = rest.length > 0 ? read.indexOf(10) + 1 : 0
    const pieces = [
      shared > 0 ? below(Buffer.concat([rest, read.subarray(0, shared)]), before + shared) : null,
      shared < end ? below(read.subarray(shared, end), bytesDone) : null,
    ]
    for (const piece of pieces) if (piece) yield piece
    rest = read.slice(end)
  }
  const piece = rest.length > 0 ? below(rest, bytesDone) : null
  if (piece) yield piece
}

/** The rows of a piece of text, as `rowsOf` gives them. */
export function rowsIn(bytes: Uint8Array, shape: TableShape): string[][] {
  return parsed(textOf(bytes), { newline: '\n', shape: { ...shape, skippedLines: 0 }, line: 1 }).rows
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

function parsed(
  text: string,
  { newline, shape, line }: { newline: '\n' | '\r'; shape: TableShape; line: number },
): { rows: string[][]; firstLine: number; nextLine: number } {
  const even = shape.separator === 'space' ? text.replace(/[ \t]+/g, ' ').replace(/^ | (?=\r?$)/gm, '') : text
  const { data } = Papa.parse<string[]>(even, { delimiter: separators[shape.separator], newline })
  const skipped = Math.min(data.length, Math.max(0, shape.skippedLines - (line - 1)))
  return { rows: skipped > 0 ? data.slice(skipped) : data, firstLine: line + skipped, nextLine: line + data.length }
}

/** True for rows that say nothing. */
export function isBlankRow(row: string[]): boolean {
  const first = row[0] ?? ''
  return (row.length === 1 && first.trim() === '') || isRemark(first)
}

async function* decoded(file: OpenedFile, encoding: Encoding): AsyncGenerator<{ text: string; bytes: number }> {
  const decode = encoding === 'utf-8' ? utf8OrLatin() : streamed(encoding)
  const stream = createReadStream(file.path, { highWaterMark: 1 << 20 })
  try {
    for await (const bytes of stream as AsyncIterable<Buffer>) yield { text: decode(bytes), bytes: bytes.length }
  } catch (problem) {
    throw fail('import/file-unreadable', { file: file.path, reason: (problem as NodeJS.ErrnoException).code ?? String(problem) })
  } finally {
    stream.destroy()
  }
  yield { text: decode(null), bytes: 0 }
}

function streamed(encoding: Encoding): (bytes: Buffer | null) => string {
  const decoder = new TextDecoder(encoding)
  return (bytes) => (bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode())
}

/**
 * UTF-8 until a byte shows that it is not: a first ö far down in a Latin-1 table would else lose its name.
 * Bytes above 127 at the end of a piece wait for the next, so that no letter is cut.
 */
function utf8OrLatin(): (bytes: Buffer | null) => string {
  let decoder = new TextDecoder('utf-8', { fatal: true })
  let held = Buffer.alloc(0)
  return (bytes) => {
    const joined = bytes ? Buffer.concat([held, bytes]) : held
    let end = joined.length
    while (bytes && end > 0 && joined.length - end < 1 << 16 && joined[end - 1]! >= 0x80) end -= 1
    held = joined.subarray(end)
    try {
      return decoder.decode(joined.subarray(0, end))
    } catch {
      decoder = new TextDecoder('windows-1252')
      return decoder.decode(joined.subarray(0, end))
    }
  }
}

/** A cell that holds nothing: empty, or as programs write it. */
export function isMissing(cell: string): boolean {
  return /^\s*(nan|na|n\/a|null|none|-)?\s*$/i.test(cell)
}

/**
 * A cell as a number; NaN where it is none. Hexadecimal and the like are refused. Signs between thousands are taken away where they
 * cannot be a decimal sign: `1,000.5`, `1.000,5`, `1 000`.
 */
export function toNumber(cell: string, decimal: Decimal): number {
  let text = cell.trim()
  if (/[\u00A0\u202F'’]\d{3}/.test(text) && aNumber.test(text)) text = text.replace(/[\u00A0\u202F'’]/g, '')
  else if (decimal === 'point' && /^[+-]?\d{1,3}(,\d{3})+\.\d+$/.test(text)) text = text.replaceAll(',', '')
  else if (decimal === 'comma' && /^[+-]?\d{1,3}(\.\d{3})+,\d+$/.test(text)) text = text.replaceAll('.', '')
  if (decimal === 'comma') text = text.replace(',', '.')
  const value = Number(text)
  return text === '' || !Number.isFinite(value) || /[xob]/i.test(text) ? NaN : value
}

/** A time as the clock or the calendar writes it, in seconds (of a calendar since 1970, UTC where it names no zone); NaN for anything else. */
export function clockTime(cell: string): number {
  const text = cell.trim()
  if (aClock.test(text)) return text.split(':').reduce((sum, part) => 60 * sum + Number(part.replace(',', '.')), 0)
  if (!aDate.test(text)) return NaN
  const fraction = /\.(\d+)/.exec(text)?.[0] ?? '.0'
  const plain = text.replace(fraction, '').replace(' ', 'T')
  return Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(plain) ? plain : `${plain}Z`) / 1000 + Number(fraction)
}

/** Whether a column tells its times by the clock or the calendar. */
export function hasClockTimes({ sample }: TableShape, column: number): boolean {
  const filled = sample.map((row) => row[column] ?? '').filter((cell) => !isMissing(cell))
  return filled.length > 0 && filled.every((cell) => !Number.isNaN(clockTime(cell)))
}
