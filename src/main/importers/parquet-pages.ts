import type { ColumnMetaData, Compressors, SchemaElement } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'

const levelBytes = 4
const largestBlock = 1 << 20
const plain = new Set(['PLAIN', 'PLAIN_DICTIONARY', 'BYTE_STREAM_SPLIT'])

/**
 * Walks through the pages of a flat column before the library unpacks them: it takes the runs a page claims as they are, and fills
 * memory with a run of two thousand million. Throws an Error in words where a page cannot be what it says.
 * @param chunk the column's bytes in one row group
 * @source Apache Parquet format, "Data Pages" and "Encodings"
 */
export function checkPages(
  chunk: Uint8Array,
  {
    column,
    element,
    compressors,
    interrupt,
  }: { column: ColumnMetaData; element: SchemaElement; compressors: Compressors; interrupt: () => void },
): void {
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 }
  const total = Number(column.num_values)
  const isOptional = element.repetition_type === 'OPTIONAL'
  let seen = 0
  while (seen < total) {
    interrupt()
    const header = parquetHeader(reader)
    const bytes = chunk.subarray(reader.offset, reader.offset + Number(header.compressed_page_size))
    if (!(header.compressed_page_size >= 0) || bytes.length < header.compressed_page_size) throw new Error('page longer than its column')
    reader.offset += bytes.length
    const packed = column.codec === 'UNCOMPRESSED' ? null : compressors[column.codec]
    if (packed === undefined) throw new Error(`codec ${column.codec}`)
    const unpack = (page: Uint8Array, size: number): Uint8Array => {
      const whole = packed ? packed(page, size) : page
      if (!(whole.length === size)) throw new Error('page of another length than it says')
      return whole
    }
    if (header.type === 'DATA_PAGE' && header.data_page_header) {
      const { num_values: count, encoding } = header.data_page_header
      mustFit(count, total - seen)
      const page = unpack(bytes, Number(header.uncompressed_page_size))
      let at = 0
      if (isOptional) {
        const length = viewOf(page).getUint32(0, true)
        walkRuns(page, { at: levelBytes, end: levelBytes + length, width: 1, count })
        at = levelBytes + length
      }
      checkValues(page.subarray(at), { encoding, count, isLogical: column.type === 'BOOLEAN' })
      seen += count
    } else if (header.type === 'DATA_PAGE_V2' && header.data_page_header_v2) {
      const { num_values: count, encoding, is_compressed: isPacked } = header.data_page_header_v2
      const levels = header.data_page_header_v2.definition_levels_byte_length
      const repeats = header.data_page_header_v2.repetition_levels_byte_length
      mustFit(count, total - seen)
      if (repeats !== 0 || !(levels >= 0) || levels > bytes.length) throw new Error('levels longer than their page')
      if (isOptional) walkRuns(bytes, { at: 0, end: levels, width: 1, count })
      const size = Number(header.uncompressed_page_size) - levels
      const rest = bytes.subarray(levels)
      checkValues(isPacked === false ? rest : unpack(rest, size), { encoding, count, isLogical: column.type === 'BOOLEAN' })
      seen += count
    } else if (header.type === 'DICTIONARY_PAGE' && header.dictionary_page_header) {
      const size = Number(header.uncompressed_page_size)
      mustFit(header.dictionary_page_header.num_values, Math.max(1, size) * 8)
      unpack(bytes, size)
    } else throw new Error(`page of type ${header.type ?? 'unknown'}`)
  }
}

function mustFit(count: number, room: number): void {
  if (!Number.isInteger(count) || count < 0 || count > room) throw new Error('page with more values than its column')
}

function checkValues(values: Uint8Array, { encoding, count, isLogical }: { encoding: string; count: number; isLogical: boolean }): void {
  if (encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY' || (encoding === 'RLE' && !isLogical)) {
    const width = values[0] ?? 0
    if (width > 32) throw new Error('indexes of more than 32 bits')
    if (width > 0) walkRuns(values, { at: 1, end: values.length, width, count, isShort: true })
  } else if (encoding === 'RLE') {
    walkRuns(values, { at: levelBytes, end: values.length, width: 1, count, isShort: true })
  } else if (encoding === 'DELTA_BINARY_PACKED') {
    const next = { at: 0 }
    const blockLength = varInt(values, next)
    const miniblocks = varInt(values, next)
    if (!(
      blockLength > 0 &&
      blockLength <= largestBlock &&
      miniblocks > 0 &&
      miniblocks <= blockLength &&
      blockLength % miniblocks === 0
    )) {
      throw new Error('blocks of differences that cannot be')
    }
  } else if (!plain.has(encoding)) throw new Error(`encoding ${encoding}`)
}

/** Runs of equal or packed numbers; the last packed one may be filled up to eight. Of a page with nulls (`isShort`) there may be fewer. */
function walkRuns(
  bytes: Uint8Array,
  { at, end, width, count, isShort = false }: { at: number; end: number; width: number; count: number; isShort?: boolean },
): void {
  if (end > bytes.length) throw new Error('runs longer than their page')
  const next = { at }
  let left = count
  while (left > 0) {
    if (isShort && next.at >= end) return
    const header = varInt(bytes, next)
    const isPacked = header & 1
    const run = isPacked ? (header >>> 1) * 8 : header >>> 1
    if (run === 0 || run > left + (isPacked ? 7 : 0)) throw new Error('run longer than its page')
    next.at += isPacked ? (run / 8) * width : (width + 7) >> 3
    left -= run
    if (next.at > end) throw new Error('run longer than its page')
  }
}

function varInt(bytes: Uint8Array, next: { at: number }): number {
  let value = 0
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[next.at++]
    if (byte === undefined) throw new Error('number cut off')
    value += (byte & 127) * 2 ** shift
    if (byte < 128) return value
  }
  throw new Error('number too long')
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
