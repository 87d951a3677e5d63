import type { Instruction, View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

/** Stretches [first, end) of a flat tensor. */
export type Stretch = readonly [first: number, end: number]

export type ClipInstruction = Instruction & {
  readonly op: 'clip'
  readonly from: { readonly gradients: View }
  readonly to: { readonly gradients: View; readonly norm: View }
  readonly stretches: readonly Stretch[]
  readonly limit: number | null
}

/**
 * Measures the Euclidean norm of all stretches together and, with a limit, scales them by min(1, limit/(norm + 10⁻¹²)).
 * @param gradients flat, changed in place; norm: written, one float64, before clipping
 * @source model spec 2.3
 */
export function clip(
  recorder: Recorder,
  gradients: View,
  norm: View,
  settings: { stretches: readonly Stretch[]; limit: number | null },
): void {
  recorder.record<ClipInstruction>({ op: 'clip', from: { gradients }, to: { gradients, norm }, ...settings })
}
