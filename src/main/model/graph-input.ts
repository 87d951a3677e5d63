import type { ModelRecipe } from '../../shared/domain/model-run.ts'
import type { SymmetricMatrices } from '../engine/engine.ts'
import type { TensorArray } from '../engine/program.ts'
import { nodeFeaturesOf } from './node-features.ts'

/** All snapshots of one recording, as the store keeps them. */
export type SnapshotGraphs = {
  channelCount: number
  snapshotCount: number
  /** per snapshot: pairs i < j, sorted, [2·edgeCount] */
  edges: Uint16Array[]
  /** per snapshot: r in 16-bit fixed point (value/32767), upper triangle by rows, [N(N−1)/2]; none for models that do not read it */
  r: Int16Array[]
  /** six numbers per snapshot and channel, NaN where undefined, [T, N, 6]: for models that read node statistics */
  nodeStatistics?: Float32Array | null
  /** snapshots whose mean and SD scale the node statistics; all where it is left out */
  trainingSnapshots?: readonly number[]
}

/**
 * Ã of every snapshot as binary CSR with unit diagonal and, if wanted, the history node as last vertex.
 * rowStart [T, V + 1], positions in `columns`; columns [entries of all snapshots]; scale [T, V], (row sum)^−½.
 */
export type VertexGraphs = {
  snapshotCount: number
  channelCount: number
  vertexCount: number
  rowStart: Uint32Array
  columns: Uint16Array
  scale: Float32Array
}

/** Graph and features as the model reads them; features [T, V, V], in full or as halves, [T, V, 6], or null for identity. */
export type ModelInput = { graphs: VertexGraphs; features: Float32Array | SymmetricMatrices | null }

/** Entries of Ã: two per edge, the diagonal, and the history node's row and column. */
export function entryCountOf(size: { channelCount: number; snapshotCount: number; edgeCount: number }, historyNode: boolean): number {
  const { channelCount, snapshotCount, edgeCount } = size
  return 2 * edgeCount + snapshotCount * (historyNode ? 3 * channelCount + 1 : channelCount)
}

/**
 * Builds Ã from pairs.
 * @param edges per snapshot: pairs i < j, sorted by i then j, [2·edgeCount]
 */
export function vertexGraphsOf(edges: readonly Uint16Array[], channelCount: number, historyNode: boolean): VertexGraphs {
  const snapshotCount = edges.length,
    vertexCount = channelCount + (historyNode ? 1 : 0)
  const edgeCount = edges.reduce((sum, pairs) => sum + pairs.length / 2, 0)
  const columns = new Uint16Array(entryCountOf({ channelCount, snapshotCount, edgeCount }, historyNode))
  const rowStart = new Uint32Array(snapshotCount * (vertexCount + 1)),
    scale = new Float32Array(snapshotCount * vertexCount)
  let start = 0
  for (const [t, pairs] of edges.entries()) {
    const starts = rowStart.subarray(t * (vertexCount + 1), (t + 1) * (vertexCount + 1))
    const sizes = new Uint32Array(vertexCount).fill(historyNode ? 2 : 1)
    if (historyNode) sizes[channelCount] = vertexCount
    for (const channel of pairs) sizes[channel]!++
    for (let i = 0; i < vertexCount; i++) {
      starts[i] = start
      start += sizes[i]!
      scale[t * vertexCount + i] = 1 / Math.sqrt(sizes[i]!)
    }
    starts[vertexCount] = start
    fillColumns(columns, starts, pairs, channelCount, historyNode)
  }
  return { snapshotCount, channelCount, vertexCount, rowStart, columns, scale }
}

/** Lower neighbours, the vertex itself, upper neighbours, the history node: each row comes out in ascending order. */
function fillColumns(columns: Uint16Array, starts: Uint32Array, pairs: Uint16Array, channelCount: number, historyNode: boolean): void {
  const next = starts.slice(0, channelCount)
  for (let at = 0; at < pairs.length; at += 2) columns[next[pairs[at + 1]!]!++] = pairs[at]!
  for (let i = 0; i < channelCount; i++) columns[next[i]!++] = i
  for (let at = 0; at < pairs.length; at += 2) columns[next[pairs[at]!]!++] = pairs[at + 1]!
  if (!historyNode) return
  for (let i = 0; i < channelCount; i++) columns[next[i]!] = channelCount
  for (let i = 0; i <= channelCount; i++) columns[starts[channelCount]! + i] = i
}

/**
 * Rows of |r| with diagonal 1 and, with a history node, a last row and column of ones: [T, V, V].
 * @param interrupt called before every snapshot; ends the work by throwing
 */
export function rowFeaturesOf(
  r: readonly Int16Array[],
  channelCount: number,
  historyNode: boolean,
  interrupt: () => void = () => undefined,
): Float32Array {
  const vertexCount = channelCount + (historyNode ? 1 : 0),
    perSnapshot = vertexCount * vertexCount
  const features = new Float32Array(r.length * perSnapshot)
  for (const [t, values] of r.entries()) {
    interrupt()
    const first = t * perSnapshot
    features.fill(1, first, first + perSnapshot)
    for (let i = 0, pair = 0; i < channelCount; i++) {
      for (let j = i + 1; j < channelCount; j++, pair++) {
        const value = Math.abs(values[pair]!) / 32767
        features[first + i * vertexCount + j] = value
        features[first + j * vertexCount + i] = value
      }
    }
  }
  return features
}

/**
 * What the model reads, from what the store keeps (model spec 1.7, 2.1).
 * @param asHalves leaves rows as the store keeps them, for engines that take symmetric matrices
 */
export function modelInputOf(
  graphs: SnapshotGraphs,
  recipe: Pick<ModelRecipe, 'features' | 'historyNode'>,
  interrupt?: () => void,
  asHalves = false,
): ModelInput {
  const { channelCount, edges, r } = graphs,
    { features, historyNode } = recipe,
    vertexGraphs = vertexGraphsOf(edges, channelCount, historyNode)
  if (features === 'identity') return { graphs: vertexGraphs, features: null }
  if (features === 'node-statistics') return { graphs: vertexGraphs, features: nodeFeaturesOf(graphs, historyNode) }
  if (asHalves) return { graphs: vertexGraphs, features: { halves: r, size: channelCount, onesCount: historyNode ? 1 : 0 } }
  return { graphs: vertexGraphs, features: rowFeaturesOf(r, channelCount, historyNode, interrupt) }
}

/** Pairs of every snapshot that the losses leave out: CSR with both directions, [T, N + 1] and [entries]; model spec 6.4. */
export type HeldPairs = { heldRowStart: Uint32Array; heldColumns: Uint16Array }

/**
 * Takes pairs out of the graphs and their features, and says which the losses leave out.
 * @param pairs per snapshot: i < j, [2·pairCount], edges of the graph or not
 */
export function withoutPairs(graphs: SnapshotGraphs, pairs: readonly Uint16Array[]): { graphs: SnapshotGraphs; held: HeldPairs } {
  const { channelCount: n, snapshotCount } = graphs,
    heldRowStart = new Uint32Array(snapshotCount * (n + 1)),
    heldColumns: number[] = [],
    r = graphs.r.map((values) => values.slice())
  const edges = graphs.edges.map((own, t) => {
    const partners = Array.from({ length: n }, () => new Set<number>())
    for (let at = 0; at < pairs[t]!.length; at += 2) {
      const i = pairs[t]![at]!,
        j = pairs[t]![at + 1]!
      partners[i]!.add(j)
      partners[j]!.add(i)
      const values = r[t]
      if (values) values[(i * (2 * n - i - 1)) / 2 + j - i - 1] = 0
    }
    for (let i = 0; i < n; i++) {
      heldRowStart[t * (n + 1) + i] = heldColumns.length
      heldColumns.push(...[...partners[i]!].sort((a, b) => a - b))
    }
    heldRowStart[t * (n + 1) + n] = heldColumns.length
    const kept: number[] = []
    for (let at = 0; at < own.length; at += 2) if (!partners[own[at]!]!.has(own[at + 1]!)) kept.push(own[at]!, own[at + 1]!)
    return Uint16Array.from(kept)
  })
  return { graphs: { ...graphs, edges, r }, held: { heldRowStart, heldColumns: Uint16Array.from(heldColumns) } }
}

/** The program's inputs by name, as far as they are arrays. */
export function inputsOf({ graphs, features }: ModelInput): Record<string, TensorArray> {
  const { rowStart, columns, scale } = graphs
  return features instanceof Float32Array ? { rowStart, columns, scale, features } : { rowStart, columns, scale }
}

/** The program's inputs by name that are halves of symmetric matrices. */
export const symmetricOf = ({ features }: ModelInput): Record<string, SymmetricMatrices> =>
  features === null || features instanceof Float32Array ? {} : { features }
