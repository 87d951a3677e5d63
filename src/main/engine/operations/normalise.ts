import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

type Settings = { readonly centres: boolean; readonly epsilon: number; readonly factor: number }

export type NormaliseInstruction = Instruction &
  Settings & { readonly op: 'normalise'; readonly from: { readonly x: View }; readonly to: { readonly out: View } }
export type NormaliseAdjointInstruction = Instruction &
  Settings & {
    readonly op: 'normaliseAdjoint'
    readonly from: { readonly x: View; readonly dOut: View }
    readonly to: { readonly dX: View }
  }

/** Every row less its mean, over its standard deviation √(variance + ε): the first half of a layer norm. */
export function standardise(recorder: Recorder, x: View, out: View, epsilon: number): void {
  recordNormalise(recorder, x, out, { centres: true, epsilon, factor: 1 })
}

/** Every row with length 1. */
export function toUnitLength(recorder: Recorder, x: View, out: View): void {
  recordNormalise(recorder, x, out, { centres: false, epsilon: 1e-12, factor: 1 / Math.sqrt(x.columnCount) })
}

/** out = factor · c/√(mean c² + ε) by rows, c = x or x less its row's mean. */
function recordNormalise(recorder: Recorder, x: View, out: View, settings: Settings): void {
  demand(x.rowCount === out.rowCount && x.columnCount === out.columnCount, 'normalise: shapes differ')
  recorder.record<NormaliseInstruction>({ op: 'normalise', from: { x }, to: { out }, ...settings })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out),
      dX = recorder.gradient(x)
    if (dOut === null || dX === null) return
    recorder.record<NormaliseAdjointInstruction>({ op: 'normaliseAdjoint', from: { x, dOut }, to: { dX }, ...settings })
  })
}
