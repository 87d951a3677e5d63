import { eventMeanings, meaningSettings, wordsIn, type BehaviourPreview, type EventMeaning } from '../../shared/domain/behaviour.ts'
import type { ImportAnswers } from '../../shared/domain/inspection.ts'
import type { TaskEvent, TaskEventKind } from '../../shared/domain/task-event.ts'
import { tidyLabel } from './labels.ts'

/** Words as people write them; compared without case, blanks and signs between words. */
const meaningWords: Partial<Record<EventMeaning, string[]>> = {
  hit: ['hit', 'hits', 'success', 'correct', 'treffer', '命中', '击中'],
  miss: ['miss', 'misses', 'missed', 'failure', 'fail', 'error', 'incorrect', 'fehler', '失误', '未命中'],
  'rally-start': ['rallystart', 'startofrally', 'rally', 'serve', '回合开始'],
  stimulus: ['stimulus', 'stim', 'stimulation', 'reiz', '刺激'],
  lick: ['lick', 'licks', 'licking', '舔', '舔水'],
  reward: ['reward', 'rewards', 'belohnung', '奖励'],
  lap: ['lap', 'laps', 'lapstart', 'runde'],
}

export const meaningSettingNames: readonly string[] = Object.values(meaningSettings)

const squeeze = (word: string): string => word.toLowerCase().replace(/[\s_.-]+/g, '')
const guesses = new Map(
  Object.entries(meaningWords).flatMap(([meaning, words]) => words.map((word) => [squeeze(word), meaning as EventMeaning] as const)),
)

/** The meaning the person gave a word; the words are taken as they stand: −1 is not 1. */
function saidMeanings(answers: ImportAnswers): Map<string, EventMeaning> {
  const said = new Map<string, EventMeaning>()
  for (const meaning of eventMeanings) {
    for (const word of wordsIn(answers[meaningSettings[meaning]] ?? '')) said.set(tidyLabel(word).toLowerCase(), meaning)
  }
  return said
}

const isKind = (meaning: EventMeaning): meaning is Exclude<EventMeaning, 'lick' | 'reward' | 'other' | 'left-out'> =>
  !['lick', 'reward', 'other', 'left-out'].includes(meaning)
const kindOf = (meaning: EventMeaning): TaskEventKind => (isKind(meaning) ? meaning : 'custom')

/** What a word of the file means: as the person says, else as people write it. */
export function kindsBy(answers: ImportAnswers): (label: string) => TaskEventKind {
  const said = saidMeanings(answers)
  return (label) => kindOf(said.get(label.toLowerCase()) ?? guesses.get(squeeze(label)) ?? 'other')
}

/** Meanings of the words of some events: what the person said, what the format knew, what the word itself says. */
export type Meanings = (event: TaskEvent) => { meaning: EventMeaning; guessed: boolean }

export function meaningsBy(answers: ImportAnswers): Meanings {
  const said = saidMeanings(answers)
  return ({ kind, label }) => {
    const given = said.get(label.toLowerCase())
    if (given !== undefined) return { meaning: given, guessed: false }
    return { meaning: kind !== 'custom' ? kind : (guesses.get(squeeze(label)) ?? 'other'), guessed: true }
  }
}

/** Events as they mean; what is to be left out is gone. */
export function withMeanings(events: readonly TaskEvent[], meanings: Meanings): TaskEvent[] {
  return events.flatMap((event) => {
    const { meaning, guessed } = meanings(event)
    if (meaning === 'left-out') return []
    // What nobody said keeps the file's word.
    const isRenamed = !guessed && (meaning === 'lick' || meaning === 'reward')
    return { ...event, kind: kindOf(meaning), label: isRenamed ? meaning : event.label }
  })
}

const mostWords = 200

/** The words of some events with their counts, the commonest first. */
export function wordsOf(events: readonly TaskEvent[], meanings: Meanings): BehaviourPreview['words'] {
  const words = new Map<string, BehaviourPreview['words'][number]>()
  for (const event of events) {
    const known = words.get(event.label)
    if (known) known.count += 1
    else words.set(event.label, { word: event.label, count: 1, ...meanings(event) })
  }
  return [...words.values()].toSorted((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1)).slice(0, mostWords)
}
