import { demand, describe, rowsOf, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'
import { partsOf } from './parts.ts'
import { recordRectify } from './rectify.ts'

/**
 * A constant symmetric graph with unit diagonal as binary CSR: row i has the columns at [rowStart_i, rowStart_i+1).
 * rowStart [1, V + 1] uint32, positions in the whole of `columns`; columns [1, entries of all graphs] uint16, a row's in
 * ascending order; scale [1, V] = (row sum)^−½.
 */
export type GraphViews = { readonly rowStart: View; readonly columns: View; readonly scale: View }

export type PropagateInstruction = Instruction & {
  readonly op: 'propagate'
  readonly from: GraphViews & { readonly x: View }
  readonly to: { readonly out: View }
  /** rows of out that this instruction computes */
  readonly firstRow: number
  readonly accumulate: boolean
  readonly relu: boolean
}

/**
 * out = Â x with Â = D^−½ A D^−½, then relu if wanted. A is symmetric, so the adjoint is Â again.
 * @param x [V, C]; out [V, C]
 */
export function propagate(recorder: Recorder, graph: GraphViews, x: View, out: View, options: { relu?: boolean } = {}): void {
  const { relu = false } = options
  demand(graph.scale.columnCount === x.rowCount, `propagate: ${describe(x)} has not one row per vertex`)
  demand(out.rowCount === x.rowCount && out.columnCount === x.columnCount, `propagate: ${describe(out)} is not the shape of its input`)
  recordGather(recorder, graph, { x, out, relu, accumulate: false })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out),
      dX = recorder.gradient(x)
    if (dOut === null || dX === null) return
    if (relu) recordRectify(recorder, out, dOut)
    recordGather(recorder, graph, { x: dOut, out: dX, relu: false, accumulate: true })
  })
}

type Gather = { x: View; out: View; relu: boolean; accumulate: boolean }

function recordGather(recorder: Recorder, graph: GraphViews, { x, out, relu, accumulate }: Gather): void {
  for (const { first, rowCount } of partsOf(out.rowCount, out.rowCount * out.columnCount)) {
    recorder.record<PropagateInstruction>({
      op: 'propagate',
      from: { ...graph, x },
      to: { out: rowsOf(out, first, rowCount) },
      firstRow: first,
      accumulate,
      relu,
    })
  }
}
