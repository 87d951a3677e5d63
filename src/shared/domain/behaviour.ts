import { z } from 'zod'
import { float64 } from './numbers.ts'

/** What a word of a file can mean; `lick` and `reward`, where a person says so, become the event's name; `other` keeps the file's own. */
export const eventMeanings = ['hit', 'miss', 'rally-start', 'stimulus', 'lick', 'reward', 'lap', 'other', 'left-out'] as const
export const eventMeaning = z.enum(eventMeanings)
export type EventMeaning = z.infer<typeof eventMeaning>

/** The setting that lists a meaning's words, with commas between. */
export const meaningSettings = {
  hit: 'hit',
  miss: 'miss',
  'rally-start': 'rally',
  stimulus: 'stimulus',
  lick: 'lick',
  reward: 'reward',
  lap: 'lap',
  other: 'other',
  'left-out': 'leftOut',
} as const satisfies Record<EventMeaning, string>

/** Words listed in a setting with commas between; a comma of a word itself stands after a backslash. */
export function wordsIn(list: string | number): string[] {
  return String(list)
    .split(/(?<!\\),/)
    .map((word) => word.replaceAll('\\,', ',').trim())
    .filter((word) => word !== '')
}

/** The settings that change when one word gets another meaning, the others keeping what was said of them; null: nothing is said any more. */
export function withMeaning(
  answers: Readonly<Record<string, string | number>>,
  changed: { word: string; meaning: EventMeaning },
): Record<string, string | null> {
  return Object.fromEntries(
    eventMeanings.map((meaning) => {
      const others = wordsIn(answers[meaningSettings[meaning]] ?? '').filter((word) => word !== changed.word)
      const words = meaning === changed.meaning ? [...others, changed.word] : others
      return [meaningSettings[meaning], words.length > 0 ? words.map((word) => word.replaceAll(',', '\\,')).join(',') : null]
    }),
  )
}

/** How two clocks were joined: time there = offset + time here, stretched by the drift. */
export const clockJoin = z.object({
  /** at the first shared event */
  offsetS: z.number(),
  /** how much faster the recording's clock runs; null with one shared event */
  driftPpm: z.number().nullable(),
  /** root mean square of what the line leaves; null with one shared event */
  residualMs: z.number().nullable(),
  pairCount: z.int(),
  hereCount: z.int(),
  thereCount: z.int(),
})
export type ClockJoin = z.infer<typeof clockJoin>

const namedEvents = z.array(z.object({ name: z.string(), count: z.int(), firstS: z.number() }))

/** Events, intervals and a position trace as an import would keep them, and what they were made of. */
export const behaviourPreview = z.object({
  /** the table of events, for choosing its columns by example */
  table: z.object({ file: z.string(), columns: z.array(z.string()), rows: z.array(z.array(z.string())) }).nullable(),
  /** every word for what happened, the commonest first */
  words: z.array(z.object({ word: z.string(), count: z.int(), meaning: eventMeaning, guessed: z.boolean() })),
  /** events by name on the recording's clock, at most 2,000 of each */
  times: z.array(z.object({ name: z.string(), count: z.int(), timesS: float64 })),
  /** of files with a clock of their own: events in them, events of the recording's file, and how many fall inside the recording */
  clock: z
    .object({
      here: namedEvents,
      there: namedEvents,
      joined: clockJoin.nullable(),
      total: z.int(),
      insideBefore: z.int(),
      insideAfter: z.int(),
    })
    .nullable(),
  /** where the animal was, thinned; [samples] each, on the file's own clock */
  track: z.object({ file: z.string(), unit: z.string(), timesS: float64, x: float64, y: float64 }).nullable(),
})
export type BehaviourPreview = z.infer<typeof behaviourPreview>
