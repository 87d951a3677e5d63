import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting, ImportWarning, Inspection } from '../../shared/domain/inspection.ts'
import type { Region } from '../../shared/domain/region.ts'
import { choiceAnswer, choiceSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import type { ReadProgress } from './importer.ts'
import { channelLimit, spikeLimit, uniqueLabels } from './labels.ts'
import { columnsOf, isDataset, numbersAt, raggedStarts, rowValues, type NwbFile } from './nwb-file.ts'
import type { SpikeTrains } from './spike-trains.ts'

const electrodesTable = '/general/extracellular_ephys/electrodes'
const mostRegions = 200
/** Columns that sorters and people judge units in. */
const qualityColumns = ['quality', 'group', 'KSLabel', 'kslabel', 'cluster_group', 'label']
const kept = ['not-noise', 'good', 'all'] as const

/** What a table of units holds; N units. */
export type NwbUnits = {
  channelLabels: string[]
  trains: SpikeTrains
  positionsUm: Float64Array | null
  regions: Region[]
  regionOfChannel: Int16Array
  settings: ImportSetting[]
  choices: Inspection['choices']
  warnings: ImportWarning[]
}

/**
 * Reads `spike_times` (seconds) cut by `spike_times_index`, the units' places and regions.
 * @throws import/dataset-…, import/counts-disagree, import/not-a-number
 */
export function* readUnits(
  nwb: NwbFile,
  table: string,
  { answers, interrupt }: { answers: ImportAnswers; interrupt: () => void },
): Generator<ReadProgress, NwbUnits> {
  const { file } = nwb
  const times = `${table}/spike_times`
  const index = `${table}/spike_times_index`
  const spikeCount = file.lengthOf(times)
  if (spikeCount > spikeLimit)
    throw fail('import/dataset-too-large', { file: file.name, dataset: times, claimedMB: Math.round((8 * spikeCount) / 1e6) })
  if (file.lengthOf(index) > channelLimit) throw fail('import/too-many-channels', { file: file.name, limit: channelLimit })
  const starts = raggedStarts(file, table, 'spike_times')
  const unitCount = (starts?.length ?? 1) - 1
  if (!starts || starts[unitCount] !== spikeCount) {
    throw fail('import/counts-disagree', {
      file: file.name,
      dataset: index,
      expected: spikeCount,
      found: file.slice(index, file.lengthOf(index) - 1, 1)[0] ?? 0,
    })
  }
  const timesS = new Float64Array(spikeCount)
  let done = 0
  for (const piece of file.numberPieces(times)) {
    interrupt()
    const strange = piece.findIndex((time) => !Number.isFinite(time))
    if (strange >= 0)
      throw fail('import/not-a-number', { file: file.name, place: `${times}[${done + strange}]`, found: String(piece[strange]) })
    timesS.set(piece, done)
    done += piece.length
    yield { done, total: spikeCount, phase: 'read' }
  }
  const ids = file.texts(`${table}/id`)
  const { labels, renamedCount } = uniqueLabels(Array.from({ length: unitCount }, (_, unit) => ids?.[unit] ?? String(unit)))
  const judged = judgedUnits(nwb, table, { labels, answers })
  const { units } = judged
  const electrodes = electrodesOfUnits(nwb, table, unitCount)
  const positionsUm = ownPositions(nwb, table, unitCount) ?? electrodePositions(nwb, electrodes)
  const { regions, regionOfChannel } = regionsOf(nwb, table, electrodes)
  return {
    channelLabels: units.map((unit) => labels[unit] ?? ''),
    trains: trainsOf({ timesS, offsets: Uint32Array.from(starts) }, units),
    positionsUm: positionsUm && Float64Array.from(units.flatMap((unit) => [positionsUm[2 * unit]!, positionsUm[2 * unit + 1]!])),
    regions,
    regionOfChannel: Int16Array.from(units, (unit) => regionOfChannel[unit]!),
    settings: judged.settings,
    choices: judged.choices,
    warnings: [...judged.warnings, ...(renamedCount > 0 ? [warning('labels-repeated', { count: renamedCount })] : [])],
  }
}

type Judged = { units: number[] } & Pick<NwbUnits, 'settings' | 'choices' | 'warnings'>

/** Which units to take, where a column calls some noise or good; else all. */
function judgedUnits(nwb: NwbFile, table: string, { labels, answers }: { labels: string[]; answers: ImportAnswers }): Judged {
  const all = labels.map((_, unit) => unit)
  const words = qualityColumns
    .map((column) => (columnsOf(nwb.file, table).includes(column) ? nwb.file.texts(`${table}/${column}`) : null))
    .find((texts) => texts?.length === labels.length && texts.some((word) => ['good', 'noise'].includes(word.trim().toLowerCase())))
  if (!words) return { units: all, settings: [], choices: [], warnings: [] }
  const given = choiceAnswer(answers, 'units', kept)
  const wanted = given ?? 'not-noise'
  const isTaken = (unit: number): boolean => {
    const word = (words[unit] ?? '').trim().toLowerCase()
    return wanted === 'all' || (wanted === 'good' ? word === 'good' : word !== 'noise')
  }
  const left = all.filter((unit) => !isTaken(unit)).map((unit) => labels[unit] ?? '')
  return {
    units: all.filter(isTaken),
    settings: [choiceSetting('units', wanted, { options: kept, guessed: given === null })],
    choices: [{ name: 'units', options: [...kept] }],
    warnings: left.length > 0 ? [warning('units-left-out', { count: left.length, units: named(left, 40) })] : [],
  }
}

/** The trains of some of the units, in their order. */
function trainsOf({ timesS, offsets }: SpikeTrains, units: number[]): SpikeTrains {
  if (units.length + 1 === offsets.length) return { timesS, offsets }
  const ends = new Uint32Array(units.length + 1)
  units.forEach((unit, c) => (ends[c + 1] = ends[c]! + offsets[unit + 1]! - offsets[unit]!))
  const own = new Float64Array(ends[units.length]!)
  units.forEach((unit, c) => own.set(timesS.subarray(offsets[unit], offsets[unit + 1]), ends[c]))
  return { timesS: own, offsets: ends }
}

/** Places that stand in the table of units itself. */
function ownPositions({ file }: NwbFile, table: string, unitCount: number): Float64Array | null {
  const [xs, ys] = [
    ['x', 'y'],
    ['x_um', 'y_um'],
    ['x_position', 'y_position'],
  ]
    .map((names) => names.map((name) => numbersAt(file, `${table}/${name}`)))
    .find((pair) => pair.every((values) => values?.length === unitCount)) ?? [null, null]
  return xs && ys ? Float64Array.from({ length: 2 * unitCount }, (_, i) => (i % 2 === 0 ? xs : ys)[i >> 1]!) : null
}

/** Rows of the table of electrodes that belong to each unit: those it names, else those of its group. */
function electrodesOfUnits({ file }: NwbFile, table: string, unitCount: number): number[][] {
  const named = isDataset(file, `${table}/electrodes`) ? rowValues(file, table, 'electrodes') : null
  if (named?.length === unitCount) return named.map((row) => row.filter((value): value is number => typeof value === 'number'))
  const groups = isDataset(file, `${table}/electrode_group`) ? rowValues(file, table, 'electrode_group') : null
  const groupOf = isDataset(file, `${electrodesTable}/group`) ? rowValues(file, electrodesTable, 'group') : null
  if (groups?.length !== unitCount || !groupOf) return Array.from({ length: unitCount }, () => [])
  const members = new Map<string, number[]>()
  groupOf.forEach(([group], row) => {
    if (typeof group === 'string') members.set(group, [...(members.get(group) ?? []), row])
  })
  return groups.map(([group]) => (typeof group === 'string' ? (members.get(group) ?? []) : []))
}

/** The middle of a unit's electrodes, on the probe where the file tells it. */
function electrodePositions({ file }: NwbFile, electrodes: number[][]): Float64Array | null {
  const pair = [
    ['rel_x', 'rel_y'],
    ['x', 'y'],
  ]
    .map((names) => names.map((name) => numbersAt(file, `${electrodesTable}/${name}`)))
    .find(([xs, ys]) => xs && ys && xs.length === ys.length && xs.some(Number.isFinite))
  const [xs, ys] = pair ?? []
  if (!xs || !ys || electrodes.every((rows) => rows.length === 0)) return null
  const mean = (values: Float64Array, rows: number[]): number => rows.reduce((sum, row) => sum + (values[row] ?? NaN), 0) / rows.length
  return Float64Array.from(electrodes.flatMap((rows) => [mean(xs, rows), mean(ys, rows)]))
}

/** Brain regions by the units' own column, else by that of their first electrode. */
function regionsOf({ file }: NwbFile, table: string, electrodes: number[][]): { regions: Region[]; regionOfChannel: Int16Array } {
  const own = ['location', 'brain_area', 'brain_region', 'region'].find((column) => columnsOf(file, table).includes(column))
  const names = own ? file.texts(`${table}/${own}`) : null
  const places = isDataset(file, `${electrodesTable}/location`) ? file.texts(`${electrodesTable}/location`) : null
  const of = electrodes.map((rows, unit) => (names?.[unit] ?? '').trim() || (places?.[rows[0] ?? -1] ?? '').trim())
  const known = [...new Set(of.filter((name) => !['', 'unknown', 'none', 'nan'].includes(name.toLowerCase())))]
  if (known.length > mostRegions) return { regions: [], regionOfChannel: new Int16Array(of.length).fill(-1) }
  return {
    regions: known.map((name): Region => ({ name: name.slice(0, 80), role: 'other', side: null, paddle: null })),
    regionOfChannel: Int16Array.from(of, (name) => known.indexOf(name)),
  }
}
