import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

export type ScaleShiftInstruction = Instruction & {
  readonly op: 'scaleShift'
  readonly from: { readonly x: View; readonly gain: View; readonly bias: View }
  readonly to: { readonly out: View }
}
export type ScaleShiftAdjointInstruction = Instruction & {
  readonly op: 'scaleShiftAdjoint'
  readonly from: { readonly x: View; readonly gain: View; readonly dOut: View }
  readonly to: { readonly dX: View; readonly dGain: View; readonly dBias: View }
}

/** out = x ⊙ gain + bias, both [1, C], the same for every row: the second half of a layer norm. */
export function scaleShift(recorder: Recorder, x: View, { gain, bias }: { gain: View; bias: View }, out: View): void {
  demand(x.rowCount === out.rowCount && x.columnCount === out.columnCount, 'scaleShift: shapes differ')
  demand(gain.columnCount === x.columnCount && bias.columnCount === x.columnCount, 'scaleShift: gain or bias has another width')
  recorder.record<ScaleShiftInstruction>({ op: 'scaleShift', from: { x, gain, bias }, to: { out } })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out),
      dX = recorder.gradient(x),
      dGain = recorder.gradient(gain),
      dBias = recorder.gradient(bias)
    if (dOut === null || dX === null || dGain === null || dBias === null) return
    recorder.record<ScaleShiftAdjointInstruction>({ op: 'scaleShiftAdjoint', from: { x, gain, dOut }, to: { dX, dGain, dBias } })
  })
}
