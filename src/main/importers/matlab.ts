import { fail } from '../../shared/contract/errors.ts'
import type { ImportSetting, Inspection } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import { timeUnits, type TimeUnit } from './columns.ts'
import { withHdf5 } from './hdf5.ts'
import type { CountReading, Importer, ImportTask, ReadProgress, SaidChannels, SpikeReading, TraceReading } from './importer.ts'
import { channelLimit, spikeLimit, uniqueLabels } from './labels.ts'
import { isMat5, readMat5 } from './mat5.ts'
import { isMat73, readMat73 } from './mat73.ts'
import { channelNamesIn, durationIn, positionsIn, rateIn, unitIn } from './mat-context.ts'
import { matSignals, type MatSignal } from './mat-signals.ts'
import { describedMat, type MatVariables } from './mat-value.ts'
import type { OpenedFile } from './opened-file.ts'
import { groupByChannel } from './spike-trains.ts'
import { evenTimes } from './trace-importer.ts'

const format = 'matlab'
const secondsPer: Record<Exclude<TimeUnit, 'samples'>, number> = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9, min: 60, h: 3600 }

/**
 * MATLAB files of version 5, 6, 7 and 7.3. Which variable is the recording is seen by name, shape and content, with a choice;
 * MEA-NAP's files come in the same way, with a choice of how the spikes were detected.
 */
export const matlab: Importer = {
  format,
  settings: ['signal', 'contents', 'timeUnit', 'samplingRateHz', 'binMs', 'channelAxis'],
  detect(files) {
    const file = files.find((one) => isMat5(one) || isMat73Head(one))
    if (!file) return null
    return { confidence: 0.92, reasons: [{ code: file.hdf5 ? 'hdf5' : 'header', details: { file: file.name } }], files: [file] }
  },
  read,
}

const isMat73Head = ({ hdf5, name, head }: OpenedFile): boolean =>
  hdf5 !== null && (name.toLowerCase().endsWith('.mat') || new TextDecoder('latin1').decode(head.subarray(0, 10)) === 'MATLAB 7.3')

async function* read(task: ImportTask): AsyncGenerator<ReadProgress, SpikeReading | TraceReading | CountReading> {
  const [source] = task.files
  if (!source) throw fail('import/not-recognised', { file: '', formats: format })
  yield { done: 0, total: 1, phase: 'read' }
  const variables = await variablesOf(source, task.interrupt)
  const signals = matSignals(variables)
  if (signals.length === 0) {
    const found = [...variables].map(([name, value]) => `${name}: ${describedMat(value)}`)
    throw fail('import/no-signal', { file: source.name, found: named(found, 12) })
  }
  const options = signals.map(({ path }) => path),
    given = choiceAnswer(task.answers, 'signal', options)
  const signal = signals.find(({ path }) => path === given) ?? signals[0]!
  const isChoice = options.length > 1
  const picked: Picked = {
    choices: isChoice ? [{ name: 'signal', options }] : [],
    settings: isChoice ? [choiceSetting('signal', signal.path, { options, guessed: given === null })] : [],
  }
  yield { done: 1, total: 1, phase: 'read' }
  const around = { variables, file: source.name, task, picked }
  return signal.kind === 'matrix' ? matrixReading(signal, around) : spikeReading(signal, around)
}

async function variablesOf(source: OpenedFile, interrupt: () => void): Promise<MatVariables> {
  if (!source.hdf5) return readMat5(source, interrupt)
  return withHdf5(
    source.path,
    (file) => {
      if (!isMat73(file)) throw fail('import/not-recognised', { file: source.name, formats: format })
      return readMat73(file, interrupt)
    },
    source.bytes,
  )
}

type Picked = { choices: Inspection['choices']; settings: ImportSetting[] }
type Around = { variables: MatVariables; file: string; task: ImportTask; picked: Picked }

function spikeReading(signal: MatSignal & { kind: 'trains' | 'list' }, { variables, file, task, picked }: Around): SpikeReading {
  const { trains, labels } = signal.kind === 'trains' ? joined(signal) : grouped(signal)
  const { timesS: times, offsets } = trains
  if (times.length > spikeLimit || labels.length > channelLimit) {
    throw fail('import/dataset-too-large', { file, dataset: signal.path, claimedMB: Math.round((8 * times.length) / 1e6) })
  }
  for (let s = 0; s < times.length; s++) {
    if (!Number.isFinite(times[s])) throw fail('import/not-a-number', { file, place: `${signal.path}(${s + 1})`, found: String(times[s]) })
  }
  const givenUnit = choiceAnswer(task.answers, 'timeUnit', timeUnits),
    toldUnit = unitIn(variables, signal.path),
    knownRateHz = rateIn(variables),
    givenRateHz = numberAnswer(task.answers, 'samplingRateHz', 0)
  const timeUnit = givenUnit ?? toldUnit ?? likelyUnit(times, knownRateHz),
    samplingRateHz = knownRateHz ?? givenRateHz
  const isUntimed = timeUnit === 'samples' && samplingRateHz === null
  const perUnit = timeUnit === 'samples' ? 1 / (samplingRateHz ?? 1) : secondsPer[timeUnit]
  const inSeconds =
    perUnit === 1 ? times : timeUnit === 'samples' ? times.map((time) => time / (samplingRateHz ?? 1)) : times.map((time) => time * perUnit)
  const durationS = durationIn(variables)
  const isGuess = givenUnit === null && toldUnit === null
  return {
    modality: 'spikes',
    ...channelsOf(labels, variables),
    trains: { timesS: inSeconds, offsets },
    samplingRateHz,
    knowsAllChannels: signal.kind === 'trains',
    spanS:
      durationS !== null && !isUntimed && times.length > 0 && inSeconds.every((time) => time < durationS)
        ? { startS: 0, endS: durationS }
        : null,
    choices: picked.choices,
    settings: [
      ...picked.settings,
      choiceSetting('timeUnit', timeUnit, { options: timeUnits, guessed: isGuess }),
      ...(timeUnit === 'samples' && knownRateHz === null
        ? [numberSetting('samplingRateHz', givenRateHz, { unit: 'Hz', guessed: false })]
        : []),
    ],
    needs: isUntimed ? [{ name: 'samplingRateHz', why: 'formats.needs.samplingRateHz' }] : [],
    warnings: [
      ...(signal.kind === 'trains' && signal.emptyCount > 0
        ? [warning('empty-cells', { count: signal.emptyCount, variable: signal.path })]
        : []),
      ...(isGuess && timeUnit !== 's' ? [warning('time-unit-guessed', { unit: timeUnit })] : []),
    ],
  }
}

/** Whole numbers that would be days of seconds are sample numbers. */
function likelyUnit(times: Float64Array, rateHz: number | null): TimeUnit {
  let last = 0
  for (const time of times) {
    if (!Number.isInteger(time)) return last > 1e6 ? 'ms' : 's'
    last = Math.max(last, time)
  }
  return last > 1e6 || (rateHz !== null && last > 86_400) ? 'samples' : 's'
}

function joined({ trains, labels, path }: MatSignal & { kind: 'trains' }) {
  const offsets = new Uint32Array(trains.length + 1)
  trains.forEach((train, c) => (offsets[c + 1] = offsets[c]! + train.length))
  const timesS = new Float64Array(offsets.at(-1) ?? 0)
  trains.forEach((train, c) => timesS.set(train, offsets[c]))
  return { trains: { timesS, offsets }, labels: labels ?? trains.map((_, c) => String(c + 1)), path }
}

function grouped({ times, channels }: MatSignal & { kind: 'list' }) {
  const numbers = [...new Set(channels)].toSorted((a, b) => a - b),
    rowOf = new Map(numbers.map((number, row) => [number, row]))
  const rows = Uint32Array.from(channels, (channel) => rowOf.get(channel) ?? 0)
  return { trains: groupByChannel(times, rows, numbers.length), labels: numbers.map(String) }
}

function channelsOf(numbered: string[], variables: MatVariables): SaidChannels {
  const names = channelNamesIn(variables, numbered.length)
  return { channelLabels: names ? uniqueLabels(names).labels : numbered, positionsUm: positionsIn(variables, numbered.length) }
}

function matrixReading(signal: MatSignal & { kind: 'matrix' }, { variables, file, task, picked }: Around): TraceReading | CountReading {
  const { rowCount, columnCount, data } = signal
  const givenAxis = choiceAnswer(task.answers, 'channelAxis', ['rows', 'columns'] as const),
    axis = givenAxis ?? (rowCount <= columnCount ? 'rows' : 'columns')
  const channelCount = axis === 'rows' ? rowCount : columnCount,
    sampleCount = axis === 'rows' ? columnCount : rowCount
  if (channelCount > channelLimit)
    throw fail('import/dataset-too-large', { file, dataset: signal.path, claimedMB: Math.round((8 * data.length) / 1e6) })
  // MATLAB's columns lie one after the other: with channels in columns they lie as we want them.
  const values = axis === 'columns' ? data : transposed(data, rowCount, columnCount)
  const givenContents = choiceAnswer(task.answers, 'contents', ['counts', 'traces'] as const),
    contents = givenContents ?? (data.every((value) => value >= 0 && Number.isInteger(value)) ? 'counts' : 'traces')
  const rateHz = rateIn(variables) ?? numberAnswer(task.answers, 'samplingRateHz', 0),
    binMs = numberAnswer(task.answers, 'binMs', 0)
  const said = {
    ...channelsOf(
      Array.from({ length: channelCount }, (_, c) => String(c + 1)),
      variables,
    ),
    values,
    choices: picked.choices,
    settings: [
      ...picked.settings,
      choiceSetting('contents', contents, { options: ['counts', 'traces'], guessed: givenContents === null }),
      choiceSetting('channelAxis', axis, { options: ['rows', 'columns'], guessed: givenAxis === null }),
      contents === 'counts'
        ? numberSetting('binMs', binMs, { unit: 'ms', guessed: false })
        : numberSetting('samplingRateHz', rateHz, { unit: 'Hz', guessed: false }),
    ],
    warnings: [],
  }
  if (contents === 'counts') {
    return { ...said, modality: 'counts', binMs, needs: binMs === null ? [{ name: 'binMs', why: 'formats.needs.binMs' }] : [] }
  }
  return {
    ...said,
    modality: 'traces',
    samplingRateHz: rateHz,
    timesS: rateHz === null ? null : evenTimes(sampleCount, rateHz),
    needs: rateHz === null ? [{ name: 'samplingRateHz', why: 'formats.needs.frameRateHz' }] : [],
  }
}

function transposed(data: Float64Array, rowCount: number, columnCount: number): Float64Array {
  const turned = new Float64Array(data.length)
  for (let c = 0; c < columnCount; c++) for (let r = 0; r < rowCount; r++) turned[r * columnCount + c] = data[c * rowCount + r]!
  return turned
}
