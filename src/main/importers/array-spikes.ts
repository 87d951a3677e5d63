import { fail } from '../../shared/contract/errors.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import {
  type Around,
  type Beside,
  type NamedArray,
  type Numeric,
  type Task,
  contentsSetting,
  listsOf,
  positionsFor,
  squeeze,
  turned,
  words,
} from './array-variables.ts'
import { warning } from './checks.ts'
import { areSeconds, timeUnitOf, timeUnits, unitsPerSecond, type TimeUnit } from './columns.ts'
import type { SpikeReading } from './importer.ts'
import { channelLimit, inNaturalOrder, spikeLimit, uniqueLabels } from './labels.ts'
import { distinctIds, groupByChannel, rowFinder } from './spike-trains.ts'

/** A list of times for each of the channels in one variable. */
export type ListOfTrains = { name: string; trains: Float64Array[] }

type SpikeVariables =
  | { kind: 'vectors'; times: Numeric; channels: NamedArray }
  | { kind: 'pairs'; table: Numeric; timeColumn: 0 | 1 }
  | { kind: 'lists'; lists: Pick<Numeric, 'name' | 'numbers'>[]; place: string }

export function spikeVariables(numeric: Numeric[], { answers, file }: Task): SpikeVariables | null {
  const lists = numeric.filter(({ shape, numbers }) => shape.length === 1 && numbers.length > 1)
  const listNames = lists.map(({ name }) => name)
  const wantedTime = choiceAnswer(answers, 'timeVariable', listNames)
  const wantedChannel = choiceAnswer(answers, 'channelVariable', listNames)
  const byWord = (...wanted: RegExp[]): Numeric | undefined =>
    wanted.flatMap((word) => lists.filter(({ name }) => word.test(squeeze(name))))[0]
  const times = wantedTime === null ? byWord(words.time, words.sample) : lists.find(({ name }) => name === wantedTime)
  const channels = lists.find((array) =>
    wantedChannel === null
      ? array !== times && words.channel.test(squeeze(array.name)) && array.numbers.length === times?.numbers.length
      : array.name === wantedChannel,
  )
  if (times && channels && times !== channels) {
    if (times.numbers.length !== channels.numbers.length) {
      throw fail('import/counts-disagree', { file, dataset: channels.name, expected: times.numbers.length, found: channels.numbers.length })
    }
    return { kind: 'vectors', times, channels }
  }
  const tables = numeric.filter(({ shape }) => shape.length === 2).map(uprightPairs)
  const [table] = tables
  if (tables.length === 1 && table && table.shape[1] === 2 && (table.shape[0] ?? 0) > 2) {
    const timeColumn = timeColumnOf(table.numbers)
    if (timeColumn !== null) return { kind: 'pairs', table, timeColumn }
  }
  // A list for each channel: all in order of time, and none of them numbers the channels.
  if (tables.length === 0 && lists.length > 0 && lists.every(({ numbers }) => isAscending(numbers)))
    return { kind: 'lists', lists, place: lists[0]?.name ?? '' }
  return null
}

/** Channels are called as a list of as many names says, else by their places. */
export function trainsOf({ name, trains }: ListOfTrains, { names }: Beside): SpikeVariables {
  const texts = names?.texts ?? (names?.numbers ? Array.from(names.numbers, String) : null)
  const { labels } = uniqueLabels(texts?.length === trains.length ? texts : trains.map((_, c) => String(c)))
  return { kind: 'lists', lists: trains.map((numbers, c) => ({ name: labels[c] ?? '', numbers })), place: name }
}

/** Two rows, of which one is times and one channels, as a list of pairs. */
function uprightPairs(table: Numeric): Numeric {
  const [rows = 0, count = 0] = table.shape
  if (rows !== 2 || count < 3) return table
  const numbers = turned(table.numbers, 2, count)
  return timeColumnOf(numbers) === null ? table : { ...table, shape: [count, 2], numbers }
}

/** Of two columns: channels are whole and few, times are many. Null where both could be either. */
function timeColumnOf(numbers: Float32Array | Float64Array): 0 | 1 | null {
  const count = numbers.length / 2
  const distinct = [new Set<number>(), new Set<number>()]
  const whole = [true, true]
  for (let i = 0; i < count; i++) {
    for (const column of [0, 1] as const) {
      const value = numbers[2 * i + column]!
      if (!(value >= 0)) return null
      if (!Number.isInteger(value)) whole[column] = false
      if (distinct[column]!.size <= channelLimit) distinct[column]!.add(value)
    }
  }
  const [first, second] = distinct.map((set, column) => whole[column]! && set.size <= channelLimit && set.size < count / 2)
  return first === second ? null : first ? 1 : 0
}

export function isAscending(numbers: Float32Array | Float64Array): boolean {
  for (let i = 0; i < numbers.length; i++) if (!(numbers[i]! >= (i === 0 ? 0 : numbers[i - 1]!))) return false
  return true
}

export function spikesOf(found: SpikeVariables, { numeric, beside, given, task }: Around): SpikeReading {
  const { file, answers, interrupt } = task
  const { times, rows, labels, place, isWhole } = flatSpikes(found, file)
  if (times.length > spikeLimit)
    throw fail('import/dataset-too-large', { file, dataset: place, claimedMB: Math.round((8 * times.length) / 1e6) })
  interrupt()
  let largest = 0
  let smallest = Infinity
  for (let s = 0; s < times.length; s++) {
    const time = times[s]!
    if (!Number.isFinite(time)) throw fail('import/not-a-number', { file, place: `${place}[${s}]`, found: String(time) })
    if (time < 0) throw fail('import/negative-time', { file, place: `${place}[${s}]`, found: time })
    if (time > largest) largest = time
    if (time < smallest) smallest = time
  }
  interrupt()
  const seconds = areSeconds({ largest, spanned: largest - smallest, spikes: times.length, channels: labels.length })
  const isSample = words.sample.test(squeeze(place))
  const told: TimeUnit | null = isSample ? 'samples' : timeUnitOf(place)
  const givenUnit = choiceAnswer(answers, 'timeUnit', timeUnits)
  const unit = givenUnit ?? told ?? guessUnit({ isWhole, largest, seconds, hasRate: beside.rateHz !== null })
  const givenRate = numberAnswer(answers, 'samplingRateHz', 0)
  const rateHz = givenRate ?? beside.rateHz
  const perSecond = unit === 'samples' ? rateHz : unitsPerSecond[unit]
  if (perSecond !== null && perSecond !== 1) for (let s = 0; s < times.length; s++) times[s]! /= perSecond
  interrupt()
  const vectors = found.kind === 'vectors' ? found : null
  const { positionsUm, warnings } = positionsFor(labels, beside)
  return {
    modality: 'spikes',
    channelLabels: labels,
    trains: groupByChannel(times, rows, labels.length),
    positionsUm,
    samplingRateHz: rateHz,
    knowsAllChannels: found.kind === 'lists' || positionsUm !== null,
    settings: [
      contentsSetting('spikes', given),
      ...(vectors
        ? [
            choiceSetting('timeVariable', vectors.times.name, { options: listsOf(numeric), guessed: answers.timeVariable === undefined }),
            choiceSetting('channelVariable', vectors.channels.name, {
              options: listsOf(numeric),
              guessed: answers.channelVariable === undefined,
            }),
          ]
        : []),
      choiceSetting('timeUnit', unit, { options: timeUnits, guessed: givenUnit === null && told === null }),
      numberSetting('samplingRateHz', rateHz, { unit: 'Hz', guessed: false }),
    ],
    needs: perSecond === null ? [{ name: 'samplingRateHz', why: 'formats.needs.samplingRateHz' }] : [],
    warnings: [...(givenUnit === null && told === null ? [warning('time-unit-guessed', { file, unit })] : []), ...warnings],
  }
}

/** Nobody notes spikes by full seconds; whole numbers are samples where a rate is known. */
function guessUnit({
  isWhole,
  largest,
  seconds,
  hasRate,
}: {
  isWhole: boolean
  largest: number
  seconds: boolean
  hasRate: boolean
}): TimeUnit {
  if (isWhole) return 'samples'
  if (seconds) return 's'
  return hasRate ? 'samples' : largest < 1e9 ? 'ms' : 'us'
}

/** Spikes in one row: a time and the channel's place for each. Channels are in the order of their numbers. */
function flatSpikes(
  found: SpikeVariables,
  file: string,
): { times: Float64Array; rows: Uint32Array; labels: string[]; place: string; isWhole: boolean } {
  if (found.kind === 'lists') {
    const { lists } = found
    if (lists.length > channelLimit) throw fail('import/too-many-channels', { file, limit: channelLimit })
    const count = lists.reduce((sum, { numbers }) => sum + numbers.length, 0)
    const times = new Float64Array(count)
    const rows = new Uint32Array(count)
    let at = 0
    lists.forEach(({ numbers }, row) => {
      times.set(numbers, at)
      rows.fill(row, at, at + numbers.length)
      at += numbers.length
    })
    return { times, rows, labels: lists.map(({ name }) => name), place: found.place, isWhole: areWhole(times) }
  }
  const vectors = found.kind === 'vectors'
  const numbers = vectors ? found.times.numbers : found.table.numbers
  const place = vectors ? found.times.name : found.table.name
  const count = vectors ? numbers.length : numbers.length / 2
  const pick = (from: Float32Array | Float64Array, offset: number): Float64Array => {
    const own = new Float64Array(count)
    for (let s = 0; s < count; s++) own[s] = from[vectors ? s : 2 * s + offset]!
    return own
  }
  // The reading scales its times in place: a list of float64 is its own already.
  const times = vectors && numbers instanceof Float64Array ? numbers : pick(numbers, vectors ? 0 : found.timeColumn)
  const ids = vectors ? (found.channels.numbers ?? new Float64Array()) : pick(numbers, 1 - found.timeColumn)
  const channelPlace = vectors ? found.channels.name : place
  const check = (id: number, s: number): void => {
    if (!Number.isInteger(id)) throw fail('import/not-a-count', { file, place: `${channelPlace}[${s}]`, found: id })
  }
  const labels = inNaturalOrder(distinctIds(ids, check, () => fail('import/too-many-channels', { file, limit: channelLimit })).map(String))
  const rowOf = rowFinder(labels.map(Number))
  const rows = new Uint32Array(count)
  for (let s = 0; s < count; s++) rows[s] = rowOf(ids[s]!)
  return { times, rows, labels, place, isWhole: areWhole(times) }
}

function areWhole(numbers: Float64Array): boolean {
  for (let i = 0; i < numbers.length; i++) if (!Number.isInteger(numbers[i]!)) return false
  return true
}
