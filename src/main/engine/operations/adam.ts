import type { Instruction, View } from '../program.ts'
import type { Recorder } from '../recorder.ts'
import type { Stretch } from './clip.ts'

type Moments = { readonly parameters: View; readonly mean: View; readonly variance: View }

/** Reads the run's scalars `learningRate` and `step` (steps taken, this one included). */
export type AdamInstruction = Instruction & {
  readonly op: 'adam'
  readonly from: Moments & { readonly gradients: View }
  readonly to: Moments
  readonly stretches: readonly Stretch[]
  /** share of itself by which a parameter shrinks besides, times the rate: AdamW; 0 for Adam */
  readonly decay: number
}

/** One bias-corrected Adam step (0.9, 0.999, 10⁻⁸) on the given stretches of flat tensors; with `decay`, one of AdamW. */
export function adam(recorder: Recorder, moments: Moments, gradients: View, stretches: readonly Stretch[], decay = 0): void {
  recorder.record<AdamInstruction>({ op: 'adam', from: { ...moments, gradients }, to: moments, stretches, decay })
}
