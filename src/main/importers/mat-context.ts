import type { TimeUnit } from './columns.ts'
import { scalarOf, vectorLength, type MatValue, type MatVariables } from './mat-value.ts'

const rateWords = /^(fs|sr|fps|sf|rate|sample_?rate|sampling_?(rate|freq(uency)?)|frame_?rate)(_?hz)?$/i,
  durationWords = /^(duration|duration_?s|length_?s|recording_?length)$/i,
  unitWords = /^(unit|units|time_?unit)$/i,
  positionWords = /^(positions?(_?um)?|pos|coords?|xy|epos|loc(ation)?s?|channel_?positions)$/i,
  nameWords = /^(labels?|channel_?(names?|labels?|ids?)|names?|channels?|electrodes?)$/i
const deepest = 4

/** Values of a name, the nearest to the root first. */
function* valuesNamed(variables: MatVariables, name: RegExp, depth = 0): Generator<MatValue> {
  for (const [own, value] of variables) if (name.test(own)) yield value
  if (depth === deepest) return
  for (const value of variables.values()) {
    if (value.kind === 'struct' && value.elements.length === 1 && value.elements[0]) yield* valuesNamed(value.elements[0], name, depth + 1)
  }
}

const firstScalar = (variables: MatVariables, name: RegExp): number | null => {
  for (const value of valuesNamed(variables, name)) {
    const scalar = scalarOf(value)
    if (scalar !== null && Number.isFinite(scalar) && scalar > 0) return scalar
  }
  return null
}

/** Samples or frames a second, where the file says it. */
export const rateIn = (variables: MatVariables): number | null => firstScalar(variables, rateWords)

/** Seconds, where the file says how long the recording is. */
export const durationIn = (variables: MatVariables): number | null => firstScalar(variables, durationWords)

/** The unit of times: in the signal's name, or as the file says. */
export function unitIn(variables: MatVariables, path: string): TimeUnit | null {
  if (/_ms$|inMs$/.test(path)) return 'ms'
  if (/_(samples|frames)$/.test(path)) return 'samples'
  if (/_s$|_sec$/.test(path)) return 's'
  for (const value of valuesNamed(variables, unitWords)) {
    const word = value.kind === 'text' ? (value.rows[0] ?? '').trim().toLowerCase() : ''
    if (/^(s|sec|seconds?)$/.test(word)) return 's'
    if (/^(ms|milliseconds?)$/.test(word)) return 'ms'
    if (/^(us|µs|microseconds?)$/.test(word)) return 'us'
    if (/^(frames?|samples?)$/.test(word)) return 'samples'
  }
  return null
}

/** Positions of `count` channels in µm, [count, 2]; from count × 2 (or × 3), or the other way round. */
export function positionsIn(variables: MatVariables, count: number): Float64Array | null {
  for (const value of valuesNamed(variables, positionWords)) {
    if (value.kind !== 'numbers') continue
    const [rows = 0, columns = 0] = value.dims
    const at = rows === count && columns >= 2 && columns <= 3 ? (c: number, axis: number) => axis * rows + c : null
    const turned = columns === count && rows >= 2 && rows <= 3 ? (c: number, axis: number) => c * rows + axis : null
    const place = at ?? turned
    if (!place || value.data.length < 2 * count) continue
    return Float64Array.from({ length: 2 * count }, (_, k) => value.data[place(k >> 1, k & 1)] ?? NaN)
  }
  return null
}

/** Names of `count` channels: a list of texts, or of numbers that differ. */
export function channelNamesIn(variables: MatVariables, count: number): string[] | null {
  for (const value of valuesNamed(variables, nameWords)) {
    const names = namesOf(value)
    if (names?.length === count && names.every((name) => name !== '') && new Set(names).size === count) return names
  }
  return null
}

function namesOf(value: MatValue): string[] | null {
  if (value.kind === 'cell') return value.cells.map((cell) => (cell.kind === 'text' ? (cell.rows[0] ?? '').trim() : ''))
  if (value.kind === 'text') return value.rows.map((row) => row.trim())
  if (value.kind === 'numbers' && vectorLength(value) !== null) return [...value.data].map(String)
  return null
}
