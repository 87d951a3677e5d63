import { demand, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'
import { blockProduct } from './block-product.ts'
import { softmaxCrossEntropy } from './cross-entropy.ts'
import { squaredError } from './squared-error.ts'

/**
 * InfoNCE of rows of length 1: mean_i (log Σ_j e^(r_i·n_j/τ) − r_i·p_i/τ). The second term is told as ‖r_i − p_i‖²/2τ, which is
 * the same but for the constant 1/τ.
 * @param rows reference r, positive p and negative n, [rows, C] each
 * @param sums written: the two terms, one float64 each; `pull` is greater by 1/τ
 * @source van den Oord et al. 2018; CEBRA, Schneider et al. 2023
 */
export function infoNce(
  recorder: Recorder,
  { reference, positive, negative }: { reference: View; positive: View; negative: View },
  sums: { push: View; pull: View },
  temperature: number,
): void {
  const count = reference.rowCount
  demand(positive.rowCount === count, 'infoNce: one positive for each reference')
  const scores = recorder.tensor('scores', { row: count, negative: negative.rowCount })
  blockProduct(recorder, reference, negative, scores, { transposesB: true, scale: 1 / temperature })
  softmaxCrossEntropy(recorder, scores, null, sums.push, 1 / count)
  squaredError(recorder, reference, positive, sums.pull, { scale: 1 / (2 * temperature * count) })
}
