import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

type Rows = { readonly x: View; /** null: log Σ eˣ alone */ readonly target: View | null }

export type CrossEntropyInstruction = Instruction & {
  readonly op: 'crossEntropy'
  readonly from: Rows
  readonly to: { readonly sum: View }
  readonly scale: number
}
export type CrossEntropyAdjointInstruction = Instruction & {
  readonly op: 'crossEntropyAdjoint'
  readonly from: Rows
  readonly to: { readonly dX: View }
  readonly scale: number
}

/**
 * Softmax cross-entropy: scale · Σ_rows (log Σ_j e^(x_ij) − x_i,target).
 * @param x scores, [rows, classes]
 * @param target [rows, 1], whole numbers in float32; null leaves the second term out
 * @param sum written: one float64, which stands in the loss with weight 1
 */
export function softmaxCrossEntropy(recorder: Recorder, x: View, target: View | null, sum: View, scale: number): void {
  demand(target === null || (target.columnCount === 1 && target.rowCount === x.rowCount), 'softmaxCrossEntropy: one target for each row')
  recorder.record<CrossEntropyInstruction>({ op: 'crossEntropy', from: { x, target }, to: { sum }, scale })
  recorder.adjoint(() => {
    const dX = recorder.gradient(x)
    if (dX !== null) recorder.record<CrossEntropyAdjointInstruction>({ op: 'crossEntropyAdjoint', from: { x, target }, to: { dX }, scale })
  })
}
