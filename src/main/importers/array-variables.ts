import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting, ImportWarning } from '../../shared/domain/inspection.ts'
import { choiceSetting } from './answers.ts'
import { named, warning } from './checks.ts'

/** A variable of a file; numbers are row-major, axes of length 1 are taken away. */
export type NamedArray = {
  name: string
  shape: number[]
  /** whole numbers by their type */
  isWhole: boolean
  numbers: Float32Array | Float64Array | null
  texts: string[] | null
}

export const contents = ['spikes', 'counts', 'traces'] as const

export type Contents = (typeof contents)[number]

/** Names as people give them, squeezed: the likeliest first. */
export const words = {
  time: /^(spike)?(times?|timestamps?|ts|t)(s|sec|secs|seconds|ms|us)?$|^spiketimes/,
  sample: /^(spike)?(samples?|frames?|ticks?)(index|indexes|indices|nos?|numbers?)?$|^spikeind(ex(es)?|ices)(seg0)?$/,
  channel: /^(spike)?(channels?|chans?|clusters?|units?|electrodes?|neurons?|cells?|labels?|ids?)(index|indexes|ids?|labels?|seg0)?s?$/,
  position: /pos(ition)?s?|loc(ation)?s?|coord(inate)?s?|^xy$|epos/,
  rate: /^(fs|fr|sr|fps)$|(sampling|sample|frame|imaging)(rate|frequency|freq)(hz)?$|^rate(hz)?$/,
  bin: /^bin(size|width|length)?(ms|s)?$/,
  name: /(channel|unit|neuron|cell|electrode|roi)(names?|labels?|ids?)$|^(names?|labels?)$/,
}

/** Without the folders before it, blanks and signs between words. */
export const squeeze = (name: string): string =>
  name
    .slice(name.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(/[\s_.-]+/g, '')

export type Task = { file: string; answers: ImportAnswers; interrupt: () => void }

export type Numeric = NamedArray & { numbers: Float32Array | Float64Array }

export function unclear(arrays: NamedArray[], { file }: Task): Error {
  return fail('import/variables-unclear', { file, found: named(arrays.map(({ name, shape }) => `${name} [${shape.join(' × ')}]`)) })
}

/** What stands beside the signal. */
export type Beside = { positions: Numeric | null; rateHz: number | null; binMs: number | null; names: NamedArray | null }

export function besideOf(arrays: NamedArray[], numeric: Numeric[]): Beside {
  const single = (word: RegExp): Numeric | undefined =>
    numeric.find(({ name, numbers }) => numbers.length === 1 && word.test(squeeze(name)))
  const bin = single(words.bin)
  const binValue = bin?.numbers[0]
  const rate = single(words.rate)?.numbers[0] ?? null
  return {
    positions:
      numeric.find(({ name, shape }) => shape.length === 2 && words.position.test(squeeze(name)) && (shape[1] === 2 || shape[1] === 3)) ??
      null,
    rateHz: rate !== null && rate > 0 ? rate : null,
    binMs: bin && binValue !== undefined && binValue > 0 ? (squeeze(bin.name).endsWith('ms') ? binValue : 1000 * binValue) : null,
    names: arrays.find(({ name, shape }) => shape.length === 1 && words.name.test(squeeze(name))) ?? null,
  }
}

export type Around = { numeric: Numeric[]; beside: Beside; given: Contents | null; task: Task }

export const listsOf = (numeric: Numeric[]): string[] => numeric.filter(({ shape }) => shape.length === 1).map(({ name }) => name)

export function contentsSetting(value: Contents, given: Contents | null): ImportSetting {
  return choiceSetting('contents', value, { options: contents, guessed: given === null })
}

/** Positions in the order of the labels: by row where there are as many, by the label's number where it is one of theirs. */
export function positionsFor(labels: string[], { positions }: Beside): { positionsUm: Float64Array | null; warnings: ImportWarning[] } {
  if (!positions) return { positionsUm: null, warnings: [] }
  const [count = 0, width = 2] = positions.shape
  const at = (row: number): [number, number] => [positions.numbers[row * width]!, positions.numbers[row * width + 1]!]
  if (count === labels.length) return { positionsUm: Float64Array.from(labels.flatMap((_, row) => at(row))), warnings: [] }
  const numbers = labels.map(Number)
  if (!numbers.every((number) => Number.isInteger(number) && number >= 0 && number < count)) {
    return {
      positionsUm: null,
      warnings: [warning('positions-not-joined', { variable: positions.name, found: count, channels: labels.length })],
    }
  }
  return { positionsUm: Float64Array.from(numbers.flatMap(at)), warnings: [] }
}

/** Rows become columns. */
export function turned(numbers: Float32Array | Float64Array, rowCount: number, columnCount: number): Float32Array | Float64Array {
  const values = numbers.slice()
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++) values[column * rowCount + row] = numbers[row * columnCount + column]!
  }
  return values
}
