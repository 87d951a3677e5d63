import type { Instruction, View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

export type FillInstruction = Instruction & { readonly op: 'fill'; readonly to: { readonly out: View }; readonly value: number }

/** Every element becomes `value`; a constant, so it has no adjoint. */
export function fill(recorder: Recorder, out: View, value: number): void {
  recorder.record<FillInstruction>({ op: 'fill', from: {}, to: { out }, value })
}
