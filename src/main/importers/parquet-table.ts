import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Compressors, FileMetaData, SchemaElement } from 'hyparquet'
import { CodedError, fail } from '../../shared/contract/errors.ts'
import { spikeLimit } from './labels.ts'
import { readNumbers } from './parquet-numbers.ts'
import { checkPages } from './parquet-pages.ts'
import { readBytes, storedText, type OpenedFile, type StoredTable } from './opened-file.ts'

const headRows = 200
const pieceRows = 10_000
/** No codec shrinks real pages more than this: a page that claims more is a bomb. */
const largestRatio = 20_000
const spareBytes = 1 << 20
const largestPage = 1e9

/**
 * A Parquet file as a table of its flat columns; lists and groups are left out.
 * @throws import/parquet-unreadable, import/dataset-too-large, import/file-too-short
 */
export async function parquetTable(file: OpenedFile, interrupt: () => void): Promise<StoredTable> {
  const { parquetMetadataAsync, parquetRead } = await import('hyparquet')
  const compressors = await guardedCompressors(file)
  const buffer = {
    byteLength: file.bytes,
    slice: (start: number, end = file.bytes): Promise<ArrayBuffer> => {
      const read = readBytes(file, start, end - start).then(({ buffer }) => buffer)
      // The library fetches ahead and may give up before it looks at the answer.
      read.catch(() => {})
      return read
    },
  }
  const guarded = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work()
    } catch (problem) {
      if (problem instanceof CodedError) throw problem
      throw fail('import/parquet-unreadable', { file: file.name, reason: String((problem as Error).message ?? problem).slice(0, 200) })
    }
  }
  const metadata = await guarded(() => parquetMetadataAsync(buffer))
  const columns = flatColumns(metadata.schema)
  checkSize(metadata, columns.length, file)
  const elements = new Map(metadata.schema.map((element) => [element.name, element]))
  const checked = new Set<unknown>()
  const firstRow = (group: number): number =>
    metadata.row_groups.slice(0, group).reduce((sum, { num_rows: count }) => sum + Number(count), 0)
  const rowsIn = (group: number): number => Number(metadata.row_groups[group]?.num_rows ?? 0)
  /** Columns of a row group in the order of `wanted`. */
  const groupColumns = async (group: number, wanted: string[], mostRows = Infinity): Promise<ArrayLike<unknown>[]> => {
    const found: ArrayLike<unknown>[] = []
    for (const name of wanted) found.push(await guarded(() => columnOf(group, name, mostRows)))
    return found
  }
  const columnOf = async (group: number, name: string, mostRows: number): Promise<ArrayLike<unknown>> => {
    const column = metadata.row_groups[group]?.columns.find(({ meta_data: about }) => about?.path_in_schema.join('.') === name)?.meta_data
    const element = elements.get(name)
    const rowCount = Math.min(rowsIn(group), mostRows)
    if (!column || !element || Number(column.num_values) !== rowsIn(group)) throw new Error(`values of ${name}`)
    const bytes = await readBytes(
      file,
      Number(column.dictionary_page_offset ?? column.data_page_offset),
      Number(column.total_compressed_size),
    )
    const about = { column, element, compressors, interrupt }
    if (!checked.has(column)) checkPages(bytes, about)
    checked.add(column)
    const numbers = mostRows < Infinity ? null : readNumbers(bytes, about)
    if (numbers) return numbers
    const rowStart = firstRow(group)
    const parts: ArrayLike<unknown>[] = []
    const reading = { file: buffer, metadata, columns: [name], rowStart, rowEnd: rowStart + rowCount, compressors, geoparquet: false }
    await parquetRead({ ...reading, onChunk: ({ columnData }) => void parts.push(columnData) })
    const whole = joined(parts)
    if (whole.length < rowCount) {
      const dataset = `${name}, row group ${group + 1}`
      throw fail('import/counts-disagree', { file: file.name, dataset, expected: rowCount, found: whole.length })
    }
    return whole
  }
  const groupCount = metadata.row_groups.length
  const bytesUpTo = (group: number): number => Math.round((file.bytes * (group + 1)) / groupCount)
  const asRows = (parts: ArrayLike<unknown>[], from: number, to: number): string[][] =>
    Array.from({ length: to - from }, (_, r) => parts.map((part) => storedText(part[from + r])))
  const head = groupCount > 0 ? await groupColumns(0, columns, headRows) : []
  return {
    head: [columns, ...asRows(head, 0, Math.min(headRows, rowsIn(0)))],
    pieces: async function* () {
      yield { rows: [columns], bytesDone: 0 }
      for (let group = 0; group < groupCount; group++) {
        const parts = await groupColumns(group, columns)
        for (let from = 0; from < rowsIn(group); from += pieceRows) {
          yield { rows: asRows(parts, from, Math.min(rowsIn(group), from + pieceRows)), bytesDone: bytesUpTo(group) }
        }
      }
    },
    columnPieces: async function* (wanted) {
      const names = wanted.map((column) => columns[column] ?? '')
      for (let group = 0; group < groupCount; group++) {
        yield { columns: await groupColumns(group, names), rowCount: rowsIn(group), bytesDone: bytesUpTo(group) }
      }
    },
  }
}

/** The library gives a column in one piece a page, or in one for all of them. */
function joined(parts: ArrayLike<unknown>[]): ArrayLike<unknown> {
  const [only] = parts
  if (parts.length === 1 && only) return only
  return parts.flatMap((part) => Array.from(part))
}

/** Names of columns that hold one value a row. */
function flatColumns(schema: SchemaElement[]): string[] {
  const names: string[] = []
  // The root is followed by its children, each with all of its own.
  const skip = (at: number): number => {
    let next = at + 1
    for (let child = 0; child < (schema[at]?.num_children ?? 0); child++) next = skip(next)
    return next
  }
  for (let at = 1; at < schema.length; at = skip(at)) {
    const element = schema[at]
    if (element && !element.num_children && element.repetition_type !== 'REPEATED') names.push(element.name)
  }
  return names
}

function checkSize(metadata: FileMetaData, columnCount: number, file: OpenedFile): void {
  const groups = metadata.row_groups.map(({ num_rows: count }) => Number(count))
  const rows = groups.reduce((sum, count) => sum + count, 0)
  const sane = groups.every((count) => Number.isSafeInteger(count) && count >= 0) && rows === Number(metadata.num_rows)
  if (!sane || columnCount === 0) throw fail('import/parquet-unreadable', { file: file.name, reason: 'row groups' })
  if (rows * columnCount > spikeLimit) {
    throw fail('import/dataset-too-large', { file: file.name, dataset: file.name, claimedMB: Math.round((8 * rows * columnCount) / 1e6) })
  }
}

/** Node's own where it has one; none takes memory for a page before its claim is plausible, nor more than it claims. */
async function guardedCompressors(file: OpenedFile): Promise<Compressors> {
  const { compressors } = await import('hyparquet-compressors')
  const own: Compressors = {
    GZIP: (input, maxOutputLength) => gunzipSync(input, { maxOutputLength }),
    BROTLI: (input, maxOutputLength) => brotliDecompressSync(input, { maxOutputLength }),
    ZSTD: (input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength }),
  }
  return Object.fromEntries(
    Object.entries({ ...compressors, ...own }).map(([name, unpackPage]) => [
      name,
      (input: Uint8Array, outputLength: number) => {
        if (!(outputLength <= input.length * largestRatio + spareBytes) || outputLength > largestPage) {
          throw fail('import/dataset-too-large', { file: file.name, dataset: name, claimedMB: Math.round(outputLength / 1e6) })
        }
        return outputLength === 0 ? new Uint8Array() : unpackPage(input, outputLength)
      },
    ]),
  )
}
