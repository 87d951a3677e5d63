import { within } from './spike-train-times.ts'
import type { TrainTimes } from './spike-train-times.ts'

/** Numbers per channel and window, in this order; a model may read them in place of rows, and carry over to other arrays. */
export const nodeStatistics = ['log-rate', 'interval-cv', 'fano', 'mean-r', 'degree', 'active-share'] as const
export const nodeStatisticCount = nodeStatistics.length

const second = 1e9

/** Variance and mean from sums of whole numbers. */
const varianceOf = (count: number, sum: number, squares: number): number => Math.max(0, squares / count - (sum / count) ** 2)

/**
 * Coefficient of variation of the intervals between spikes: population SD over mean.
 * @param times ascending
 * @returns NaN with fewer than two intervals
 */
export function intervalCv(times: Float64Array): number {
  const count = times.length - 1
  if (count < 2) return NaN
  const mean = (times[count]! - times[0]!) / count
  let squares = 0
  for (let k = 0; k < count; k++) squares += (times[k + 1]! - times[k]! - mean) ** 2
  return mean > 0 ? Math.sqrt(squares / count) / mean : NaN
}

/**
 * Fano factor of counts in the whole seconds of a window: population variance over mean.
 * @param times nanoseconds, ascending, all in the window
 * @param startNs, endNs the window
 * @returns NaN without a spike in them, and of windows under two seconds
 */
export function fanoFactor(times: Float64Array, startNs: number, endNs: number): number {
  const seconds = Math.floor((endNs - startNs) / second)
  if (seconds < 2) return NaN
  let sum = 0,
    squares = 0,
    here = 0,
    nextNs = startNs + second
  const lastNs = startNs + seconds * second
  for (let k = 0; k < times.length && times[k]! < lastNs; k++) {
    if (times[k]! >= nextNs) {
      squares += here * here
      here = 0
      nextNs = startNs + (Math.floor((times[k]! - startNs) / second) + 1) * second
    }
    here++
    sum++
  }
  squares += here * here
  return sum > 0 ? varianceOf(seconds, sum, squares) / (sum / seconds) : NaN
}

/** CV and Fano factor of every channel in one window, [channelCount] each. */
export function trainStatistics(times: TrainTimes, startNs: number, endNs: number): { cv: Float32Array; fano: Float32Array } {
  const cv = new Float32Array(times.length),
    fano = new Float32Array(times.length)
  times.forEach((own, c) => {
    const here = within(own, startNs, endNs)
    cv[c] = intervalCv(here)
    fano[c] = fanoFactor(here, startNs, endNs)
  })
  return { cv, fano }
}

/** Mean |r| of every channel with the others, [channelCount]. */
export function meanStrengths(r: Float64Array, channelCount: number): Float32Array {
  const sums = new Float64Array(channelCount)
  for (let i = 0, pair = 0; i < channelCount; i++) {
    for (let j = i + 1; j < channelCount; j++, pair++) {
      const strength = Math.abs(r[pair]!)
      sums[i]! += strength
      sums[j]! += strength
    }
  }
  return Float32Array.from(sums, (sum) => sum / (channelCount - 1))
}
