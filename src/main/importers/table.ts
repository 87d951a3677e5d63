import { createReadStream } from 'node:fs'
import Papa from 'papaparse'
import { fail } from '../../shared/contract/errors.ts'
import { isColumnName } from './columns.ts'
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
}

const sampleLength = 200
/** Ties go to the first: a tab is hardly ever an accident, a comma may be a decimal one. */
const likeliest: Separator[] = ['tab', 'semicolon', 'bar', 'space', 'comma']
const aNumber = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?$/

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
  const { lines, skipped, declared, comment } = beginning(file)
  if (lines.length === 0 || /^[{[<]/.test(lines[0] ?? '')) return null
  const separator = known.separator ?? declared ?? likeliestSeparator(lines) ?? (known.oneColumn ? 'tab' : null)
  if (!separator) return null
  const rows = lines.map((line) => fieldsOf(line, separator))
  const width = rows[0]?.length ?? 0
  if (width < 2 && !known.separator && !known.oneColumn) return null
  const hasHeader = looksLikeHeader(rows)
  const named = hasHeader ? rows[0] : comment && headerInComment(comment, separator, width)
  const sample = hasHeader ? rows.slice(1) : rows
  return {
    separator,
    decimal: known.decimal ?? (separator !== 'comma' && sample.flat().some((cell) => /^[+-]?\d*,\d+$/.test(cell)) ? 'comma' : 'point'),
    columns: named || Array.from({ length: width }, (_, i) => String(i + 1)),
    hasHeader: Boolean(named),
    sample,
    skippedLines: skipped + (hasHeader ? 1 : 0),
  }
}

/** A sheet's rows are cells already; its numbers have points. */
function shapeOfRows(rows: string[][], decimal: Decimal | null): TableShape | null {
  const width = Math.max(0, ...rows.map((row) => row.length))
  if (rows.length === 0 || width === 0) return null
  const cells = rows.map((row) => Array.from({ length: width }, (_, i) => (row[i] ?? '').trim()))
  const hasHeader = looksLikeHeader(cells)
  return {
    separator: 'tab',
    decimal: decimal ?? 'point',
    columns: (hasHeader ? cells[0] : null) ?? Array.from({ length: width }, (_, i) => String(i + 1)),
    hasHeader,
    sample: hasHeader ? cells.slice(1) : cells,
    skippedLines: hasHeader ? 1 : 0,
  }
}

type Beginning = { lines: string[]; skipped: number; declared: Separator | null; comment: string | null }

/** The first lines that are neither empty nor remarks; `sep=;` is how Excel is told a separator. */
function beginning(file: OpenedFile): Beginning {
  const head = file.text?.head ?? ''
  const all = head.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  // The last line of a longer file's beginning is cut somewhere.
  if (head.length * 2 > 65_000 && all.length > 1) all.pop()
  let skipped = 0
  let declared: Separator | null = null
  let comment: string | null = null
  for (; skipped < all.length; skipped++) {
    const line = all[skipped]?.trim() ?? ''
    const told = /^sep=(.)$/i.exec(line)
    if (told) declared = separatorNames.find((name) => separators[name] === told[1]) ?? null
    else if (isRemark(line)) comment = line
    else if (line !== '') break
  }
  const lines = all
    .slice(skipped)
    .filter((line) => line.trim() !== '' && !isRemark(line))
    .slice(0, sampleLength)
  return { lines, skipped, declared, comment }
}

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
    const rows = lines.map((line) => fieldsOf(line, separator))
    const width = rows[0]?.length ?? 0
    const even = rows.filter((row) => row.length === width).length / rows.length
    if (width < 2 || even < 0.5) continue
    const cells = rows.flat()
    const score = Math.round(10 * even) + cells.filter((cell) => aNumber.test(cell)).length / cells.length
    if (!best || score > best.score) best = { separator, score }
  }
  return best?.separator ?? null
}

/** Words above numbers, or words that we know as names of columns; of a table of one line, words alone. */
function looksLikeHeader([first = [], ...rest]: string[][]): boolean {
  if (first.filter(isColumnName).length >= 2) return true
  const isWord = (cell: string): boolean => cell !== '' && !aNumber.test(cell) && !/^[+-]?(nan|inf|infinity)$/i.test(cell)
  if (rest.length === 0) return first.length > 0 && first.every((cell) => isWord(cell) || cell === '') && first.some(isWord)
  return first.some((cell, column) => isWord(cell) && rest.filter((row) => aNumber.test(row[column] ?? '')).length > rest.length / 2)
}

export function fieldsOf(line: string, separator: Separator): string[] {
  if (separator === 'space') return line.trim().split(/[ \t]+/)
  const [row = []] = Papa.parse<string[]>(line, { delimiter: separators[separator], newline: '\n' }).data
  return row.map((cell) => cell.trim())
}

/** A column most of whose cells are numbers, with either decimal sign. */
export function isNumericColumn({ sample }: TableShape, column: number): boolean {
  return sample.length > 0 && sample.filter((row) => aNumber.test(row[column] ?? '')).length > sample.length / 2
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
  const below = (bytes: Uint8Array): LinePiece | null => {
    let start = 0
    const firstLine = Math.max(line, shape.skippedLines + 1)
    for (; line <= shape.skippedLines && start < bytes.length; line++) {
      const end = bytes.indexOf(10, start)
      start = end < 0 ? bytes.length : end + 1
    }
    const lines = bytes.subarray(start)
    for (let at = lines.indexOf(10); at >= 0; at = lines.indexOf(10, at + 1)) line += 1
    return lines.length > 0 ? { bytes: lines, firstLine, bytesDone } : null
  }
  for await (const read of bytesOf(file, 0, file.bytes)) {
    interrupt()
    bytesDone += read.length
    const end = read.lastIndexOf(10) + 1
    if (end === 0) {
      rest = Buffer.concat([rest, read])
      if (rest.length > longestLine) throw fail('import/line-too-long', { file: file.name, line })
      continue
    }
    const piece = below(rest.length > 0 ? Buffer.concat([rest, read.subarray(0, end)]) : read.subarray(0, end))
    if (piece) yield piece
    rest = read.slice(end)
  }
  const piece = rest.length > 0 ? below(rest) : null
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
 * A cell as a number; NaN where it is none. Hexadecimal and the like are refused.
 */
export function toNumber(cell: string, decimal: Decimal): number {
  const text = (decimal === 'comma' ? cell.replace(',', '.') : cell).trim()
  const value = Number(text)
  return text === '' || !Number.isFinite(value) || /[xob]/i.test(text) ? NaN : value
}
