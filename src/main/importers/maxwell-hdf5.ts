import { CodedError, fail } from '../../shared/contract/errors.ts'
import type { ImportSetting, ImportWarning, Inspection } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import { openHdf5 } from './hdf5.ts'
import type { Hdf5File } from './hdf5-file.ts'
import type { Importer, ImportTask, ReadProgress, SpikeReading, VoltageReading } from './importer.ts'
import { channelLimit, spikeLimit, uniqueLabels } from './labels.ts'
import { groupByChannel } from './spike-trains.ts'

const format = 'maxwell-hdf5'
/** MaxOne before 2017 does not write its rate: the instrument had one. */
const oldRateHz = 20_000
/** Rows of the old `/sig` that hold the frame number, its low and its high 16 bits. */
const frameRows = [1026, 1027] as const

/**
 * MaxWell MaxOne and MaxTwo: `/wells/<well>/<recording>` with `spikes` (frameno, channel, amplitude), `settings/mapping`
 * (channel, electrode, x, y in µm), `settings/sampling` and frames of the raw data in `groups/<name>/frame_nos`. Files of MaxOne
 * before 2017 have one recording at the root: `/proc0/spikeTimes`, `/mapping`, `/sig`.
 * @source a MaxTwo file of SpikeInterface/probeinterface; neo, maxwellrawio.py
 */
export const maxwellHdf5: Importer = {
  format,
  settings: ['well', 'recording', 'samplingRateHz'],
  detect(files) {
    const file = files.find(({ hdf5 }) => hdf5 && layoutOf(hdf5.rootNames) !== null)
    if (!file?.hdf5) return null
    return { confidence: 0.95, reasons: [{ code: layoutOf(file.hdf5.rootNames) ?? '', details: { file: file.name } }], files: [file] }
  },
  read,
}

function layoutOf(rootNames: readonly string[]): 'wells' | 'root' | null {
  if (rootNames.includes('wells') && ['data_store', 'recordings', 'mxw_version'].some((name) => rootNames.includes(name))) return 'wells'
  return rootNames.includes('mapping') && (rootNames.includes('proc0') || rootNames.includes('sig')) ? 'root' : null
}

/** Where one recording's parts lie. */
type Parts = { spikes: string; mapping: string; rateHz: number | null; frames: Frames | null; raw: string | null }
type Frames = { first: number; last: number; stored: number }

async function* read(task: ImportTask): AsyncGenerator<ReadProgress, SpikeReading | VoltageReading> {
  const source = task.files[0]
  if (!source?.hdf5) throw fail('import/not-recognised', { file: source?.name ?? '', formats: format })
  const { file, close } = await openHdf5(source.path, source.bytes)
  try {
    const isOld = layoutOf(file.rootNames()) === 'root'
    const picked = isOld ? { choices: [], settings: [], path: '' } : pickRecording(file, task)
    const parts = isOld ? oldParts(file) : partsOf(file, picked.path)
    const givenRateHz = numberAnswer(task.answers, 'samplingRateHz', 0)
    const samplingRateHz = parts.rateHz ?? givenRateHz ?? (isOld ? oldRateHz : null)
    const array = readMapping(file, parts.mapping)
    const settings = [
      ...picked.settings,
      ...(parts.rateHz === null ? [numberSetting('samplingRateHz', samplingRateHz, { unit: 'Hz', guessed: givenRateHz === null })] : []),
    ]
    const said = {
      choices: picked.choices,
      settings,
      needs: samplingRateHz === null ? [{ name: 'samplingRateHz', why: 'formats.needs.samplingRateHz' }] : [],
      channelLabels: array.channelLabels,
      positionsUm: array.positionsUm,
    }
    if (file.kindOf(parts.spikes) !== 'dataset') {
      const samples = parts.frames?.stored ?? (parts.raw ? (file.shapeOf(parts.raw)?.[1] ?? null) : null)
      return { ...said, modality: 'voltage', samplingRateHz, samples, warnings: [...array.warnings, ...rawWarnings(file, parts)] }
    }
    const { trains, warnings } = yield* readSpikes(file, parts, { array, samplingRateHz: samplingRateHz ?? 1, interrupt: task.interrupt })
    const { frames } = parts
    return {
      ...said,
      modality: 'spikes',
      trains,
      samplingRateHz,
      knowsAllChannels: true,
      spanS: frames && samplingRateHz !== null ? { startS: 0, endS: (frames.last - frames.first + 1) / samplingRateHz } : null,
      warnings: [...array.warnings, ...warnings, ...rawWarnings(file, parts)],
    }
  } finally {
    close()
  }
}

type Picked = { choices: Inspection['choices']; settings: ImportSetting[]; path: string }

/** The well and recording the person picked; else those with the most spikes. */
function pickRecording(file: Hdf5File, { answers }: ImportTask): Picked {
  const spikeCount = (path: string): number => file.shapeOf(`${path}/spikes`)?.[0] ?? 0
  const wells = file.namesIn('/wells').filter((well) => file.namesIn(`/wells/${well}`).length > 0)
  const recordingsOf = (well: string): string[] => file.namesIn(`/wells/${well}`)
  const busiest = (names: string[], countOf: (name: string) => number): string | null =>
    names.reduce<string | null>((best, name) => (best === null || countOf(name) > countOf(best) ? name : best), null)
  const countOfWell = (well: string): number => recordingsOf(well).reduce((sum, name) => sum + spikeCount(`/wells/${well}/${name}`), 0)
  const givenWell = choiceAnswer(answers, 'well', wells)
  const well = givenWell ?? busiest(wells, countOfWell)
  if (well === null) throw fail('import/dataset-missing', { file: file.name, dataset: '/wells' })
  const recordings = recordingsOf(well)
  const givenRecording = choiceAnswer(answers, 'recording', recordings)
  const recording = givenRecording ?? busiest(recordings, (name) => spikeCount(`/wells/${well}/${name}`))
  return {
    choices: [
      { name: 'well', options: wells },
      { name: 'recording', options: recordings },
    ],
    settings: [
      choiceSetting('well', well, { options: wells, guessed: givenWell === null && wells.length > 1 }),
      choiceSetting('recording', recording, { options: recordings, guessed: givenRecording === null && recordings.length > 1 }),
    ],
    path: `/wells/${well}/${recording ?? ''}`,
  }
}

function partsOf(file: Hdf5File, path: string): Parts {
  const groups = file.namesIn(`${path}/groups`)
  const group = groups.includes('routed') ? 'routed' : groups[0]
  const frameNumbers = `${path}/groups/${group ?? ''}/frame_nos`
  const stored = group !== undefined && file.kindOf(frameNumbers) === 'dataset' ? file.lengthOf(frameNumbers) : 0
  const [first = 0] = stored > 0 ? file.slice(frameNumbers, 0, 1) : []
  const [last = 0] = stored > 0 ? file.slice(frameNumbers, stored - 1, 1) : []
  if (stored > 0 && last < first) {
    throw fail('import/times-backwards', { file: file.name, place: frameNumbers, before: first, after: last })
  }
  return {
    spikes: `${path}/spikes`,
    mapping: `${path}/settings/mapping`,
    rateHz: positive(file.number(`${path}/settings/sampling`)),
    frames: stored > 0 ? { first, last, stored } : null,
    raw: group !== undefined && file.kindOf(`${path}/groups/${group}/raw`) === 'dataset' ? `${path}/groups/${group}/raw` : null,
  }
}

function oldParts(file: Hdf5File): Parts {
  const samples = file.shapeOf('/sig')?.[1] ?? 0
  const first = samples > 0 ? oldFirstFrame(file) : null
  return {
    spikes: '/proc0/spikeTimes',
    mapping: '/mapping',
    rateHz: null,
    frames: first === null ? null : { first, last: first + samples - 1, stored: samples },
    raw: samples > 0 ? '/sig' : null,
  }
}

/** The number of the first raw frame; null where the raw data cannot be unpacked. */
function oldFirstFrame(file: Hdf5File): number | null {
  try {
    const [low, high] = frameRows.map((row) => file.cell('/sig', [row, 0]))
    return low === undefined || high === undefined ? null : low + 65_536 * high
  } catch (problem) {
    if (problem instanceof CodedError) return null
    throw problem
  }
}

type MappedArray = { rowOfChannel: Map<number, number>; channelLabels: string[]; positionsUm: Float64Array; warnings: ImportWarning[] }

/** Electrodes that are routed to a channel; a channel −1 is none. */
function readMapping(file: Hdf5File, mapping: string): MappedArray {
  if ((file.shapeOf(mapping)?.[0] ?? 0) > channelLimit) throw fail('import/too-many-channels', { file: file.name, limit: channelLimit })
  const rowOfChannel = new Map<number, number>()
  const places: number[] = []
  const ids: string[] = []
  for (const [channels, xs, ys] of file.columnPieces(mapping, ['channel', 'x', 'y'])) {
    channels?.forEach((channel, i) => {
      if (channel < 0) return
      if (!rowOfChannel.has(channel)) rowOfChannel.set(channel, ids.length)
      ids.push(String(channel))
      places.push(xs?.[i] ?? NaN, ys?.[i] ?? NaN)
    })
  }
  if (ids.length === 0) throw fail('import/no-channels', { file: file.name, dataset: mapping })
  const { labels, renamedCount } = uniqueLabels(ids)
  return {
    rowOfChannel,
    channelLabels: labels,
    positionsUm: Float64Array.from(places),
    warnings: renamedCount > 0 ? [warning('labels-repeated', { count: renamedCount })] : [],
  }
}

/** Spikes on routed channels, in seconds since the first stored frame; those before it stay, and have times below 0. */
async function* readSpikes(
  file: Hdf5File,
  { spikes, frames }: Parts,
  { array, samplingRateHz, interrupt }: { array: MappedArray; samplingRateHz: number; interrupt: () => void },
): AsyncGenerator<ReadProgress, { trains: SpikeReading['trains']; warnings: ImportWarning[] }> {
  const total = file.shapeOf(spikes)?.[0] ?? 0
  if (total > spikeLimit) {
    throw fail('import/dataset-too-large', { file: file.name, dataset: spikes, claimedMB: Math.round((16 * total) / 1e6) })
  }
  const timesS = new Float64Array(total)
  const rowOfSpike = new Uint32Array(total)
  const elsewhere = new Map<number, number>()
  let kept = 0
  let done = 0
  for (const [frameNumbers, channels] of file.columnPieces(spikes, ['frameno', 'channel'])) {
    interrupt()
    for (let s = 0; s < (frameNumbers?.length ?? 0); s++) {
      const channel = channels?.[s] ?? NaN
      const row = array.rowOfChannel.get(channel)
      if (row === undefined) {
        elsewhere.set(channel, (elsewhere.get(channel) ?? 0) + 1)
        continue
      }
      const frame = frameNumbers?.[s] ?? NaN
      if (!Number.isFinite(frame))
        throw fail('import/not-a-number', { file: file.name, place: `${spikes}[${done + s}]`, found: String(frame) })
      timesS[kept] = (frame - (frames?.first ?? 0)) / samplingRateHz
      rowOfSpike[kept] = row
      kept += 1
    }
    done += frameNumbers?.length ?? 0
    yield { done, total, phase: 'read' }
  }
  const lost = [...elsewhere.values()].reduce((sum, count) => sum + count, 0)
  const before = timesS.subarray(0, kept).filter((time) => time < 0).length
  return {
    trains: groupByChannel(timesS.subarray(0, kept), rowOfSpike.subarray(0, kept), array.channelLabels.length),
    warnings: [
      ...(lost > 0 ? [warning('spikes-not-routed', { count: lost, channels: named([...elsewhere.keys()].map(String)) })] : []),
      ...(before > 0 ? [warning('spikes-before-frames', { count: before })] : []),
    ],
  }
}

function rawWarnings(file: Hdf5File, { raw, frames }: Parts): ImportWarning[] {
  const filter = raw ? file.filterOf(raw) : null
  const missing = frames ? frames.last - frames.first + 1 - frames.stored : 0
  return [
    ...(filter === null ? [] : [warning('raw-packed', { filter })]),
    ...(missing > 0 ? [warning('frames-missing', { count: missing })] : []),
  ]
}

const positive = (value: number | null): number | null => (value !== null && value > 0 && Number.isFinite(value) ? value : null)
