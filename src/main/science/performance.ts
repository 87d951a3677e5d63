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
  return windows.map(({ startS, endS }) => {
    const within = ({ timeS }: { timeS: number }): boolean => timeS >= startS && timeS < endS
    const count = (kind: TaskEvent['kind']): number => events.reduce((sum, event) => sum + Number(event.kind === kind && within(event)), 0)
    const hitCount = count('hit'), missCount = count('miss'), played = hitCount + missCount
    const lengths = rallies.filter(within).map(({ hitCount: length }) => length)
    return {
      hitCount, missCount,
      hitRatio: played > 0 ? hitCount / played : null,
      hitMissRatio: played > 0 ? hitCount / Math.max(missCount, 0.5) : null,
      meanRally: lengths.length > 0 ? lengths.reduce((sum, length) => sum + length, 0) / lengths.length : null,
      longestRally: lengths.length > 0 ? Math.max(...lengths) : null,
    }
  })
}

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
