import { z } from 'zod'

/** A stretch of a recording with a name: a trial, a lap, a visit; on the recording's own clock, [startS, endS). */
export const interval = z.object({ startS: z.number(), endS: z.number(), label: z.string() })
export type Interval = z.infer<typeof interval>

/** How many intervals there are by label. */
export const intervalCounts = z.record(z.string(), z.int())

export function countIntervals(intervals: readonly Interval[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { label } of intervals) counts[label] = (counts[label] ?? 0) + 1
  return counts
}
