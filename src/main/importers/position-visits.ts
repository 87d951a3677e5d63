import type { Interval } from '../../shared/domain/interval.ts'

export type Track = {
  /** [S], not descending */
  timesS: Float64Array
  /** [S], place along the track in any unit; NaN where it was lost */
  along: Float64Array
}

/** Two clicks: where the track begins and ends in the units of `along`, and how long it and its end zones are in metres. */
export type Ends = { endA: number; endB: number; length: number; zone: number }

/**
 * Visits to the two ends of a track, in order of time: the longest runs of samples inside [0, zone) and [length − zone, length].
 * A sample lasts until the next one; beyond an end counts as at it. Leaving and coming back makes two visits.
 * @source model spec 1.3
 */
export function zoneVisits({ timesS, along }: Track, { endA, endB, length, zone }: Ends): Interval[] {
  const visits: Interval[] = []
  if (endA === endB || !(length > 0) || !(zone > 0)) return visits
  const zoneOf = (place: number): 'A' | 'B' | null => {
    const metres = ((place - endA) / (endB - endA)) * length
    if (metres < zone) return 'A'
    return metres >= length - zone ? 'B' : null
  }
  let inside: Interval | null = null
  along.forEach((place, s) => {
    const label = zoneOf(place)
    if (inside && inside.label === label) return
    if (inside) inside.endS = timesS[s]!
    inside = label === null ? null : { label, startS: timesS[s]!, endS: timesS.at(-1)! }
    if (inside) visits.push(inside)
  })
  return visits.filter(({ startS, endS }) => endS > startS)
}
