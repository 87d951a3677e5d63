import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Compressors, FileMetaData, SchemaElement } from 'hyparquet'
import { CodedError, fail } from '../../shared/contract/errors.ts'
import { spikeLimit } from './labels.ts'
import { checkPages } from './parquet-pages.ts'
import { readBytes, type OpenedFile, type StoredTable } from './opened-file.ts'

const headRows = 200
/** No codec shrinks real pages more than this: a page that claims more is a bomb. */
const largestRatio = 20_000
const spareBytes = 1 << 20
const largestPage = 1e9

/**
 * A Parquet file as a table of its flat columns; lists and groups are left out.
 * @throws import/parquet-unreadable, import/dataset-too-large, import/file-too-short
 */
export async function parquetTable(file: OpenedFile, interrupt: () => void): Promise<StoredTable> {
  const { parquetMetadataAsync, parquetReadObjects } = await import('hyparquet')
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
  const checkGroup = async (group: number): Promise<void> => {
    for (const { meta_data: column } of metadata.row_groups[group]?.columns ?? []) {
      const name = column?.path_in_schema.join('.') ?? ''
      const element = elements.get(name)
      if (!column || !element || !columns.includes(name)) continue
      const start = Number(column.dictionary_page_offset ?? column.data_page_offset)
      const bytes = await readBytes(file, start, Number(column.total_compressed_size))
      if (Number(column.num_values) !== Number(metadata.row_groups[group]?.num_rows)) throw new Error(`values of ${name}`)
      checkPages(bytes, { column, element, compressors, interrupt })
    }
  }
  const groupRows = async (group: number): Promise<string[][]> => {
    await guarded(() => checkGroup(group))
    const rowStart = metadata.row_groups.slice(0, group).reduce((sum, { num_rows: count }) => sum + Number(count), 0)
    const rowEnd = rowStart + Number(metadata.row_groups[group]?.num_rows ?? 0)
    const rows = await guarded(() =>
      parquetReadObjects({ file: buffer, metadata, columns, rowStart, rowEnd, compressors, geoparquet: false }),
    )
    if (rows.length !== rowEnd - rowStart) {
      throw fail('import/counts-disagree', {
        file: file.name,
        dataset: `row group ${group + 1}`,
        expected: rowEnd - rowStart,
        found: rows.length,
      })
    }
    return rows.map((row) => columns.map((column) => cellText(row[column])))
  }
  const first = metadata.row_groups.length > 0 ? await groupRows(0) : []
  return {
    head: [columns, ...first.slice(0, headRows)],
    pieces: async function* () {
      for (let group = 0; group < metadata.row_groups.length; group++) {
        const rows = group === 0 ? first : await groupRows(group)
        const bytesDone = Math.round((file.bytes * (group + 1)) / metadata.row_groups.length)
        yield { rows: group === 0 ? [columns, ...rows] : rows, bytesDone }
      }
    },
  }
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

function cellText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? '' : String(value)
}
