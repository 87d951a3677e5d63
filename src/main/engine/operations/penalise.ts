import type { Instruction, View } from '../program.ts'
import type { Recorder } from '../recorder.ts'
import type { Stretch } from './clip.ts'

export type PenaliseInstruction = Instruction & {
  readonly op: 'penalise'
  readonly from: { readonly parameters: View; readonly gradients: View }
  readonly to: { readonly gradients: View }
  readonly stretches: readonly Stretch[]
  readonly l1: number
  readonly l2: number
}

/**
 * The gradient of l1 · Σ |p| + l2 · Σ p² joins the others, on the given stretches of flat tensors. The loss that is told
 * does not hold these terms.
 */
export function penalise(
  recorder: Recorder,
  parameters: View,
  gradients: View,
  settings: { stretches: readonly Stretch[]; l1: number; l2: number },
): void {
  recorder.record<PenaliseInstruction>({ op: 'penalise', from: { parameters, gradients }, to: { gradients }, ...settings })
}
