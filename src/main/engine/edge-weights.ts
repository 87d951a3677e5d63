import type { EdgeLossInstruction } from './operations/edge-loss.ts'
import type { View } from './program.ts'

/** Weight of an edge, and the factor before the sum over ordered pairs. */
export type EdgeWeights = { edge: number; perPair: number }

/**
 * The edge loss's weights from its graph, counts clamped so that empty and full graphs stay finite. Pairs held out count
 * nowhere.
 * @param arrayOf the array a graph's view lies in
 * @source model spec 2.2
 */
export function edgeWeightsOf(
  { from: { z, rowStart: view, columns: entries, heldRowStart }, withDiagonal }: Pick<EdgeLossInstruction, 'from' | 'withDiagonal'>,
  arrayOf: (view: View) => ArrayLike<number>,
): EdgeWeights {
  const n = z.rowCount,
    rowStart = arrayOf(view),
    columns = arrayOf(entries),
    held = heldRowStart && arrayOf(heldRowStart)
  let entryCount = 0
  for (let i = 0; i < n; i++) {
    for (let e = rowStart[view.offset + i]!; e < rowStart[view.offset + i + 1]!; e++) {
      if (columns[e]! < n && (withDiagonal || columns[e] !== i)) entryCount++
    }
  }
  const heldCount = held && heldRowStart ? held[heldRowStart.offset + n]! - held[heldRowStart.offset]! : 0,
    pairCount = Math.max(2, (withDiagonal ? n * n : n * (n - 1)) - heldCount),
    positives = Math.min(Math.max(entryCount, 1), pairCount - 1)
  return { edge: (pairCount - positives) / positives, perPair: 0.5 / (pairCount - positives) }
}
