import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

export type ReadoutKind = 'last' | 'mean'
export type ReadoutInstruction = Instruction & {
  readonly op: 'readout'
  readonly from: { readonly x: View }
  readonly to: { readonly out: View }
  readonly kind: ReadoutKind
}
export type ReadoutAdjointInstruction = Instruction & {
  readonly op: 'readoutAdjoint'
  readonly from: { readonly dOut: View }
  readonly to: { readonly dX: View }
  readonly kind: ReadoutKind
}

/** One row that stands for all: the last vertex's (the history node) or the mean. x [V, C] → out [1, C]. */
export function readout(recorder: Recorder, kind: ReadoutKind, x: View, out: View): void {
  demand(out.rowCount === 1 && out.columnCount === x.columnCount, 'readout: the result is one row of the same width')
  recorder.record<ReadoutInstruction>({ op: 'readout', from: { x }, to: { out }, kind })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out),
      dX = recorder.gradient(x)
    if (dOut !== null && dX !== null) recorder.record<ReadoutAdjointInstruction>({ op: 'readoutAdjoint', from: { dOut }, to: { dX }, kind })
  })
}
