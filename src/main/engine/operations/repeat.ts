import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

export type RepeatInstruction = Instruction & {
  readonly op: 'repeat'
  readonly from: { readonly x: View }
  readonly to: { readonly out: View }
  readonly accumulate: boolean
}
export type RepeatAdjointInstruction = Instruction & {
  readonly op: 'repeatAdjoint'
  readonly from: { readonly dOut: View }
  readonly to: { readonly dX: View }
}

/** Copies of x one below the other: x [rows, C] → out [count·rows, C]; with `accumulate` they are added to what is there. */
export function repeat(recorder: Recorder, x: View, out: View, { accumulate = false } = {}): void {
  demand(out.rowCount % x.rowCount === 0 && out.columnCount === x.columnCount, 'repeat: the result is no whole number of copies')
  recorder.record<RepeatInstruction>({ op: 'repeat', from: { x }, to: { out }, accumulate })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out),
      dX = recorder.gradient(x)
    if (dOut !== null && dX !== null) recorder.record<RepeatAdjointInstruction>({ op: 'repeatAdjoint', from: { dOut }, to: { dX } })
  })
}
