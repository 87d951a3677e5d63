import type { Instruction, View } from '../program.ts'
import type { Recorder } from '../recorder.ts'
import type { Stretch } from './clip.ts'

type Moving = { readonly parameters: View; readonly velocity: View }

/** Reads the run's scalar `learningRate`. */
export type NesterovInstruction = Instruction & {
  readonly op: 'nesterov'
  readonly from: Moving & { readonly gradients: View }
  readonly to: Moving
  readonly stretches: readonly Stretch[]
  readonly momentum: number
}

/**
 * One step of gradient descent with Nesterov's momentum on the given stretches of flat tensors:
 * v = momentum · v − rate · g, then p += momentum · v − rate · g.
 * @source Sutskever et al. 2013, in the form of Keras
 */
export function nesterov(
  recorder: Recorder,
  moving: Moving,
  gradients: View,
  settings: { stretches: readonly Stretch[]; momentum: number },
): void {
  recorder.record<NesterovInstruction>({ op: 'nesterov', from: { ...moving, gradients }, to: moving, ...settings })
}
