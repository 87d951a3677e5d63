import { demand, describe, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

export type GateKind = 'sigmoid' | 'tanh'
export type GateInstruction = Instruction & {
  readonly op: 'gate'
  readonly from: { readonly x: View; readonly bias: View | null }
  readonly to: { readonly out: View }
  readonly kind: GateKind
}
export type GateAdjointInstruction = Instruction & {
  readonly op: 'gateAdjoint'
  readonly from: { readonly out: View; readonly dOut: View }
  readonly to: { readonly dX: View; readonly dBias: View | null }
  readonly kind: GateKind
}

/**
 * out = f(x + b), f the logistic function or tanh.
 * @param x [rows, C] sums that were already propagated; bias [1, C], or null for none; out [rows, C]
 */
export function gate(recorder: Recorder, kind: GateKind, x: View, bias: View | null, out: View): void {
  demand(x.rowCount === out.rowCount && x.columnCount === out.columnCount, `gate: ${describe(out)} is not the shape of its input`)
  demand(bias === null || bias.columnCount === x.columnCount, 'gate: the bias has another width')
  recorder.record<GateInstruction>({ op: 'gate', from: { x, bias }, to: { out }, kind })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out),
      dX = recorder.gradient(x),
      dBias = bias === null ? null : recorder.gradient(bias)
    if (dOut === null || dX === null) return
    recorder.record<GateAdjointInstruction>({ op: 'gateAdjoint', from: { out, dOut }, to: { dX, dBias }, kind })
  })
}
