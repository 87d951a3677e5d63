import type { BehaviourPreview, EventMeaning } from '../../shared/domain/behaviour.ts'
import type { ImportAnswers, ImportSetting } from '../../shared/domain/inspection.ts'

/** Changes to answers; null takes one back. */
export type AnswerPatch = Record<string, string | number | null>

export function patched(answers: ImportAnswers, patch: AnswerPatch): ImportAnswers {
  const given = Object.entries({ ...answers, ...patch }).filter((entry): entry is [string, string | number] => entry[1] !== null)
  return Object.fromEntries(given)
}

/** What was found, with what was just answered shown at once: reading the files with it takes a while. */
export function answered<Found extends { settings: ImportSetting[] }>(found: Found, patch: AnswerPatch): Found {
  const settings = found.settings.map((setting) => {
    const value = patch[setting.name]
    return value === undefined || value === null ? setting : { ...setting, value, guessed: false }
  })
  return { ...found, settings }
}

/** The same for the meaning of a word. */
export function meant<Found extends { behaviour: BehaviourPreview | null }>(found: Found, word: string, meaning: EventMeaning): Found {
  if (found.behaviour === null) return found
  const words = found.behaviour.words.map((one) => (one.word === word ? { ...one, meaning, guessed: false } : one))
  return { ...found, behaviour: { ...found.behaviour, words } }
}
