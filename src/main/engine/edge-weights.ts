import type { EdgeLossInstruction } from './operations/edge-loss.ts'

/** Weight of an edge, and the factor before the sum over ordered pairs. */
export type EdgeWeights = { edge: number; perPair: number }

/**
 * The edge loss's weights from its graph, counts clamped so that empty and full graphs stay finite.
 * @param rowStart, columns the arrays the graph's views lie in
 * @source model spec 2.2
 */
export function edgeWeightsOf(
  { from: { z, rowStart: view }, withDiagonal }: Pick<EdgeLossInstruction, 'from' | 'withDiagonal'>,
  rowStart: ArrayLike<number>,
  columns: ArrayLike<number>,
): EdgeWeights {
  const n = z.rowCount
  let entryCount = 0
  for (let i = 0; i < n; i++) {
    for (let e = rowStart[view.offset + i]!; e < rowStart[view.offset + i + 1]!; e++) {
      if (columns[e]! < n && (withDiagonal || columns[e] !== i)) entryCount++
    }
  }
  const pairCount = withDiagonal ? n * n : n * (n - 1),
    positives = Math.min(Math.max(entryCount, 1), pairCount - 1)
  return { edge: (pairCount - positives) / positives, perPair: 0.5 / (pairCount - positives) }
}
