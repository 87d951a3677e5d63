import { createReadStream } from 'node:fs'
import Papa from 'papaparse'
import { fail } from '../../shared/contract/errors.ts'
import { bytesOf, type Encoding, type OpenedFile } from './opened-file.ts'
import { isRemark, separators } from './table-cells.ts'
import type { TableShape } from './table-shape.ts'

const longestLine = 1 << 20
const lineEnd = 10

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

/** Whole lines of a piece of a file. */
export type LinePiece = { bytes: Uint8Array; bytesDone: number }

/** Whether lines can be taken as bytes: one byte for each sign that matters, line ends that are told by one. */
export function hasByteLines(file: OpenedFile): boolean {
  return file.table === null && file.text !== null && !file.text.encoding.startsWith('utf-16') && file.text.head.includes('\n')
}

/**
 * The lines below the header as bytes, a piece of the file at a time; a piece is only good until the next.
 * @throws import/line-too-long, import/file-unreadable
 */
export async function* lineBytesOf(file: OpenedFile, shape: TableShape, interrupt: () => void): AsyncGenerator<LinePiece> {
  let toSkip = shape.skippedLines
  let rest: Uint8Array = new Uint8Array(0)
  let bytesDone = 0
  const below = (bytes: Uint8Array, done: number): LinePiece | null => {
    let start = 0
    for (; toSkip > 0 && start < bytes.length; toSkip--) {
      const end = bytes.indexOf(lineEnd, start)
      start = end < 0 ? bytes.length : end + 1
    }
    return start < bytes.length ? { bytes: bytes.subarray(start), bytesDone: done } : null
  }
  for await (const read of bytesOf(file, 0, file.bytes)) {
    interrupt()
    const before = bytesDone
    bytesDone += read.length
    const end = read.lastIndexOf(lineEnd) + 1
    if (end === 0) {
      rest = Buffer.concat([rest, read])
      if (rest.length > longestLine)
        throw fail('import/line-too-long', { file: file.name, line: 1 + (await lineEndsBefore(file, bytesDone - rest.length)) })
      continue
    }
    // the line that two readings share goes by itself: joining it to all others would copy them
    const shared = rest.length > 0 ? read.indexOf(lineEnd) + 1 : 0
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

async function lineEndsBefore(file: OpenedFile, bytes: number): Promise<number> {
  let count = 0
  for await (const piece of bytesOf(file, 0, bytes)) count += lineEndsIn(piece)
  return count
}

export function lineEndsIn(bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(lineEnd); at >= 0; at = bytes.indexOf(lineEnd, at + 1)) count += 1
  return count
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
