import { fail } from '../../shared/contract/errors.ts'
import type { Interval } from '../../shared/domain/interval.ts'
import { countBins, nanoseconds } from './bins.ts'

/** Windows of equal length: window k covers bins [k·stepBins, k·stepBins + lengthBins). */
export type Windows = { windowCount: number; lengthBins: number; stepBins: number }

/** One window: the bins [firstBin, firstBin + binCount). */
export type WindowBins = { firstBin: number; binCount: number }

/** The windows of a recording in the order of time; `sliding` where they are equally long and spaced, and share samples. */
export type WindowPlan = {
  spans: readonly (WindowBins & { label: string | null })[]
  sliding: Windows | null
  /** intervals that are too short to be windows */
  dropped: Interval[]
}

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

/** The same windows one by one. */
export function slidingPlan(windows: Windows): WindowPlan {
  const { windowCount, lengthBins, stepBins } = windows
  return {
    spans: Array.from({ length: windowCount }, (_, k) => ({ firstBin: k * stepBins, binCount: lengthBins, label: null })),
    sliding: windows,
    dropped: [],
  }
}

/**
 * One window per labelled interval, on the original time line: the bins that lie wholly inside it. Intervals with fewer than
 * 20 of them are dropped and listed.
 * @param intervals on the clock of the span
 * @param labels null: of every label
 * @returns dropped intervals from the start of the span
 * @throws snapshots/no-intervals, snapshots/intervals-too-short, snapshots/too-many-windows
 * @source model spec 1.3
 */
export function windowsByInterval(
  intervals: readonly Interval[],
  labels: readonly string[] | null,
  span: { startS: number; endS: number; binMs: number },
): WindowPlan {
  const chosen = intervals.filter(({ label }) => labels === null || labels.includes(label)).toSorted((a, b) => a.startS - b.startS)
  if (chosen.length === 0) throw fail('snapshots/no-intervals', { labels: labels?.join(', ') ?? '' })
  const binNs = nanoseconds(span.binMs / 1000),
    binCount = countBins(span),
    spans: WindowPlan['spans'][number][] = [],
    dropped: Interval[] = []
  for (const { startS, endS, label } of chosen) {
    const firstBin = Math.max(0, Math.ceil(nanoseconds(startS - span.startS) / binNs)),
      endBin = Math.min(binCount, Math.floor(nanoseconds(endS - span.startS) / binNs))
    if (endBin - firstBin >= leastWindowBins) spans.push({ firstBin, binCount: endBin - firstBin, label })
    else dropped.push({ startS: startS - span.startS, endS: endS - span.startS, label })
  }
  if (spans.length === 0) {
    throw fail('snapshots/intervals-too-short', {
      count: chosen.length,
      needed: leastWindowBins,
      leastS: (leastWindowBins * span.binMs) / 1000,
    })
  }
  if (spans.length > mostWindows) throw fail('snapshots/too-many-windows', { windowCount: spans.length, limit: mostWindows })
  return { spans, sliding: null, dropped }
}
