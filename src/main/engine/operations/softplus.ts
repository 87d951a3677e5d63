import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

export type SoftplusInstruction = Instruction & {
  readonly op: 'softplus'
  readonly from: { readonly x: View }
  readonly to: { readonly out: View }
  readonly floor: number
}
export type SoftplusAdjointInstruction = Instruction & {
  readonly op: 'softplusAdjoint'
  readonly from: { readonly x: View; readonly dOut: View }
  readonly to: { readonly dX: View }
}

/** out = log(1 + eˣ) + floor, of one shape. */
export function softplus(recorder: Recorder, x: View, out: View, floor: number): void {
  demand(x.rowCount === out.rowCount && x.columnCount === out.columnCount, 'softplus: shapes differ')
  recorder.record<SoftplusInstruction>({ op: 'softplus', from: { x }, to: { out }, floor })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out),
      dX = recorder.gradient(x)
    if (dOut !== null && dX !== null) recorder.record<SoftplusAdjointInstruction>({ op: 'softplusAdjoint', from: { x, dOut }, to: { dX } })
  })
}
