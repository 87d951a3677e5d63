import { isoDateOf } from './written-date.ts'

/** What people call a session by, as it stands in names of files, and the word for it. */
const conditions: Record<string, readonly string[]> = {
  control: ['control', 'ctrl', 'ctl'],
  baseline: ['baseline', 'base'],
  rest: ['rest', 'resting'],
  play: ['play', 'game', 'gameplay', 'pong'],
  spontaneous: ['spontaneous', 'spont'],
  stimulation: ['stimulation', 'stim', 'stimulated'],
  washout: ['washout', 'wash'],
  bicuculline: ['bicuculline', 'bic'],
  TTX: ['ttx'],
  sham: ['sham'],
}
const datePatterns = [
  /(?<!\d)((?:19|20)\d\d[-_.]\d{1,2}[-_.]\d{1,2})(?!\d)/,
  /(?<!\d)(\d{1,2}[-_ ]?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-_ ]?(?:20\d\d|\d\d))(?!\d)/i,
  /(?<!\d)((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)/,
]

/**
 * Date and condition as far as a file's name tells them; '' where it does not, or where it names two.
 * @param name without folders: `Maccione2014_P11_14May12_spont_day1.h5` gives 2012-05-14 and spontaneous
 */
export function guessFromName(name: string): { recordedOn: string; condition: string } {
  const written = datePatterns.flatMap((pattern) => pattern.exec(name)?.[1] ?? [])[0] ?? ''
  const spread = /^\d{8}$/.test(written) ? `${written.slice(0, 4)}-${written.slice(4, 6)}-${written.slice(6)}` : written
  const words = name.toLowerCase().split(/[^a-z]+/),
    found = Object.keys(conditions).filter((condition) => conditions[condition]?.some((word) => words.includes(word)))
  const age = /(?<![a-z])div[ _-]?(\d{1,3})(?!\d)/i.exec(name)?.[1]
  const [condition = age === undefined ? '' : `DIV ${age}`, another] = found
  return { recordedOn: isoDateOf(spread, true) ?? '', condition: another === undefined ? condition : '' }
}
