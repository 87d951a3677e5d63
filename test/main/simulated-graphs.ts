import { uniformSequence } from '../../src/shared/domain/random.ts'
import type { SnapshotGraphs } from '../../src/main/model/graph-input.ts'

/** Three groups of channels, more edges within a group than between; |r| is larger where there is an edge. */
export function simulatedGraphs({
  channelCount: n,
  snapshotCount,
  seed,
}: {
  channelCount: number
  snapshotCount: number
  seed: number
}): SnapshotGraphs {
  const next = uniformSequence(seed, 'simulate'),
    edges: Uint16Array[] = [],
    r: Int16Array[] = []
  for (let t = 0; t < snapshotCount; t++) {
    const pairs: number[] = [],
      values: number[] = []
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const isEdge = next() < (i % 3 === j % 3 ? 0.5 : 0.1)
        if (isEdge) pairs.push(i, j)
        values.push(Math.round(32767 * (2 * next() - 1) * (isEdge ? 1 : 0.3)))
      }
    }
    edges.push(Uint16Array.from(pairs))
    r.push(Int16Array.from(values))
  }
  return { channelCount: n, snapshotCount, edges, r }
}
