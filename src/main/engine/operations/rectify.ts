import type { Instruction, View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

/** The adjoint of relu, in place: dOut becomes 0 where out is not positive. Nothing else needs dOut afterwards. */
export type RectifyInstruction = Instruction & {
  readonly op: 'rectify'
  readonly from: { readonly out: View; readonly dOut: View }
  readonly to: { readonly dOut: View }
}

export function recordRectify(recorder: Recorder, out: View, dOut: View): void {
  recorder.record<RectifyInstruction>({ op: 'rectify', from: { out, dOut }, to: { dOut } })
}
