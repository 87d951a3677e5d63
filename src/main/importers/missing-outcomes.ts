import type { ImportWarning } from '../../shared/domain/inspection.ts'
import type { TaskEvent, TaskEventKind } from '../../shared/domain/task-event.ts'
import { named, warning } from './checks.ts'
import { withMeanings, wordsOf, type Meanings } from './event-meanings.ts'

/** Outcomes themselves, and the kinds that a file can be about without them. */
const wanted: readonly TaskEventKind[] = ['hit', 'miss', 'rally-start', 'lap']

/**
 * A word about files of events none of which is a hit or a miss: a window then has no performance. Where intervals, laps or
 * rallies are what the files are about, or the person gave every word its meaning, there is nothing to say.
 * @param files events of each file, and all events and intervals of the recording with them
 * @source model spec 1.9
 */
export function missingOutcomes(
  files: readonly { file: string; taskEvents: readonly TaskEvent[] }[],
  { taskEvents, hasIntervals, meanings }: { taskEvents: readonly TaskEvent[]; hasIntervals: boolean; meanings: Meanings },
): ImportWarning[] {
  const kinds = new Set(withMeanings(taskEvents, meanings).map(({ kind }) => kind))
  if (hasIntervals || wanted.some((kind) => kinds.has(kind))) return []
  return files.flatMap(({ file, taskEvents: own }) => {
    const words = wordsOf(own, meanings)
    if (words.every(({ guessed }) => !guessed)) return []
    return [warning('no-outcomes', { file, words: named(words.map(({ word }) => word)) })]
  })
}
