import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

export type BlendInstruction = Instruction & {
  readonly op: 'blend'
  readonly from: { readonly u: View; readonly h: View; readonly c: View }
  readonly to: { readonly out: View }
}
export type BlendAdjointInstruction = Instruction & {
  readonly op: 'blendAdjoint'
  readonly from: { readonly u: View; readonly h: View; readonly c: View; readonly dOut: View }
  readonly to: { readonly dU: View | null; readonly dH: View | null; readonly dC: View | null }
}

/** out = u ⊙ h + (1 − u) ⊙ c, all of one shape. */
export function blend(recorder: Recorder, { u, h, c }: { u: View; h: View; c: View }, out: View): void {
  for (const view of [h, c, out]) {
    demand(view.rowCount === u.rowCount && view.columnCount === u.columnCount, 'blend: shapes differ')
  }
  recorder.record<BlendInstruction>({ op: 'blend', from: { u, h, c }, to: { out } })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out)
    if (dOut === null) return
    const to = { dU: recorder.gradient(u), dH: recorder.gradient(h), dC: recorder.gradient(c) }
    recorder.record<BlendAdjointInstruction>({ op: 'blendAdjoint', from: { u, h, c, dOut }, to })
  })
}
