import type { Performance, TaskEvent } from '../../shared/domain/task-event.ts'

/**
 * Performance of each window from the events with start ≤ time < end. A rally is the hits before a miss, or since the
 * rally's start where it is told; it belongs to the window of its miss, also when it began before.
 * @param events in ascending order of time
 * @param windows in any order, on the clock of the events
 * @returns one per window; null where the window has no event to say it of: missing, not zero
 * @source model spec 1.9
 */
export function windowPerformance(events: readonly TaskEvent[], windows: readonly { startS: number; endS: number }[]): Performance[] {
  const rallies = ralliesOf(events)
  return windows.map((window) => {
    const inside = within(events, window),
      lengths = within(rallies, window).map(({ hitCount }) => hitCount)
    const hitCount = countOf(inside, 'hit'),
      missCount = countOf(inside, 'miss'),
      played = hitCount + missCount
    return {
      hitCount,
      missCount,
      hitRatio: played > 0 ? hitCount / played : null,
      hitMissRatio: played > 0 ? hitCount / Math.max(missCount, 0.5) : null,
      meanRally: lengths.length > 0 ? lengths.reduce((sum, length) => sum + length, 0) / lengths.length : null,
      longestRally: lengths.length > 0 ? lengths.reduce((most, length) => Math.max(most, length)) : null,
    }
  })
}

/** Each rally at the time of its miss. */
function ralliesOf(events: readonly TaskEvent[]): { timeS: number; hitCount: number }[] {
  const rallies: { timeS: number; hitCount: number }[] = []
  let hitCount = 0
  for (const { timeS, kind } of events) {
    if (kind === 'hit') hitCount++
    if (kind === 'miss') rallies.push({ timeS, hitCount })
    if (kind === 'miss' || kind === 'rally-start') hitCount = 0
  }
  return rallies
}

/** What happened in [startS, endS), out of a list in ascending order of time. */
function within<Timed extends { timeS: number }>(all: readonly Timed[], { startS, endS }: { startS: number; endS: number }): Timed[] {
  return all.slice(firstNotBefore(all, startS), firstNotBefore(all, endS))
}

function firstNotBefore(all: readonly { timeS: number }[], timeS: number): number {
  let low = 0,
    high = all.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (all[middle]!.timeS < timeS) low = middle + 1
    else high = middle
  }
  return low
}

const countOf = (events: readonly TaskEvent[], kind: TaskEvent['kind']): number =>
  events.reduce((sum, event) => sum + Number(event.kind === kind), 0)
