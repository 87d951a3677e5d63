import { fail } from '../../shared/contract/errors.ts'
import { countBins, nanoseconds } from './bins.ts'

/** Windows of equal length: window k covers bins [k·stepBins, k·stepBins + lengthBins). */
export type Windows = { windowCount: number; lengthBins: number; stepBins: number }

export const leastWindowBins = 20
export const mostWindows = 2000

function wholeBins(setting: string, seconds: number, binMs: number): number {
  const lengthNs = nanoseconds(seconds),
    binNs = nanoseconds(binMs / 1000)
  if (lengthNs < binNs || lengthNs % binNs !== 0) throw fail('snapshots/window-not-whole-bins', { setting, seconds, binMs })
  return lengthNs / binNs
}

/**
 * Windows by length and step, k = 0 … ⌊(B − length)/step⌋ for B whole bins in the recording.
 * @throws snapshots/window-not-whole-bins, snapshots/window-too-few-bins, snapshots/window-longer-than-recording,
 *   snapshots/too-many-windows
 * @source model spec 1.3
 */
export function windowsByLength(
  span: { startS: number; endS: number },
  { binMs, windowS, stepS }: { binMs: number; windowS: number; stepS: number },
): Windows {
  const lengthBins = wholeBins('windowS', windowS, binMs),
    stepBins = wholeBins('stepS', stepS, binMs)
  if (lengthBins < leastWindowBins) {
    throw fail('snapshots/window-too-few-bins', { binCount: lengthBins, needed: leastWindowBins })
  }
  const binCount = countBins({ ...span, binMs })
  if (lengthBins > binCount) {
    throw fail('snapshots/window-longer-than-recording', { windowS, durationS: span.endS - span.startS })
  }
  const windowCount = Math.floor((binCount - lengthBins) / stepBins) + 1
  if (windowCount > mostWindows) throw fail('snapshots/too-many-windows', { windowCount, limit: mostWindows })
  return { windowCount, lengthBins, stepBins }
}
