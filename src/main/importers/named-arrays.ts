import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting, ImportWarning } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import { areSeconds, timeUnitOf, timeUnits, unitsPerSecond, type TimeUnit } from './columns.ts'
import type { CountReading, Said, SaidChannels, SpikeReading, TraceReading } from './importer.ts'
import { channelLimit, inNaturalOrder, spikeLimit, uniqueLabels } from './labels.ts'
import { distinctIds, groupByChannel, rowFinder } from './spike-trains.ts'
import { evenTimes } from './trace-importer.ts'

/** A variable of a file; numbers are row-major, axes of length 1 are taken away. */
export type NamedArray = {
  name: string
  shape: number[]
  /** whole numbers by their type */
  isWhole: boolean
  numbers: Float32Array | Float64Array | null
  texts: string[] | null
}

export const arraySettings = [
  'contents',
  'timeVariable',
  'channelVariable',
  'valueVariable',
  'channelAxis',
  'timeUnit',
  'samplingRateHz',
  'binMs',
] as const

const contents = ['spikes', 'counts', 'traces'] as const
type Contents = (typeof contents)[number]
const axes = ['rows', 'columns'] as const

/** Names as people give them, squeezed: the likeliest first. */
const words = {
  time: /^(spike)?(times?|timestamps?|ts|t)(s|sec|secs|seconds|ms|us)?$|^spiketimes/,
  sample: /^(spike)?(samples?|frames?|ticks?)(index|indexes|indices|nos?|numbers?)?$|^spikeind(ex(es)?|ices)(seg0)?$/,
  channel: /^(spike)?(channels?|chans?|clusters?|units?|electrodes?|neurons?|cells?|labels?|ids?)(index|indexes|ids?|labels?|seg0)?s?$/,
  position: /pos(ition)?s?|loc(ation)?s?|coord(inate)?s?|^xy$|epos/,
  rate: /^(fs|fr|sr|fps)$|(sampling|sample|frame|imaging)(rate|frequency|freq)(hz)?$|^rate(hz)?$/,
  bin: /^bin(size|width|length)?(ms|s)?$/,
  name: /(channel|unit|neuron|cell|electrode|roi)(names?|labels?|ids?)$|^(names?|labels?)$/,
}

/** Without the folders before it, blanks and signs between words. */
const squeeze = (name: string): string =>
  name
    .slice(name.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(/[\s_.-]+/g, '')

type Task = { file: string; answers: ImportAnswers; interrupt: () => void }
type Numeric = NamedArray & { numbers: Float32Array | Float64Array }

/**
 * What a file's variables are together: spikes (times beside channels, a list of pairs, or a list of times for each channel), counts
 * or traces (a table, with times where it has some). By name, shape and content; the person may say otherwise.
 * @throws import/variables-unclear where nothing fits; import/counts-disagree, import/not-a-number, import/negative-time, import/not-a-count
 */
export function readingOfArrays(
  arrays: NamedArray[],
  task: Task,
  listed: ListOfTrains | null = null,
): SpikeReading | TraceReading | CountReading {
  const numeric = arrays.filter((array): array is Numeric => array.numbers !== null && array.numbers.length > 0)
  const beside = besideOf(arrays, numeric)
  const given = choiceAnswer(task.answers, 'contents', contents)
  const isSpikes = given === null || given === 'spikes'
  const spikes = !isSpikes ? null : listed ? trainsOf(listed, beside) : spikeVariables(numeric, task)
  const tables = numeric.filter((array) => array.shape.length === 2 && array !== beside.positions)
  const guess: Contents | null =
    spikes && spikes.kind !== 'pairs' ? 'spikes' : tables.length > 0 ? (spikes ? 'spikes' : 'traces') : spikes ? 'spikes' : null
  if (given === 'spikes' || (given === null && guess === 'spikes')) {
    if (!spikes) throw unclear(arrays, task)
    return spikesOf(spikes, { numeric, beside, given, task })
  }
  if (tables.length === 0) throw unclear(arrays, task)
  return tableOf(tables, { numeric, beside, given, task })
}

function unclear(arrays: NamedArray[], { file }: Task): Error {
  return fail('import/variables-unclear', { file, found: named(arrays.map(({ name, shape }) => `${name} [${shape.join(' × ')}]`)) })
}

/** What stands beside the signal. */
type Beside = { positions: Numeric | null; rateHz: number | null; binMs: number | null; names: NamedArray | null }

function besideOf(arrays: NamedArray[], numeric: Numeric[]): Beside {
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

/** A list of times for each of the channels in one variable. */
export type ListOfTrains = { name: string; trains: Float64Array[] }

type SpikeVariables =
  | { kind: 'vectors'; times: Numeric; channels: NamedArray }
  | { kind: 'pairs'; table: Numeric; timeColumn: 0 | 1 }
  | { kind: 'lists'; lists: Pick<Numeric, 'name' | 'numbers'>[]; place: string }

function spikeVariables(numeric: Numeric[], { answers, file }: Task): SpikeVariables | null {
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
function trainsOf({ name, trains }: ListOfTrains, { names }: Beside): SpikeVariables {
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

type Around = { numeric: Numeric[]; beside: Beside; given: Contents | null; task: Task }

function spikesOf(found: SpikeVariables, { numeric, beside, given, task }: Around): SpikeReading {
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

const listsOf = (numeric: Numeric[]): string[] => numeric.filter(({ shape }) => shape.length === 1).map(({ name }) => name)

function contentsSetting(value: Contents, given: Contents | null): ImportSetting {
  return choiceSetting('contents', value, { options: contents, guessed: given === null })
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

/** Positions in the order of the labels: by row where there are as many, by the label's number where it is one of theirs. */
function positionsFor(labels: string[], { positions }: Beside): { positionsUm: Float64Array | null; warnings: ImportWarning[] } {
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

/** A table of counts or traces, and the times that belong to it. */
function tableOf(tables: Numeric[], { numeric, beside, given, task }: Around): TraceReading | CountReading {
  const { file, answers } = task
  const names = tables.map(({ name }) => name)
  const wanted = choiceAnswer(answers, 'valueVariable', names)
  const table = tables.find(({ name }) => name === wanted) ?? tables.toSorted((a, b) => b.numbers.length - a.numbers.length)[0]
  if (!table) throw unclear(tables, task)
  const [rowCount = 0, columnCount = 0] = table.shape
  const vectors = numeric.filter(
    ({ shape, name }) => shape.length === 1 && (words.time.test(squeeze(name)) || words.sample.test(squeeze(name))),
  )
  const wantedTimes = choiceAnswer(answers, 'timeVariable', listsOf(numeric))
  const times =
    wantedTimes !== null
      ? numeric.find(({ name }) => name === wantedTimes)
      : vectors.find(({ numbers }) => numbers.length === columnCount || numbers.length === rowCount)
  const givenAxis = choiceAnswer(answers, 'channelAxis', axes)
  const told = times && rowCount !== columnCount ? (times.numbers.length === columnCount ? 'rows' : 'columns') : null
  const axis = givenAxis ?? told ?? (rowCount <= columnCount ? 'rows' : 'columns')
  const channelCount = axis === 'rows' ? rowCount : columnCount
  const sampleCount = axis === 'rows' ? columnCount : rowCount
  if (channelCount > channelLimit) throw fail('import/too-many-channels', { file, limit: channelLimit })
  if (times && times.numbers.length !== sampleCount) {
    throw fail('import/counts-disagree', { file, dataset: times.name, expected: sampleCount, found: times.numbers.length })
  }
  const values = axis === 'rows' ? table.numbers : turned(table.numbers, rowCount, columnCount)
  const shared = sharedOf({ table, channelCount, beside })
  const binMs = numberAnswer(answers, 'binMs', 0)
  const rateHz = numberAnswer(answers, 'samplingRateHz', 0)
  const isCounts =
    given === 'counts' || (given === null && rateHz === null && !times && (binMs !== null || beside.binMs !== null || areCounts(values)))
  const settings = [
    contentsSetting(isCounts ? 'counts' : 'traces', given),
    ...(tables.length > 1 ? [choiceSetting('valueVariable', table.name, { options: names, guessed: wanted === null })] : []),
    choiceSetting('channelAxis', axis, { options: axes, guessed: givenAxis === null && told === null }),
  ]
  const choices: Said['choices'] = tables.length > 1 ? [{ name: 'valueVariable', options: names }] : []
  if (isCounts) {
    refuseNegative(values, { file, place: table.name })
    const width = binMs ?? beside.binMs
    return {
      ...shared,
      modality: 'counts',
      values,
      binMs: width,
      settings: [...settings, numberSetting('binMs', width, { unit: 'ms', guessed: false })],
      choices,
      needs: width === null ? [{ name: 'binMs', why: 'formats.needs.binMs' }] : [],
    }
  }
  const clock = traceClock({ times, sampleCount, rateHz: rateHz ?? beside.rateHz, answers })
  return { ...shared, modality: 'traces', values, ...clock, settings: [...settings, ...clock.settings], choices }
}

type Clock = Pick<TraceReading, 'timesS' | 'samplingRateHz' | 'settings' | 'needs'>

function traceClock({
  times,
  sampleCount,
  rateHz,
  answers,
}: {
  times: Numeric | undefined
  sampleCount: number
  rateHz: number | null
  answers: ImportAnswers
}): Clock {
  const rate = numberSetting('samplingRateHz', rateHz, { unit: 'Hz', guessed: false })
  const needs = [{ name: 'samplingRateHz', why: 'formats.needs.frameRateHz' }]
  if (!times) {
    return rateHz === null
      ? { timesS: null, samplingRateHz: null, settings: [rate], needs }
      : { timesS: evenTimes(sampleCount, rateHz), samplingRateHz: rateHz, settings: [rate], needs: [] }
  }
  const given = choiceAnswer(answers, 'timeUnit', timeUnits)
  const told = words.sample.test(squeeze(times.name)) ? 'samples' : timeUnitOf(times.name)
  const unit = given ?? told ?? 's'
  const perSecond = unit === 'samples' ? rateHz : unitsPerSecond[unit]
  const settings = [choiceSetting('timeUnit', unit, { options: timeUnits, guessed: given === null && told === null }), rate]
  if (perSecond === null) return { timesS: null, samplingRateHz: null, settings, needs }
  return { timesS: Float64Array.from(times.numbers, (time) => time / perSecond), samplingRateHz: rateHz, settings, needs: [] }
}

function sharedOf({
  table,
  channelCount,
  beside,
}: {
  table: Numeric
  channelCount: number
  beside: Beside
}): SaidChannels & Pick<Said, 'warnings'> {
  const { names } = beside
  const texts = names?.texts ?? (names?.numbers ? Array.from(names.numbers, String) : null)
  const fits = texts?.length === channelCount && names !== table
  const { labels, renamedCount } = uniqueLabels(fits ? texts : Array.from({ length: channelCount }, (_, c) => String(c)))
  const { positionsUm, warnings } = positionsFor(labels, beside)
  return {
    channelLabels: labels,
    positionsUm,
    warnings: [...(renamedCount > 0 ? [warning('labels-repeated', { count: renamedCount })] : []), ...warnings],
  }
}

function areCounts(values: Float32Array | Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= 0) || !Number.isInteger(values[i]!)) return false
  return true
}

function refuseNegative(values: Float32Array | Float64Array, at: { file: string; place: string }): void {
  for (let i = 0; i < values.length; i++) {
    if (!(values[i]! >= 0)) throw fail('import/not-a-count', { file: at.file, place: `${at.place}[${i}]`, found: values[i]! })
  }
}

/** Rows become columns. */
function turned(numbers: Float32Array | Float64Array, rowCount: number, columnCount: number): Float32Array | Float64Array {
  const values = numbers.slice()
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < columnCount; column++) values[column * rowCount + row] = numbers[row * columnCount + column]!
  }
  return values
}
