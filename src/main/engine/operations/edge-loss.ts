import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'
import { partsOf } from './parts.ts'
import type { GraphViews } from './propagate.ts'

/**
 * Pairs that take no part in the loss, as binary CSR like a graph, both directions of each, none on the diagonal and none an
 * edge of the graph; null: all take part.
 */
export type HeldOutViews = { readonly heldRowStart: View | null; readonly heldColumns: View | null }

/**
 * Rows [firstRow, firstRow + rowCount) of the upper triangle of all pairs. Loss and gradient share the logits and their
 * exponentials, so both come from one pass; N×N is never stored.
 */
export type EdgeLossInstruction = Instruction & {
  readonly op: 'edgeLoss'
  readonly from: GraphViews & HeldOutViews & { readonly z: View; readonly sum: View; readonly dZ: View | null }
  readonly to: { readonly sum: View; readonly dZ: View | null }
  readonly firstRow: number
  readonly rowCount: number
  /** with the entries (i, i), else pairs i ≠ j only */
  readonly withDiagonal: boolean
}

/** A pair costs about as much as this many multiply-adds: products both ways, an exponential and a division. */
const workPerPair = 80

/**
 * The weighted binary cross-entropy of z zᵀ against the graph, both directions of each pair; edges and non-edges weigh the
 * same in total, their counts clamped so that empty and full graphs stay finite.
 * @param graph may have more vertices than z has rows (a history node): those take no part
 * @param z [n, latent]
 * @param held pairs left out: they count neither as edges nor as others
 * @param sum added to: one float64, which the caller has set to zero; it stands in the loss with weight 1
 * @source model spec 2.2, NLL_t
 */
export function edgeLoss(
  recorder: Recorder,
  graph: GraphViews,
  z: View,
  sum: View,
  settings: { withDiagonal: boolean; held?: HeldOutViews },
): void {
  demand(z.rowCount <= graph.scale.columnCount, 'edgeLoss: the graph has fewer vertices than z has rows')
  const dZ = recorder.gradient(z),
    { withDiagonal, held = { heldRowStart: null, heldColumns: null } } = settings
  for (const { first, rowCount } of partsOf(z.rowCount, (z.rowCount / 2) * workPerPair)) {
    recorder.record<EdgeLossInstruction>({
      op: 'edgeLoss',
      from: { ...graph, ...held, z, sum, dZ },
      to: { sum, dZ },
      firstRow: first,
      rowCount,
      withDiagonal,
    })
  }
}
