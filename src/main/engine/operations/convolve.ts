import { demand, rowsOf, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'
import { affine } from './affine.ts'

/**
 * One-dimensional convolution over time without padding: a product for each tap, all added up.
 * @param x [length · sequences, C]: the first moment of all sequences, then the second, …
 * @param weight [taps · C, out], tap after tap; bias [1, out]
 * @param out [(length − taps + 1) · sequences, out], in the order of x
 */
export function convolve(
  recorder: Recorder,
  x: View,
  { weight, bias }: { weight: View; bias: View },
  out: View,
  { taps, sequenceCount }: { taps: number; sequenceCount: number },
): void {
  const width = x.columnCount
  demand(out.rowCount === x.rowCount - (taps - 1) * sequenceCount, 'convolve: the result is not as long as the input less taps − 1')
  for (let tap = 0; tap < taps; tap++) {
    const moments = rowsOf(x, tap * sequenceCount, out.rowCount),
      own = rowsOf(weight, tap * width, width)
    affine(recorder, moments, own, out, tap === 0 ? { bias } : { accumulate: true })
  }
}
