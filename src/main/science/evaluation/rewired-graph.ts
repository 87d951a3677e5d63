import type { Draw } from '../draws.ts'

/** Edges of a snapshot, sorted pairs i < j, [2·edgeCount], and r of all pairs, upper triangle by rows. */
export type SnapshotGraph = { edges: Uint16Array; r: Int16Array }

const swapsPerEdge = 10

/**
 * A graph with the same degrees and otherwise random edges: two edges (a, b) and (c, d) become (a, d) and (c, b) where that
 * makes no loop and no double edge; ten tries per edge. The pairs' r are exchanged with them, so that the feature rows tell of
 * the new edges and not of the old.
 * @source model spec 6.6; Maslov & Sneppen 2002
 */
export function rewiredGraph({ edges, r }: SnapshotGraph, channelCount: number, uniform: Draw): SnapshotGraph {
  const edgeCount = edges.length / 2,
    pairs = Uint16Array.from(edges),
    values = Int16Array.from(r)
  const isEdge = new Uint8Array(r.length)
  const pairOf = (i: number, j: number): number => {
    const low = Math.min(i, j),
      high = Math.max(i, j)
    return low * channelCount - (low * (low + 1)) / 2 + high - low - 1
  }
  const exchange = (a: number, b: number): void => {
    const kept = values[a]!
    values[a] = values[b]!
    values[b] = kept
    isEdge[a] = 0
    isEdge[b] = 1
  }
  for (let e = 0; e < edgeCount; e++) isEdge[pairOf(pairs[2 * e]!, pairs[2 * e + 1]!)] = 1
  for (let attempt = 0; attempt < swapsPerEdge * edgeCount; attempt++) {
    const first = Math.floor(uniform() * edgeCount),
      second = Math.floor(uniform() * edgeCount),
      turned = uniform() < 0.5
    const a = pairs[2 * first]!,
      b = pairs[2 * first + 1]!,
      c = pairs[2 * second + (turned ? 1 : 0)]!,
      d = pairs[2 * second + (turned ? 0 : 1)]!
    if (a === d || b === c || a === c || b === d || isEdge[pairOf(a, d)] || isEdge[pairOf(c, b)]) continue
    exchange(pairOf(a, b), pairOf(a, d))
    exchange(pairOf(c, d), pairOf(c, b))
    pairs[2 * first + 1] = d
    pairs[2 * second] = c
    pairs[2 * second + 1] = b
  }
  return { edges: edgesIn(isEdge, channelCount, edgeCount), r: values }
}

function edgesIn(isEdge: Uint8Array, channelCount: number, edgeCount: number): Uint16Array {
  const sorted = new Uint16Array(2 * edgeCount)
  for (let i = 0, pair = 0, written = 0; i < channelCount; i++) {
    for (let j = i + 1; j < channelCount; j++, pair++) {
      if (isEdge[pair] === 0) continue
      sorted[written++] = i
      sorted[written++] = j
    }
  }
  return sorted
}
