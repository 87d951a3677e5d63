import type { Region } from '../../../shared/domain/region.ts'

/** All snapshots of one set, as the store keeps them; channels are the column's. */
export type ColumnGraphs = {
  /** per snapshot: pairs i < j, [2·edgeCount] */
  edges: readonly Uint16Array[]
  /** per snapshot: upper triangle by rows, 16-bit fixed point (value/32767) */
  r: readonly Int16Array[]
  /** [snapshotCount, channelCount] */
  rateHz: Float32Array
  /** [snapshotCount, channelCount] */
  degree: Int32Array
}

export type ColumnTraining = {
  seed: number
  modelRunId: number
  /** index into the column's graphs */
  graphs: number
  /** embedding μ, [snapshotCount, channelCount, latentCount] */
  mean: Float32Array
}

/** What one column of an alignment is measured on: one set of graphs as recorded, or one per seed where rates are matched. */
export type ColumnInput = {
  /** index into the recording's channels, [channelCount] */
  channelIndexes: Int32Array
  graphs: readonly ColumnGraphs[]
  /** at least one, in the order of seeds */
  trainings: readonly ColumnTraining[]
  latentCount: number
}

/** What both columns share: the recording's layout and its windows. */
export type RecordingInput = {
  regions: readonly Region[]
  /** of every channel of the recording; −1 without one */
  regionOfChannel: Int16Array
  /** of every channel of the recording, [channels, 2], NaN without one */
  positionsUm: Float64Array
  /** from the start of the recording, [snapshotCount] */
  windowStartS: Float64Array
  windowEndS: Float64Array
}
