import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

export type GeluInstruction = Instruction & {
  readonly op: 'gelu'
  readonly from: { readonly x: View }
  readonly to: { readonly out: View }
}
export type GeluAdjointInstruction = Instruction & {
  readonly op: 'geluAdjoint'
  readonly from: { readonly x: View; readonly dOut: View }
  readonly to: { readonly dX: View }
}

/** √(2/π), and the factor of the cube. */
export const geluScale = Math.sqrt(2 / Math.PI),
  geluCube = 0.044715

/**
 * out = ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))).
 * @source Hendrycks and Gimpel 2016, the form with tanh
 */
export function gelu(recorder: Recorder, x: View, out: View): void {
  demand(x.rowCount === out.rowCount && x.columnCount === out.columnCount, 'gelu: shapes differ')
  recorder.record<GeluInstruction>({ op: 'gelu', from: { x }, to: { out } })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out),
      dX = recorder.gradient(x)
    if (dOut !== null && dX !== null) recorder.record<GeluAdjointInstruction>({ op: 'geluAdjoint', from: { x, dOut }, to: { dX } })
  })
}
