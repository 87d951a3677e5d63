import type { ImportAnswers } from '../../shared/domain/inspection.ts'
import { findColumn, findTimeColumn, findTrialColumn, timeUnitOf } from './columns.ts'
import { toNumber } from './table-cells.ts'
import type { TableShape } from './table-shape.ts'

/** What people call the column that says how a trial ended, and their words for its two ends; the likeliest first. */
const outcomes = [
  'feedbacktype',
  'feedback',
  'outcome',
  'correct',
  'iscorrect',
  'rewarded',
  'success',
  'hit',
  'ishit',
  'response',
  'reward',
]
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

/** Answers a table of trials suggests: a column that tells how each ended, and the time at which that is known; null for another table. */
export function trialAnswers(shape: TableShape): ImportAnswers | null {
  const { columns, hasHeader } = shape
  if (!hasHeader) return null
  const times = momentColumns(shape).map((column) => columns[column] ?? '')
  if (times.length === 0) return null
  const time = times.find((name) => momentsOfOutcome.test(squeeze(name))) ?? times[0] ?? ''
  for (const outcome of outcomes) {
    const at = columns.findIndex((name) => squeeze(name) === outcome)
    if (at >= 0 && outcomeWords(shape, at) !== null) return { time, kind: columns[at] ?? '' }
  }
  const kind = findColumn(columns, 'kind')
  return kind < 0 ? null : { time, kind: columns[kind] ?? '' }
}

/** Columns of moments, such as `stimOn_times`: named so, not as spikes are, and from row to row later. Lengths of time go up and down. */
function momentColumns(shape: TableShape): number[] {
  return [...shape.columns.entries()].flatMap(([column, name]) =>
    /(time|times|onset)$/.test(word(name)) && findTimeColumn([name]) < 0 && isAscending(numbersIn(shape, column)) ? [column] : [],
  )
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

/**
 * Whether every row is a trial: by moments and how it ended, by a start and an end, or by a column that counts trials; without names
 * by columns of moments. Such a table names every row once, as a layout does its channels.
 */
export function isTrialTable(shape: TableShape): boolean {
  const { columns, hasHeader } = shape
  if (!hasHeader) return trialTimes(shape) !== null
  const channel = findColumn(columns, 'channel')
  if (channel >= 0 && !namesRows(shape, channel)) return false
  const trial = findTrialColumn(columns)
  const counts = trial >= 0 && findTimeColumn(columns) < 0 && channel < 0 && namesRows(shape, trial)
  return counts || trialAnswers(shape) !== null || intervalColumns(shape) !== null
}

const fewestRows = 5
const fewWords = 12

/**
 * In a table of trials without names the column of the earliest moments; null of another table. Moments come at uneven steps, and what
 * stands beside them is a later moment before the next trial, or how the trial ended. Places of electrodes are never so: along the
 * diagonal, or all in two columns of them, they are even.
 */
export function trialTimes(shape: TableShape): number | null {
  if (shape.hasHeader || shape.sample.length < fewestRows) return null
  const [counted = 0] = shape.columns.flatMap((_, column) => (isRowNumber(numbersIn(shape, column)) ? [column + 1] : []))
  if (counted > 1) return null
  const times = numbersIn(shape, counted)
  const beside = numbersIn(shape, counted + 1)
  if (beside.length !== shape.sample.length || times.length !== beside.length) return null
  if (!times.every((value, r) => r === 0 || value > times[r - 1]!) || isEven(times)) return null
  const isLater = beside.every((value, r) => value >= times[r]! && value <= (times[r + 1] ?? Infinity))
  return isLater || (counted === 1 && isOutcome(beside)) ? counted : null
}

/** Words for how a trial ended are few and small; places are micrometres. */
const isOutcome = (values: number[]): boolean => values.every((value) => Number.isInteger(value) && Math.abs(value) <= fewWords)
const isRowNumber = (values: number[]): boolean => values.length > 0 && values.every((value, r) => value === values[0]! + r)
const isAscending = (values: number[]): boolean =>
  values.length > 0 &&
  values.at(-1)! > values[0]! &&
  values.filter((value, r) => r > 0 && value < values[r - 1]!).length <= values.length / 20

/** Whether half of the steps are as long as one of them, as those between electrodes are. */
function isEven(values: number[]): boolean {
  const steps = Map.groupBy(
    values.slice(1).map((value, r) => (value - values[r]!).toPrecision(4)),
    (step) => step,
  )
  return Math.max(...[...steps.values()].map((alike) => alike.length)) >= (values.length - 1) / 2
}

/** A column whose numbers are all different names rows. */
function namesRows({ sample }: TableShape, column: number): boolean {
  const cells = sample.map((row) => row[column] ?? '')
  return cells.length >= fewestRows && new Set(cells).size === cells.length
}

function numbersIn({ sample, decimal }: TableShape, column: number): number[] {
  return sample.map((row) => toNumber(row[column] ?? '', decimal)).filter((value) => !Number.isNaN(value))
}
