import type { ImportAnswers } from '../../shared/domain/inspection.ts'
import { timeUnitOf } from './columns.ts'
import type { TableShape } from './table.ts'

/** What people call the column that says how a trial ended, and their words for its two ends; the likeliest first. */
const outcomes = ['feedbacktype', 'feedback', 'outcome', 'correct', 'iscorrect', 'rewarded', 'success', 'hit', 'ishit', 'response']
const ends: [hit: string, miss: string][] = [
  ['1', '-1'],
  ['1', '0'],
  ['true', 'false'],
]
/** When a trial ended rather than began: that is when it was a hit or a miss. */
const momentsOfOutcome = /feedback|outcome|reward|response|choice|stop|end/
const starts = /^(trial|lap|visit|interval|epoch)?(start|begin|onset|from)(time|s)?$/
const stops = /^(trial|lap|visit|interval|epoch)?(stop|end|offset|finish|to)(time|s)?$/

const squeeze = (name: string): string => name.toLowerCase().replace(/[\s_.-]+/g, '')
/** `start_ms` is start in ms: units are read elsewhere. */
const word = (name: string): string => squeeze(timeUnitOf(name) === null ? name : name.replace(/[\s_.([-]+[^\s_.([-]+[)\]]?\s*$/, ''))

/** Answers a table of trials suggests: a column with two outcomes, and the time at which each is known; null for another table. */
export function trialAnswers(shape: TableShape): ImportAnswers | null {
  const { columns, hasHeader } = shape
  if (!hasHeader) return null
  const times = columns.filter((name) => /(time|times|onset)$/.test(word(name)) && word(name) !== 'time')
  for (const outcome of outcomes) {
    const at = columns.findIndex((name) => squeeze(name) === outcome)
    if (at < 0 || times.length === 0 || outcomeWords(shape, at) === null) continue
    const time = times.find((name) => momentsOfOutcome.test(squeeze(name))) ?? times[0] ?? ''
    return { time, kind: columns[at] ?? '' }
  }
  return null
}

/** The words for hit and miss in a column that people name after outcomes; null of another. */
export function outcomeWords({ columns, sample }: TableShape, column: number): { hit: string; miss: string } | null {
  if (!outcomes.includes(squeeze(columns[column] ?? ''))) return null
  const found = new Set(sample.map((row) => (row[column] ?? '').trim().toLowerCase().replace(/\.0+$/, '')))
  const pair = ends.find((both) => [...found].every((value) => both.includes(value)))
  return pair ? { hit: pair[0], miss: pair[1] } : null
}

/** Columns of a table whose rows are intervals; `label` is −1 without a column that names them. */
export function intervalColumns({ columns, hasHeader }: TableShape): { start: number; stop: number; label: number } | null {
  if (!hasHeader) return null
  const start = columns.findIndex((name) => starts.test(word(name)))
  const stop = columns.findIndex((name) => stops.test(word(name)))
  if (start < 0 || stop < 0) return null
  return { start, stop, label: columns.findIndex((name) => ['label', 'name', 'kind', 'type', 'tag', 'condition'].includes(squeeze(name))) }
}
