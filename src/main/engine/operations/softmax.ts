import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

export type SoftmaxInstruction = Instruction & {
  readonly op: 'softmax'
  readonly from: { readonly x: View }
  readonly to: { readonly out: View }
}
export type SoftmaxAdjointInstruction = Instruction & {
  readonly op: 'softmaxAdjoint'
  readonly from: { readonly out: View; readonly dOut: View }
  readonly to: { readonly dX: View }
}

/** Every row becomes eˣ over its sum. */
export function softmax(recorder: Recorder, x: View, out: View): void {
  demand(x.rowCount === out.rowCount && x.columnCount === out.columnCount, 'softmax: shapes differ')
  recorder.record<SoftmaxInstruction>({ op: 'softmax', from: { x }, to: { out } })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out),
      dX = recorder.gradient(x)
    if (dOut !== null && dX !== null) recorder.record<SoftmaxAdjointInstruction>({ op: 'softmaxAdjoint', from: { out, dOut }, to: { dX } })
  })
}
