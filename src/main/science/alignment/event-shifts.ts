import type { TaskEvent } from '../../../shared/domain/task-event.ts'
import type { Draw } from '../draws.ts'

/** Hits and misses from the start of the recording, ascending, and how long it is. */
export type Plays = { hitsS: Float64Array; missesS: Float64Array; durationS: number }

/** @param events in any order; those outside of the recording do not count */
export function playsOf(events: readonly TaskEvent[], { startS, endS }: { startS: number; endS: number }): Plays {
  const times = (kind: TaskEvent['kind']): Float64Array =>
    Float64Array.from(
      events.filter((event) => event.kind === kind && event.timeS >= startS && event.timeS < endS),
      ({ timeS }) => timeS - startS,
    ).sort()
  return { hitsS: times('hit'), missesS: times('miss'), durationS: endS - startS }
}

/** From the start of the recording, [windowCount]. */
export type WindowTimes = { startS: Float64Array; endS: Float64Array }

/**
 * Hit ratio of each window once the event train is turned by `shiftS` around the recording.
 * @returns [windowCount], NaN in a window without hits and misses
 * @source model spec 1.9, 7.4
 */
export function shiftedHitRatios({ hitsS, missesS, durationS }: Plays, { startS, endS }: WindowTimes, shiftS: number): Float64Array {
  const ratios = new Float64Array(startS.length)
  for (let t = 0; t < ratios.length; t++) {
    const from = startS[t]! - shiftS,
      to = endS[t]! - shiftS
    const hitCount = countTurned(hitsS, durationS, from, to),
      missCount = countTurned(missesS, durationS, from, to)
    ratios[t] = hitCount / (hitCount + missCount)
  }
  return ratios
}

/** The hit ratios of so many event trains, each turned by a shift of its own, uniform over the recording, 0 included. */
export const shiftedTrains = (plays: Plays, windows: WindowTimes, count: number, uniform: Draw): Float64Array[] =>
  Array.from({ length: count }, () => shiftedHitRatios(plays, windows, uniform() * plays.durationS))

/** How many of the times, repeated every `periodS`, lie in [from, to); −periodS ≤ from. */
function countTurned(timesS: Float64Array, periodS: number, from: number, to: number): number {
  if (from >= 0) return firstNotBefore(timesS, to) - firstNotBefore(timesS, from)
  if (to <= 0) return firstNotBefore(timesS, to + periodS) - firstNotBefore(timesS, from + periodS)
  return timesS.length - firstNotBefore(timesS, from + periodS) + firstNotBefore(timesS, to)
}

function firstNotBefore(timesS: Float64Array, timeS: number): number {
  let low = 0,
    high = timesS.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (timesS[middle]! < timeS) low = middle + 1
    else high = middle
  }
  return low
}
