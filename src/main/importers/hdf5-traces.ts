import { fail } from '../../shared/contract/errors.ts'
import type { Hdf5File } from './hdf5-file.ts'
import type { ReadProgress } from './importer.ts'
import { channelLimit } from './labels.ts'

/** Traces as a dataset has them; `values` [channelCount, sampleCount], channel by channel. */
export type TraceTable = { values: Float32Array; channelCount: number; sampleCount: number }

/** 2 GB of values. */
const valueLimit = 500_000_000

/**
 * Reads a table of traces, or a list that is one trace, in blocks.
 * @param order how the dataset is laid out: [channels, samples] or [samples, channels]
 * @throws import/dataset-…, import/too-many-channels
 */
export function* readTraceTable(
  file: Hdf5File,
  dataset: string,
  { order, interrupt }: { order: 'channels-first' | 'samples-first'; interrupt: () => void },
): Generator<ReadProgress, TraceTable> {
  const shape = file.shapeOf(dataset)
  const isList = shape?.length === 1
  const [rows = 0, columns = 0] = shape ?? []
  const channelCount = isList ? 1 : order === 'channels-first' ? rows : columns
  const sampleCount = isList ? rows : order === 'channels-first' ? columns : rows
  if (channelCount > channelLimit) throw fail('import/too-many-channels', { file: file.name, limit: channelLimit })
  const total = channelCount * sampleCount
  if (total > valueLimit) throw fail('import/dataset-too-large', { file: file.name, dataset, claimedMB: Math.round((4 * total) / 1e6) })
  // The first block is read before room for all is taken: a claim alone takes nothing.
  const pieces = isList ? asBlocks(file.numberPieces(dataset)) : file.blocks(dataset)
  let values: Float32Array | null = null
  let done = 0
  for (const { row, column, rowCount, columnCount, data } of pieces) {
    interrupt()
    values ??= new Float32Array(total)
    if (isList || order === 'channels-first') {
      const width = isList ? sampleCount : columns
      for (let r = 0; r < rowCount; r++) values.set(data.subarray(r * columnCount, (r + 1) * columnCount), (row + r) * width + column)
    } else {
      for (let r = 0; r < rowCount; r++) {
        for (let c = 0; c < columnCount; c++) values[(column + c) * sampleCount + row + r] = data[r * columnCount + c]!
      }
    }
    done += data.length
    yield { done, total, phase: 'read' }
  }
  return { values: values ?? new Float32Array(0), channelCount, sampleCount }
}

type Block = { row: number; column: number; rowCount: number; columnCount: number; data: Float64Array }

function* asBlocks(pieces: Generator<Float64Array>): Generator<Block> {
  let column = 0
  for (const data of pieces) {
    yield { row: 0, column, rowCount: 1, columnCount: data.length, data }
    column += data.length
  }
}
