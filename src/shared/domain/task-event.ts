import { z } from 'zod'

export const taskEventKinds = ['hit', 'miss', 'rally-start', 'stimulus', 'lap', 'custom'] as const
export const taskEventKind = z.enum(taskEventKinds)
export type TaskEventKind = z.infer<typeof taskEventKind>

/** Something of the task, on the recording's own clock; `label` is the file's word for it. */
export const taskEvent = z.object({ timeS: z.number(), kind: taskEventKind, label: z.string(), value: z.number().nullable() })
export type TaskEvent = z.infer<typeof taskEvent>

/** How many events there are by kind; custom ones by their label. */
export const taskEventCounts = z.record(z.string(), z.int())

export function countTaskEvents(events: readonly TaskEvent[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { kind, label } of events) {
    const name = kind === 'custom' ? label : kind
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** How well the task went in one window (model spec 1.9); what has no event to speak of is null. */
export const performance = z.object({
  hitCount: z.int(),
  missCount: z.int(),
  hitRatio: z.number().nullable(),
  hitMissRatio: z.number().nullable(),
  /** hits before a miss, over the misses of the window */
  meanRally: z.number().nullable(),
  longestRally: z.int().nullable(),
})
export type Performance = z.infer<typeof performance>
