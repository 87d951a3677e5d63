import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

type Settings = { /** weight of a difference where y is above 0; 1 elsewhere */ readonly edgeWeight: number; readonly scale: number }

export type SquaredErrorInstruction = Instruction &
  Settings & { readonly op: 'squaredError'; readonly from: { readonly x: View; readonly y: View }; readonly to: { readonly sum: View } }
export type SquaredErrorAdjointInstruction = Instruction &
  Settings & {
    readonly op: 'squaredErrorAdjoint'
    readonly from: { readonly x: View; readonly y: View }
    readonly to: { readonly dX: View | null; readonly dY: View | null }
  }

/**
 * scale · Σ w ⊙ (x − y)², w = edgeWeight where y > 0 and 1 elsewhere.
 * @param x, y of one shape; y may be an input
 * @param sum written: one float64, which stands in the loss with weight 1
 */
export function squaredError(recorder: Recorder, x: View, y: View, sum: View, settings: Partial<Settings> = {}): void {
  const { edgeWeight = 1, scale = 1 } = settings
  demand(x.rowCount === y.rowCount && x.columnCount === y.columnCount, 'squaredError: shapes differ')
  recorder.record<SquaredErrorInstruction>({ op: 'squaredError', from: { x, y }, to: { sum }, edgeWeight, scale })
  recorder.adjoint(() => {
    const to = { dX: recorder.gradient(x), dY: recorder.gradient(y) }
    recorder.record<SquaredErrorAdjointInstruction>({ op: 'squaredErrorAdjoint', from: { x, y }, to, edgeWeight, scale })
  })
}
