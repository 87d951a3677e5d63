import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting, Inspection } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { warning } from './checks.ts'
import { openHdf5 } from './hdf5.ts'
import type { Hdf5File } from './hdf5-file.ts'
import type { Importer, ImportTask, ReadProgress, SpikeReading, VoltageReading } from './importer.ts'
import { channelLimit, inNaturalOrder, spikeLimit, uniqueLabels } from './labels.ts'
import { groupByChannel } from './spike-trains.ts'

const format = '3brain-hdf5'
/** Between electrodes of the arrays most people have; the file does not say it. */
const usualPitchUm = 42
const usualColumns = 64
const spikesBy = ['channel', 'unit'] as const

/**
 * 3Brain: `.brw` and `.bxr` of BrainWave up to 4 (`/3BRecInfo`, spikes in `/3BResults/3BChEvents`) and of BrainWave 5 (groups
 * `/Well_A1`, … with `SpikeTimes`, `SpikeChIdxs`, `StoredChIdxs`). Times are frames; rows and columns count from 1.
 * @source a file of SpikeInterface/probeinterface; Helveg/bwpy; neo, biocamrawio.py
 */
export const threeBrainHdf5: Importer = {
  format,
  settings: ['well', 'spikesBy', 'pitchUm', 'samplingRateHz'],
  detect(files) {
    const file = files.find(({ hdf5 }) => hdf5 && versionOf(hdf5.rootNames) !== null)
    if (!file?.hdf5) return null
    return { confidence: 0.95, reasons: [{ code: versionOf(file.hdf5.rootNames) ?? '', details: { file: file.name } }], files: [file] }
  },
  read,
}

const wellsIn = (rootNames: readonly string[]): string[] => inNaturalOrder(rootNames.filter((name) => /^Well_[A-Z]+\d+$/.test(name)))

function versionOf(rootNames: readonly string[]): 'brainwave4' | 'brainwave5' | null {
  if (rootNames.includes('3BRecInfo')) return 'brainwave4'
  return wellsIn(rootNames).length > 0 && ['TOC', 'ExperimentSettings', 'ExperimentInfo'].some((name) => rootNames.includes(name))
    ? 'brainwave5'
    : null
}

/** An electrode by its row and column, both from 1. */
type Electrode = { row: number; column: number }

/** What both versions come down to. */
type Found = {
  rateHz: number | null
  frames: number | null
  /** by the number that spikes name it with */
  electrodes: Map<number, Electrode>
  /** frames and channel of every spike; null without spikes */
  spikes: { times: string; channels: string; units: string | null } | null
}

async function* read({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, SpikeReading | VoltageReading> {
  const source = files[0]
  if (!source?.hdf5) throw fail('import/not-recognised', { file: source?.name ?? '', formats: format })
  const { file, close } = await openHdf5(source.path, source.bytes)
  try {
    const picked = versionOf(file.rootNames()) === 'brainwave4' ? { choices: [], settings: [] } : pickWell(file, answers)
    const found = 'well' in picked ? brainWave5(file, picked.well) : brainWave4(file)
    if (found.electrodes.size === 0) throw fail('import/no-channels', { file: file.name, dataset: 'Chs' })
    const givenRateHz = numberAnswer(answers, 'samplingRateHz', 0)
    const samplingRateHz = found.rateHz ?? givenRateHz
    const givenPitchUm = numberAnswer(answers, 'pitchUm', 0)
    const pitchUm = givenPitchUm ?? usualPitchUm
    const said = {
      choices: picked.choices,
      settings: [
        ...picked.settings,
        numberSetting('pitchUm', pitchUm, { unit: 'µm', guessed: givenPitchUm === null }),
        ...(found.rateHz === null ? [numberSetting('samplingRateHz', samplingRateHz, { unit: 'Hz', guessed: false })] : []),
      ],
      needs: samplingRateHz === null ? [{ name: 'samplingRateHz', why: 'formats.needs.samplingRateHz' }] : [],
      samplingRateHz,
    }
    if (!found.spikes) {
      const rows = [...found.electrodes.values()].map((electrode) => ({ electrode, unit: null }))
      return { ...said, ...channelsOf(rows, pitchUm), modality: 'voltage', samples: found.frames, warnings: [] }
    }
    const bySettings = byOf(file, found, answers)
    const trains = yield* readSpikes(file, found, { by: bySettings.by, rateHz: samplingRateHz ?? 1, interrupt })
    return {
      ...said,
      settings: [...said.settings, ...bySettings.settings],
      choices: [...said.choices, ...bySettings.choices],
      modality: 'spikes',
      ...channelsOf(trains.rows, pitchUm),
      trains: trains.trains,
      knowsAllChannels: true,
      spanS: found.frames !== null && samplingRateHz !== null ? { startS: 0, endS: found.frames / samplingRateHz } : null,
      warnings: trains.unsorted > 0 ? [warning('spikes-without-unit', { count: trains.unsorted })] : [],
    }
  } finally {
    close()
  }
}

function channelsOf(rows: Rows, pitchUm: number): { channelLabels: string[]; positionsUm: Float64Array } {
  const labels = rows.map(({ electrode: { row, column }, unit }) => `Ch${row}.${column}${unit === null ? '' : ` u${unit}`}`)
  return {
    channelLabels: uniqueLabels(labels).labels,
    positionsUm: Float64Array.from(rows.flatMap(({ electrode: { row, column } }) => [(column - 1) * pitchUm, (row - 1) * pitchUm])),
  }
}

function brainWave4(file: Hdf5File): Found {
  const variables = '/3BRecInfo/3BRecVars'
  const times = '/3BResults/3BChEvents/SpikeTimes'
  const vector = '/3BResults/3BInfo/MeaChs2ChIDsVector'
  const hasSpikes = file.kindOf(times) === 'dataset'
  const electrodes = new Map<number, Electrode>()
  const table = hasSpikes && file.kindOf(vector) === 'dataset' ? vector : '/3BRecInfo/3BMeaStreams/Raw/Chs'
  const columns = file.datasetOf(table)?.columns.map(({ name }) => name) ?? []
  const named = columns.includes('ID') ? ['Row', 'Col', 'ID'] : ['Row', 'Col']
  if ((file.shapeOf(table)?.[0] ?? 0) > channelLimit) throw fail('import/too-many-channels', { file: file.name, limit: channelLimit })
  for (const [rows, cols, ids] of file.columnPieces(table, named)) {
    rows?.forEach((row, i) => electrodes.set(ids?.[i] ?? electrodes.size, { row, column: cols?.[i] ?? NaN }))
  }
  const units = '/3BResults/3BChEvents/SpikeUnits'
  return {
    rateHz: positive(file.number(`${variables}/SamplingRate`)),
    frames: positive(file.number(`${variables}/NRecFrames`)),
    electrodes,
    spikes: hasSpikes
      ? { times, channels: '/3BResults/3BChEvents/SpikeChIDs', units: file.kindOf(units) === 'dataset' ? units : null }
      : null,
  }
}

function pickWell(file: Hdf5File, answers: ImportAnswers): { well: string; choices: Inspection['choices']; settings: ImportSetting[] } {
  const wells = wellsIn(file.rootNames())
  const given = choiceAnswer(answers, 'well', wells)
  const countOf = (well: string): number => file.shapeOf(`/${well}/SpikeTimes`)?.[0] ?? 0
  const well = given ?? wells.reduce((best, name) => (countOf(name) > countOf(best) ? name : best), wells[0] ?? '')
  return {
    well,
    choices: [{ name: 'well', options: wells }],
    settings: [choiceSetting('well', well, { options: wells, guessed: given === null && wells.length > 1 })],
  }
}

function brainWave5(file: Hdf5File, well: string): Found {
  const stored = `/${well}/StoredChIdxs`
  const times = `/${well}/SpikeTimes`
  const units = `/${well}/SpikeUnits`
  const hasSpikes = file.kindOf(times) === 'dataset'
  if (file.lengthOf(stored) > channelLimit) throw fail('import/too-many-channels', { file: file.name, limit: channelLimit })
  const electrodes = new Map<number, Electrode>()
  for (const piece of file.numberPieces(stored)) {
    for (const index of piece) electrodes.set(index, { row: Math.floor(index / usualColumns) + 1, column: (index % usualColumns) + 1 })
  }
  const rate = file.attribute('/', 'SamplingRate')
  const toc = file.datasetOf('/TOC')
  const lastFrame = toc?.holds === 'numbers' && toc.shape.length === 2 && (toc.shape[0] ?? 0) > 0 && (toc.shape[1] ?? 0) > 1
  return {
    rateHz: positive(typeof rate === 'number' ? rate : null) ?? rateInSettings(file),
    frames: lastFrame ? positive(file.cell('/TOC', [(toc.shape[0] ?? 1) - 1, 1]) ?? null) : null,
    electrodes,
    spikes: hasSpikes ? { times, channels: `/${well}/SpikeChIdxs`, units: file.kindOf(units) === 'dataset' ? units : null } : null,
  }
}

/** The settings of the experiment are a JSON text. */
function rateInSettings(file: Hdf5File): number | null {
  try {
    const settings = JSON.parse(file.text('/ExperimentSettings') ?? 'null') as { TimeConverter?: { FrameRate?: unknown } } | null
    const rate = settings?.TimeConverter?.FrameRate
    return positive(typeof rate === 'number' ? rate : null)
  } catch (problem) {
    if (problem instanceof SyntaxError) return null
    throw problem
  }
}

type By = (typeof spikesBy)[number]

/** Where spikes are sorted, the person says whether a row is an electrode or a unit. */
function byOf(
  file: Hdf5File,
  { spikes }: Found,
  answers: ImportAnswers,
): { by: By; settings: ImportSetting[]; choices: Inspection['choices'] } {
  const given = choiceAnswer(answers, 'spikesBy', spikesBy)
  const isSorted =
    spikes?.units !== null &&
    spikes?.units !== undefined &&
    [...file.numberPieces(spikes.units)].some((piece) => piece.some((unit) => unit > 0))
  if (!isSorted) return { by: 'channel', settings: [], choices: [] }
  return {
    by: given ?? 'channel',
    settings: [choiceSetting('spikesBy', given ?? 'channel', { options: spikesBy, guessed: given === null })],
    choices: [{ name: 'spikesBy', options: [...spikesBy] }],
  }
}

type Rows = { electrode: Electrode; unit: number | null }[]

/** Spikes in seconds; by unit, those that were sorted into none are left out and counted. */
async function* readSpikes(
  file: Hdf5File,
  { spikes, electrodes }: Found,
  { by, rateHz, interrupt }: { by: By; rateHz: number; interrupt: () => void },
): AsyncGenerator<ReadProgress, { rows: Rows; trains: SpikeReading['trains']; unsorted: number }> {
  const { times, channels, units } = spikes ?? { times: '', channels: '', units: null }
  const total = file.lengthOf(times)
  if (total > spikeLimit)
    throw fail('import/dataset-too-large', { file: file.name, dataset: times, claimedMB: Math.round((8 * total) / 1e6) })
  for (const dataset of [channels, ...(by === 'unit' && units !== null ? [units] : [])]) {
    const found = file.lengthOf(dataset)
    if (found !== total) throw fail('import/counts-disagree', { file: file.name, dataset, expected: total, found })
  }
  const rows: Rows = by === 'channel' ? [...electrodes.values()].map((electrode) => ({ electrode, unit: null })) : []
  const rowOf = new Map<string, number>(by === 'channel' ? [...electrodes.keys()].map((id, row) => [String(id), row]) : [])
  const timesS = new Float64Array(total)
  const rowOfSpike = new Uint32Array(total)
  let kept = 0
  let unsorted = 0
  for (let first = 0; first < total;) {
    interrupt()
    const count = Math.min(pieceLength, total - first)
    const frames = file.slice(times, first, count)
    const ids = file.slice(channels, first, count)
    const sortedInto = by === 'unit' && units !== null ? file.slice(units, first, count) : null
    for (let s = 0; s < count; s++) {
      const id = ids[s]!
      const electrode = electrodes.get(id)
      const place = `${times}[${first + s}]`
      if (!electrode) throw fail('import/channel-unknown', { file: file.name, place: `${channels}[${first + s}]`, found: id })
      if (!Number.isFinite(frames[s]!)) throw fail('import/not-a-number', { file: file.name, place, found: String(frames[s]) })
      if (frames[s]! < 0) throw fail('import/negative-time', { file: file.name, place, found: frames[s]! })
      const unit = sortedInto ? sortedInto[s]! : null
      if (unit !== null && unit < 0) {
        unsorted += 1
        continue
      }
      const key = unit === null ? String(id) : `${id} ${unit}`
      let row = rowOf.get(key)
      if (row === undefined) {
        row = rows.push({ electrode, unit }) - 1
        if (row >= channelLimit) throw fail('import/too-many-channels', { file: file.name, limit: channelLimit })
        rowOf.set(key, row)
      }
      timesS[kept] = frames[s]! / rateHz
      rowOfSpike[kept] = row
      kept += 1
    }
    first += count
    yield { done: first, total, phase: 'read' }
  }
  return { rows, trains: groupByChannel(timesS.subarray(0, kept), rowOfSpike.subarray(0, kept), rows.length), unsorted }
}

const pieceLength = 1 << 20

const positive = (value: number | null): number | null => (value !== null && value > 0 && Number.isFinite(value) ? value : null)
