import { correctedP } from '../multiple-testing.ts'
import type { Draw } from '../draws.ts'
import { shiftTestOf, type PerformanceNull } from './performance-correlation.ts'

const resamples = 500
/** How many of the best and of the worst windows are set against each other. @source model spec 7.4, 5 */
const extremeWindows = 3

/** A number of every channel in every window, [windowCount, channelCount], NaN where there is none. */
export type WindowMap = { data: Float32Array; windowCount: number; channelCount: number }

/** Of one channel in every window, [windowCount]. */
const columnOf = ({ data, windowCount, channelCount }: WindowMap, channel: number): Float64Array =>
  Float64Array.from({ length: windowCount }, (_, t) => data[t * channelCount + channel]!)

/**
 * Performance correlation b_i of every channel score with the hit ratio, its p against turned event trains and its q in the
 * map.
 * @returns [channelCount] each; NaN where fewer than 8 windows have a score and events
 * @source model spec 7.1, 7.2
 */
export function performanceMap(level: WindowMap, performance: PerformanceNull, interrupt: () => void) {
  const b = new Float32Array(level.channelCount).fill(NaN),
    p = new Float64Array(level.channelCount).fill(NaN)
  for (let c = 0; c < level.channelCount; c++) {
    interrupt()
    const test = shiftTestOf(columnOf(level, c), performance)
    b[c] = test.rho
    p[c] = test.p
  }
  return { b, p: Float32Array.from(p), q: Float32Array.from(correctedP(p)) }
}

/**
 * Standard error of each channel's mean over windows that overlap: blocks of consecutive windows are drawn anew.
 * @param blockWindows windows in a block; longer than any stretch of windows that share samples
 * @returns [channelCount]; NaN where there are not two blocks
 * @source model spec 7.2
 */
export function blockStandardError(level: WindowMap, blockWindows: number, uniform: Draw): Float32Array {
  const { data, windowCount, channelCount } = level,
    starts = windowCount - blockWindows + 1,
    errors = new Float32Array(channelCount).fill(NaN)
  if (starts < 2) return errors
  const sums = new Float64Array(channelCount),
    counts = new Float64Array(channelCount),
    total = new Float64Array(channelCount),
    squares = new Float64Array(channelCount),
    drawn = new Float64Array(channelCount)
  for (let k = 0; k < resamples; k++) {
    sums.fill(0)
    counts.fill(0)
    for (let taken = 0; taken < windowCount;) {
      const start = Math.floor(uniform() * starts)
      for (let t = start; t < start + blockWindows && taken < windowCount; t++, taken++) {
        for (let c = 0, at = t * channelCount; c < channelCount; c++, at++) {
          const value = data[at]!
          if (Number.isNaN(value)) continue
          sums[c]! += value
          counts[c]!++
        }
      }
    }
    for (let c = 0; c < channelCount; c++) {
      if (counts[c] === 0) continue
      const mean = sums[c]! / counts[c]!
      total[c]! += mean
      squares[c]! += mean * mean
      drawn[c]!++
    }
  }
  for (let c = 0; c < channelCount; c++) {
    if (drawn[c]! < 2) continue
    const mean = total[c]! / drawn[c]!
    errors[c] = Math.sqrt(Math.max(0, (squares[c]! - drawn[c]! * mean * mean) / (drawn[c]! - 1)))
  }
  return errors
}

/**
 * How many windows a block needs so that what is left and right of it shares no samples: ⌈length/step⌉ + 1 where windows
 * are of one length and step.
 * @source model spec 7.2
 */
export function blockLength(startS: Float64Array, endS: Float64Array): number {
  let longest = 1
  for (let t = 0; t < startS.length; t++) {
    let reached = t + 1
    while (reached < startS.length && startS[reached]! < endS[t]!) reached++
    longest = Math.max(longest, reached - t)
  }
  return longest + 1
}

/** Mean of every channel in the best three windows less that in the worst three, [channelCount]; NaN where a side has none. */
export function highMinusLow(level: WindowMap, hitRatio: Float64Array): Float32Array {
  const ranked = Array.from(hitRatio.keys())
    .filter((t) => !Number.isNaN(hitRatio[t]!))
    .sort((a, b) => hitRatio[a]! - hitRatio[b]! || a - b)
  if (ranked.length < 2 * extremeWindows) return new Float32Array(level.channelCount).fill(NaN)
  const mean = (windows: number[], c: number): number => {
    const values = windows.map((t) => level.data[t * level.channelCount + c]!).filter((value) => !Number.isNaN(value))
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  const high = ranked.slice(-extremeWindows),
    low = ranked.slice(0, extremeWindows)
  return Float32Array.from({ length: level.channelCount }, (_, c) => mean(high, c) - mean(low, c))
}

/** Standard error of each channel's mean over seeds, [channelCount]; NaN with fewer than two. */
export function seedStandardError(meanLevels: readonly Float32Array[]): Float32Array {
  const channelCount = meanLevels[0]?.length ?? 0
  return Float32Array.from({ length: channelCount }, (_, c) => {
    const values = meanLevels.map((levels) => levels[c]!).filter((value) => !Number.isNaN(value))
    if (values.length < 2) return NaN
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) / values.length)
  })
}
