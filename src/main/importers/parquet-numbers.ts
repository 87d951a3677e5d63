import type { ColumnMetaData, Compressors, SchemaElement } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'

const bytesOfType: Partial<Record<string, number>> = { INT32: 4, INT64: 8, FLOAT: 4, DOUBLE: 8 }
const plainKinds = new Set([undefined, 'INT_8', 'INT_16', 'INT_32', 'INT_64', 'UINT_8', 'UINT_16'])

/**
 * The numbers of a flat column without nulls, in one typed array: what most tables of spikes are. Nothing is taken on trust: each page
 * must have as many values as it says, and none more than the column.
 * @param chunk the column's bytes in one row group; its pages were walked through before (see parquet-pages.ts)
 * @returns null for every other column: the library then reads it
 * @source Apache Parquet format, "Data Pages" and "Encodings"
 */
export function readNumbers(
  chunk: Uint8Array,
  {
    column,
    element,
    compressors,
    interrupt,
  }: { column: ColumnMetaData; element: SchemaElement; compressors: Compressors; interrupt: () => void },
): Float64Array | null {
  const width = bytesOfType[column.type]
  const unpackPage = column.codec === 'UNCOMPRESSED' ? null : compressors[column.codec]
  const isPlainType = plainKinds.has(element.converted_type) && (!element.logical_type || element.logical_type.type === 'INTEGER')
  if (width === undefined || !isPlainType || unpackPage === undefined) return null
  const total = Number(column.num_values)
  const numbers = new Float64Array(total)
  const reader = { view: viewOf(chunk), offset: 0 }
  let dictionary: Float64Array | null = null
  let done = 0
  while (done < total) {
    interrupt()
    const header = parquetHeader(reader)
    const bytes = chunk.subarray(reader.offset, reader.offset + Number(header.compressed_page_size))
    reader.offset += bytes.length
    const { data_page_header: first, data_page_header_v2: second, dictionary_page_header: words } = header
    const size = Number(header.uncompressed_page_size)
    if (header.type === 'DICTIONARY_PAGE' && words) {
      dictionary = new Float64Array(words.num_values)
      const page = unpackPage ? unpackPage(bytes, size) : bytes
      if (page.length < width * dictionary.length || !copyNumbers(dictionary, page, column.type)) return null
      continue
    }
    const about = header.type === 'DATA_PAGE' ? first : second
    if (!about || about.num_values > total - done) return null
    let page: Uint8Array
    if (first) {
      page = unpackPage ? unpackPage(bytes, size) : bytes
      if (element.repetition_type === 'OPTIONAL') {
        const levels = viewOf(page).getUint32(0, true)
        if (!areAllThere(page.subarray(4, 4 + levels), first.num_values)) return null
        page = page.subarray(4 + levels)
      }
    } else if (second) {
      const levels = second.definition_levels_byte_length
      if (second.num_nulls !== 0 || second.repetition_levels_byte_length !== 0) return null
      const rest = bytes.subarray(levels)
      page = unpackPage && second.is_compressed !== false ? unpackPage(rest, size - levels) : rest
    } else return null
    const own = numbers.subarray(done, done + about.num_values)
    if (about.encoding === 'PLAIN') {
      if (page.length < width * own.length || !copyNumbers(own, page, column.type)) return null
    } else if (about.encoding === 'RLE_DICTIONARY' || about.encoding === 'PLAIN_DICTIONARY') {
      if (!dictionary || !copyWords(own, page, dictionary)) return null
    } else return null
    done += own.length
  }
  return numbers
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** False where a whole number is too large to be kept exactly. */
function copyNumbers(numbers: Float64Array, bytes: Uint8Array, type: string): boolean {
  const view = viewOf(bytes)
  if (type === 'DOUBLE') {
    new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength).set(bytes.subarray(0, numbers.byteLength))
  } else if (type === 'FLOAT') {
    for (let i = 0; i < numbers.length; i++) numbers[i] = view.getFloat32(4 * i, true)
  } else if (type === 'INT32') {
    for (let i = 0; i < numbers.length; i++) numbers[i] = view.getInt32(4 * i, true)
  } else {
    for (let i = 0; i < numbers.length; i++) {
      const value = view.getInt32(8 * i + 4, true) * 2 ** 32 + view.getUint32(8 * i, true)
      if (!Number.isSafeInteger(value)) return false
      numbers[i] = value
    }
  }
  return true
}

/** Whether the levels of a page say that no value is missing. */
function areAllThere(levels: Uint8Array, count: number): boolean {
  let seen = 0
  for (let at = 0; seen < count && at < levels.length;) {
    const header = varInt(levels, at)
    at = header.next
    if (header.value & 1) {
      const run = (header.value >>> 1) * 8
      for (let i = 0; i < run && seen + i < count; i++) if (!((levels[at + (i >> 3)] ?? 0) & (1 << (i & 7)))) return false
      at += run / 8
      seen += run
    } else {
      if ((levels[at] ?? 0) !== 1) return false
      at += 1
      seen += header.value >>> 1
    }
  }
  return seen >= count
}

/** Runs of equal indexes and packed ones, looked up; false where they are not as many as the page says. */
function copyWords(numbers: Float64Array, page: Uint8Array, words: Float64Array): boolean {
  const width = page[0] ?? 0
  if (width > 24) return false
  let seen = 0
  let at = 1
  while (seen < numbers.length) {
    if (width === 0) {
      numbers.fill(words[0] ?? NaN)
      return words.length > 0
    }
    if (at >= page.length) return false
    const header = varInt(page, at)
    at = header.next
    if (header.value & 1) {
      const count = Math.min((header.value >>> 1) * 8, numbers.length - seen)
      let [held, bits] = [0, 0]
      for (let i = 0; i < count; i++) {
        while (bits < width) {
          held |= (page[at++] ?? 0) << bits
          bits += 8
        }
        const index = held & ((1 << width) - 1)
        held >>>= width
        bits -= width
        if (index >= words.length) return false
        numbers[seen++] = words[index]!
      }
      // What is packed is filled up to eight.
      at += Math.floor(((header.value >>> 1) * 8 * width) / 8) - Math.ceil((count * width) / 8)
    } else {
      let index = 0
      for (let b = 0; b < (width + 7) >> 3; b++) index |= (page[at++] ?? 0) << (8 * b)
      const run = Math.min(header.value >>> 1, numbers.length - seen)
      if (index >= words.length || run === 0) return false
      numbers.fill(words[index]!, seen, seen + run)
      seen += run
    }
  }
  return true
}

function varInt(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0
  let next = from
  for (let shift = 0; shift < 32; shift += 7) {
    const byte = bytes[next++] ?? 0
    value |= (byte & 127) << shift
    if (byte < 128) break
  }
  return { value: value >>> 0, next }
}
