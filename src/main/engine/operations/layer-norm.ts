import type { View } from '../program.ts'
import type { Recorder } from '../recorder.ts'
import { standardise } from './normalise.ts'
import { scaleShift } from './scale-shift.ts'

/**
 * Every row with mean 0 and variance 1, then times a gain plus a bias.
 * @param x, out [rows, C]; gain, bias [1, C]
 * @source Ba et al. 2016; ε 10⁻¹² as in BERT
 */
export function layerNorm(recorder: Recorder, x: View, weights: { gain: View; bias: View }, out: View): void {
  const middle = recorder.tensor('standardised', { row: x.rowCount, column: x.columnCount })
  standardise(recorder, x, middle, 1e-12)
  scaleShift(recorder, middle, weights, out)
}
