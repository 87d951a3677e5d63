import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

/** out = a ⊙ b, or out += a ⊙ b */
export type MultiplyInstruction = Instruction & {
  readonly op: 'multiply'
  readonly from: { readonly a: View; readonly b: View }
  readonly to: { readonly out: View }
  readonly accumulate: boolean
}

/** The elementwise product of two views of one shape; with `accumulate` it is added to out. */
export function multiply(recorder: Recorder, a: View, b: View, out: View, { accumulate = false } = {}): void {
  for (const view of [b, out]) {
    demand(view.rowCount === a.rowCount && view.columnCount === a.columnCount, 'multiply: shapes differ')
  }
  recorder.record<MultiplyInstruction>({ op: 'multiply', from: { a, b }, to: { out }, accumulate })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out),
      dA = recorder.gradient(a),
      dB = recorder.gradient(b)
    if (dOut === null) return
    if (dA !== null) recorder.record<MultiplyInstruction>({ op: 'multiply', from: { a: dOut, b }, to: { out: dA }, accumulate: true })
    if (dB !== null) recorder.record<MultiplyInstruction>({ op: 'multiply', from: { a: dOut, b: a }, to: { out: dB }, accumulate: true })
  })
}
