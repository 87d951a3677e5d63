import { fail } from '../../shared/contract/errors.ts'
import type { ImportWarning } from '../../shared/domain/inspection.ts'
import type { TaskEvent } from '../../shared/domain/task-event.ts'
import { numberAnswer, numberSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import { kindsBy } from './event-meanings.ts'
import { openHdf5 } from './hdf5.ts'
import type { Hdf5File } from './hdf5-file.ts'
import type { Importer, ImportTask, ReadProgress, SpikeReading, VoltageReading } from './importer.ts'
import { spikeLimit } from './labels.ts'
import { unpacked, type Packed } from './message-pack.ts'
import { groupByChannel } from './spike-trains.ts'

const format = 'cortical-labs-hdf5'
const usualRateHz = 25_000
const usualPitchUm = 200
const columnLength = 8
/** Ground at the corners, and the reference: nothing is recorded there. */
const silentByDesign: ReadonlySet<number> = new Set([0, 4, 7, 56, 63])
const eventLimit = 1_000_000
const longestLabel = 80
/** Words under which a message of the task says what it is. */
const nameKeys = ['event', 'type', 'kind', 'name', 'label', 'action', 'outcome', 'result']

/**
 * Recordings of Cortical Labs' CL: tables `/spikes` and `/stims` (timestamp in frames, channel), `/samples`, and the task's own log
 * in `/data_stream/<name>` as MessagePack. Attributes that are Python pickles are searched as text and never loaded.
 * @source Cortical-Labs/cl-sdk, _recording_writer.py and recording_view.py
 */
export const corticalLabsHdf5: Importer = {
  format,
  settings: ['samplingRateHz', 'pitchUm', 'hit', 'miss'],
  detect(files) {
    const file = files.find(({ hdf5 }) => {
      if (!hdf5) return false
      const { rootNames, rootAttributes } = hdf5
      const isRated = ['frames_per_second', 'sampling_frequency'].some((name) => name in rootAttributes)
      return isRated && 'channel_count' in rootAttributes && ['spikes', 'stims', 'samples'].some((name) => rootNames.includes(name))
    })
    return file ? { confidence: 0.95, reasons: [{ code: 'attributes', details: { file: file.name } }], files: [file] } : null
  },
  read,
}

/** When the recording ran, in frames; times in the tables count from its start, or from the system's. */
type Clock = { rateHz: number; startFrame: number; frameCount: number | null; isAbsolute: boolean | null }

async function* read({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, SpikeReading | VoltageReading> {
  const source = files[0]
  if (!source?.hdf5) throw fail('import/not-recognised', { file: source?.name ?? '', formats: format })
  const { file, close } = await openHdf5(source.path, source.bytes)
  try {
    const given = numberAnswer(answers, 'samplingRateHz', 0)
    const told = positive(attributeOf(file, 'frames_per_second') ?? attributeOf(file, 'sampling_frequency'))
    const clock: Clock = {
      rateHz: told ?? given ?? usualRateHz,
      startFrame: attributeOf(file, 'start_timestamp') ?? 0,
      frameCount: positive(attributeOf(file, 'duration_frames')),
      isAbsolute: absoluteTimes(file),
    }
    const givenPitchUm = numberAnswer(answers, 'pitchUm', 0)
    const pitchUm = givenPitchUm ?? usualPitchUm
    const channelCount = attributeOf(file, 'channel_count') ?? columnLength ** 2
    if (!Number.isInteger(channelCount) || channelCount < 1 || channelCount > 256) {
      throw fail('import/no-channels', { file: file.name, dataset: 'channel_count' })
    }
    const stims = yield* readTable(file, '/stims', clock, interrupt)
    const log = readStreams(file, clock, { kindOf: kindsBy(answers), interrupt })
    const stimEvents = [...stims.timesS].map((timeS, e): TaskEvent => ({
      timeS,
      kind: 'stimulus',
      label: 'stimulus',
      value: stims.channels[e] ?? null,
    }))
    if (stimEvents.length + log.events.length > eventLimit) throw fail('import/too-many-events', { file: file.name, limit: eventLimit })
    const said = {
      settings: [
        ...(told === null ? [numberSetting('samplingRateHz', clock.rateHz, { unit: 'Hz', guessed: given === null })] : []),
        numberSetting('pitchUm', pitchUm, { unit: 'µm', guessed: givenPitchUm === null }),
      ],
      needs: [],
      samplingRateHz: clock.rateHz,
      taskEvents: [...stimEvents, ...log.events],
    }
    const spikes = file.kindOf('/spikes') === 'dataset' ? yield* readTable(file, '/spikes', clock, interrupt) : null
    const spiking = new Set(spikes?.channels)
    const channels = Array.from({ length: channelCount }, (_, channel) => channel).filter(
      (channel) => spiking.has(channel) || !silentByDesign.has(channel),
    )
    const array = {
      channelLabels: channels.map(String),
      positionsUm: Float64Array.from(
        channels.flatMap((channel) => [Math.floor(channel / columnLength) * pitchUm, (channel % columnLength) * pitchUm]),
      ),
    }
    if (!spikes)
      return {
        ...said,
        ...array,
        modality: 'voltage',
        samples: clock.frameCount ?? file.shapeOf('/samples')?.[0] ?? null,
        warnings: log.warnings,
      }
    const rowOf = new Map(channels.map((channel, row) => [channel, row]))
    const rowOfSpike = Uint32Array.from(spikes.channels, (channel, s) => {
      const row = rowOf.get(channel)
      if (row === undefined) throw fail('import/channel-unknown', { file: file.name, place: `/spikes[${s}]`, found: channel })
      return row
    })
    return {
      ...said,
      ...array,
      modality: 'spikes',
      trains: groupByChannel(spikes.timesS, rowOfSpike, channels.length),
      knowsAllChannels: true,
      spanS: clock.frameCount === null ? null : { startS: 0, endS: clock.frameCount / clock.rateHz },
      warnings: log.warnings,
    }
  } finally {
    close()
  }
}

function attributeOf(file: Hdf5File, name: string): number | null {
  const value = file.attribute('/', name)
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/**
 * Whether times count from the system's start: the attribute `file_format` is a pickle of protocol 0, a text in which the name is
 * followed by `I00` for false, `I01` for true. Null where it does not say.
 */
function absoluteTimes(file: Hdf5File): boolean | null {
  const text = file.attribute('/', 'file_format')
  const [, flag] =
    typeof text === 'string' ? (/stim_and_spike_timestamps_relative_to_start'?\s+(?:p\d+\s+)?I0([01])\b/.exec(text) ?? []) : []
  return flag === undefined ? null : flag === '0'
}

/** Where the file does not say, times that begin after the start and would not fit into the recording count from the system's. */
function offsetOf(first: number, { startFrame, frameCount, isAbsolute }: Clock): number {
  if (isAbsolute !== null) return isAbsolute ? startFrame : 0
  return startFrame > 0 && frameCount !== null && first >= startFrame && first > frameCount ? startFrame : 0
}

async function* readTable(
  file: Hdf5File,
  dataset: string,
  clock: Clock,
  interrupt: () => void,
): AsyncGenerator<ReadProgress, { timesS: Float64Array; channels: Float64Array }> {
  const total = file.kindOf(dataset) === 'dataset' ? (file.shapeOf(dataset)?.[0] ?? 0) : 0
  if (total > spikeLimit) throw fail('import/dataset-too-large', { file: file.name, dataset, claimedMB: Math.round((16 * total) / 1e6) })
  const timesS = new Float64Array(total)
  const channels = new Float64Array(total)
  let done = 0
  let offset: number | null = null
  for (const [stamps, ids] of total > 0 ? file.columnPieces(dataset, ['timestamp', 'channel']) : []) {
    interrupt()
    offset ??= offsetOf(stamps?.[0] ?? 0, clock)
    for (let s = 0; s < (stamps?.length ?? 0); s++) {
      const timeS = (stamps![s]! - offset) / clock.rateHz
      if (!(timeS >= 0)) throw fail('import/negative-time', { file: file.name, place: `${dataset}[${done + s}]`, found: timeS })
      timesS[done + s] = timeS
      channels[done + s] = ids?.[s] ?? NaN
    }
    done += stamps?.length ?? 0
    yield { done, total, phase: 'read' }
  }
  return { timesS, channels }
}

/** Messages of the task that say what happened; streams of plain numbers (a ball's place at every tick) are named and left. */
function readStreams(
  file: Hdf5File,
  clock: Clock,
  { kindOf, interrupt }: { kindOf: ReturnType<typeof kindsBy>; interrupt: () => void },
): { events: TaskEvent[]; warnings: ImportWarning[] } {
  const events: TaskEvent[] = []
  const left: string[] = []
  for (const stream of file.namesIn('/data_stream')) {
    const at = `/data_stream/${stream}`
    if (stream.startsWith('_i_') || file.kindOf(`${at}/index`) !== 'dataset' || file.kindOf(`${at}/data`) !== 'dataset') continue
    const before = events.length
    let offset: number | null = null
    const messageAt = messagesOf(file, `${at}/data`)
    for (const [stamps, starts, ends] of file.columnPieces(`${at}/index`, ['timestamp', 'start_index', 'end_index'])) {
      interrupt()
      for (let m = 0; m < (stamps?.length ?? 0); m++) {
        offset ??= offsetOf(stamps![m]!, { ...clock, isAbsolute: null })
        const message = messageAt(starts?.[m] ?? 0, ends?.[m] ?? 0)
        const told = message === undefined ? null : labelOf(message, stream)
        if (told === null) continue
        if (events.length >= eventLimit) throw fail('import/too-many-events', { file: file.name, limit: eventLimit })
        const timeS = (stamps![m]! - offset) / clock.rateHz
        if (Number.isFinite(timeS)) events.push({ timeS, kind: kindOf(told.label), label: told.label, value: told.value })
      }
    }
    if (events.length === before) left.push(stream)
  }
  return { events, warnings: left.length > 0 ? [warning('task-log-left', { streams: named(left) })] : [] }
}

const longestMessage = 65_536

/** Messages by where they begin and end; the data are read in pieces, since messages follow each other. */
function messagesOf(file: Hdf5File, data: string): (start: number, end: number) => Packed | undefined {
  let from = 0
  let piece = new Uint8Array(0)
  return (start, end) => {
    if (!(start >= 0 && end > start && end - start <= longestMessage)) return undefined
    if (start < from || end > from + piece.length) {
      from = start
      piece = Uint8Array.from(file.slice(data, start, 16 * longestMessage))
    }
    return end > from + piece.length ? undefined : unpacked(piece.subarray(start - from, end - from))
  }
}

/** What a message says happened; null where it is only a state. */
function labelOf(message: Packed, stream: string): { label: string; value: number | null } | null {
  const named = (label: string, value: number | null) => ({ label: label.trim().slice(0, longestLabel) || stream, value })
  if (typeof message === 'string') return named(message, null)
  if (message === null || typeof message !== 'object' || Array.isArray(message)) {
    return kindsBy({})(stream) === 'custom' ? null : named(stream, typeof message === 'number' ? message : null)
  }
  const key = nameKeys.find((name) => typeof message[name] === 'string')
  const value = typeof message.value === 'number' ? message.value : null
  if (key !== undefined) return named(String(message[key]), value)
  const flags = Object.keys(message).filter((name) => message[name] === true && kindsBy({})(name) !== 'custom')
  if (flags[0] !== undefined) return named(flags[0], value)
  return kindsBy({})(stream) === 'custom' ? null : named(stream, value)
}

const positive = (value: number | null): number | null => (value !== null && value > 0 ? value : null)
