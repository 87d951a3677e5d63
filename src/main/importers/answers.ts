import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting } from '../../shared/domain/inspection.ts'

/** @throws import/setting-unknown for an answer to a question nobody asked */
export function refuseUnknownAnswers(answers: ImportAnswers, settings: readonly string[]): void {
  for (const setting of Object.keys(answers)) {
    if (!settings.includes(setting)) throw fail('import/setting-unknown', { setting, settings: settings.join(', ') })
  }
}

/**
 * A number a person gave, also as text (the command line knows nothing else); null without an answer.
 * @throws import/setting-refused
 */
export function numberAnswer(answers: ImportAnswers, name: string, min = -Infinity): number | null {
  const given = answers[name]
  if (given === undefined || given === '') return null
  const value = typeof given === 'number' ? given : Number(given.trim().replace(',', '.'))
  if (!Number.isFinite(value) || value <= min) {
    throw fail('import/setting-refused', { setting: name, value: String(given), expected: min === -Infinity ? '0, 12.5, …' : `> ${min}` })
  }
  return value
}

/**
 * One of several words; null without an answer.
 * @throws import/setting-refused
 */
export function choiceAnswer<Option extends string>(answers: ImportAnswers, name: string, options: readonly Option[]): Option | null {
  const given = answers[name]
  if (given === undefined || given === '') return null
  const wanted = String(given).trim().toLowerCase()
  const found = options.find((option) => option === given) ?? options.find((option) => option.trim().toLowerCase() === wanted)
  if (found === undefined) throw fail('import/setting-refused', { setting: name, value: String(given), expected: options.join(', ') })
  return found
}

/** A setting as the wizard shows it. */
export function choiceSetting(
  name: string,
  value: string | null,
  { options, guessed }: { options: readonly string[]; guessed: boolean },
): ImportSetting {
  return { name, kind: 'choice', value, guessed, options: [...options], unit: null }
}

/** A setting as the wizard shows it. */
export function numberSetting(name: string, value: number | null, { unit, guessed }: { unit: string; guessed: boolean }): ImportSetting {
  return { name, kind: 'number', value, guessed, options: [], unit }
}
