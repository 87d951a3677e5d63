import { fail } from '../../shared/contract/errors.ts'
import type { ImportWarning } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import type { Importer, ImportTask, ReadProgress, SpikeReading } from './importer.ts'
import { channelLimit, spikeLimit } from './labels.ts'
import type { NamedArray } from './array-variables.ts'
import { readNpyFile } from './npy-array.ts'
import type { OpenedFile } from './opened-file.ts'
import { distinctIds, groupByChannel, rowFinder } from './spike-trains.ts'
import { isBlankRow, rowsOf } from './table-rows.ts'
import { shapeOfTable } from './table-shape.ts'

const settings = ['units', 'samplingRateHz'] as const
const kept = ['not-noise', 'good', 'all'] as const

/** Files of a sorting that are read, by their names; the first of a list that is there. */
const parts = {
  times: ['spike_times.npy'],
  clusters: ['spike_clusters.npy', 'spike_templates.npy'],
  templatesOfSpikes: ['spike_templates.npy'],
  params: ['params.py'],
  places: ['channel_positions.npy'],
  channelMap: ['channel_map.npy'],
  templates: ['templates.npy'],
  info: ['cluster_info.tsv', 'cluster_info.csv'],
  groups: ['cluster_group.tsv', 'cluster_groups.csv', 'cluster_group.csv', 'cluster_KSLabel.tsv'],
} as const
type Part = keyof typeof parts

/**
 * A sorting as Kilosort writes it and Phy keeps it: a folder with spike times in samples and the cluster of each spike. `params.py` is
 * read as text. Clusters are units; those marked as noise are left out and named.
 */
export const phy: Importer = {
  format: 'phy',
  settings,
  detect(files) {
    const home = files.find(({ name, place }) => name === 'spike_times.npy' && inFolder(files, place, 'clusters'))
    if (!home) return null
    const found = (Object.keys(parts) as Part[]).flatMap((part) => inFolder(files, home.place, part) ?? [])
    return {
      confidence: 0.97,
      reasons: [{ code: 'names', details: { file: folderOf(home.place) || home.name } }],
      files: [...new Set(found)],
    }
  },
  read: readSorting,
}

const folderOf = (place: string): string => place.slice(0, Math.max(0, place.lastIndexOf('/')))

function inFolder(files: OpenedFile[], place: string, part: Part): OpenedFile | undefined {
  const beside = files.filter((file) => folderOf(file.place) === folderOf(place))
  return parts[part].flatMap((name) => beside.find((file) => file.name === name) ?? [])[0]
}

async function* readSorting({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, SpikeReading> {
  const home = files.find(({ name }) => name === 'spike_times.npy')
  const find = (part: Part): OpenedFile | undefined => home && inFolder(files, home.place, part)
  const clusterFile = find('clusters')
  if (!home || !clusterFile)
    throw fail('import/file-missing', { folder: folderOf(files[0]?.place ?? ''), missing: home ? 'spike_clusters.npy' : 'spike_times.npy' })
  const times = listOf(await arrayOf(home, interrupt), home.name)
  interrupt()
  yield { done: 1, total: 4, phase: 'read' }
  const clusters = listOf(await arrayOf(clusterFile, interrupt), clusterFile.name)
  interrupt()
  yield { done: 2, total: 4, phase: 'read' }
  if (times.length !== clusters.length) {
    throw fail('import/counts-disagree', {
      file: clusterFile.name,
      dataset: clusterFile.name,
      expected: times.length,
      found: clusters.length,
    })
  }
  if (times.length > spikeLimit)
    throw fail('import/dataset-too-large', { file: home.name, dataset: home.name, claimedMB: Math.round(home.bytes / 1e6) })
  const said = await labelsOf(find('info'), find('groups'), interrupt)
  const wanted = choiceAnswer(answers, 'units', kept) ?? 'not-noise'
  const { ids, leftOut } = unitsOf(clusters, { said, wanted, file: clusterFile.name })
  if (ids.length === 0) throw fail('import/no-spikes', { file: clusterFile.name })
  const params = find('params')
  const toldRate = params ? rateIn(params) : null
  const givenRate = numberAnswer(answers, 'samplingRateHz', 0)
  const rateHz = givenRate ?? toldRate
  interrupt()
  const { trains, warnings } = trainsOf({ times, clusters, ids, rateHz, file: home.name })
  yield { done: 3, total: 4, phase: 'read' }
  const placed = await placesOf({ find, ids, said, clusters, interrupt })
  yield { done: 4, total: 4, phase: 'read' }
  return {
    modality: 'spikes',
    channelLabels: ids.map(String),
    trains,
    positionsUm: placed.positionsUm,
    samplingRateHz: rateHz,
    knowsAllChannels: true,
    settings: [
      choiceSetting('units', wanted, { options: kept, guessed: answers.units === undefined }),
      numberSetting('samplingRateHz', rateHz, { unit: 'Hz', guessed: false }),
    ],
    needs: rateHz === null ? [{ name: 'samplingRateHz', why: 'formats.needs.samplingRateHz' }] : [],
    warnings: [
      ...(leftOut.length > 0 ? [warning('units-left-out', { count: leftOut.length, units: named(leftOut, 40) })] : []),
      ...warnings,
      ...placed.warnings,
    ],
  }
}

async function arrayOf(file: OpenedFile, interrupt: () => void): Promise<NamedArray> {
  const [array] = await readNpyFile(file, file.name, interrupt)
  if (!array?.numbers) throw fail('import/dataset-not-numbers', { file: file.name, dataset: file.name, expected: '[N]', found: 'text' })
  return array
}

function listOf({ shape, numbers, isWhole }: NamedArray, file: string): Float32Array | Float64Array {
  if (!numbers || shape.length > 1 || !isWhole) {
    throw fail('import/dataset-not-numbers', {
      file,
      dataset: file,
      expected: 'int [N]',
      found: `${isWhole ? 'int' : 'float'} [${shape.join(' × ')}]`,
    })
  }
  return numbers
}

/** `sample_rate = 30000.` out of a Python file that is only read. */
function rateIn({ text }: OpenedFile): number | null {
  const found = /^[ \t]*sample_rate[ \t]*=[ \t]*([0-9][0-9_]*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)[ \t]*(?:#.*)?$/m.exec(
    text?.head.replace(/\r/g, '') ?? '',
  )
  const rate = Number(found?.[1]?.replaceAll('_', ''))
  return rate > 0 && Number.isFinite(rate) ? rate : null
}

/** What a person or the sorter noted of a cluster. */
type Noted = { group: string | null; channel: number | null; depthUm: number | null }

async function labelsOf(info: OpenedFile | undefined, groups: OpenedFile | undefined, interrupt: () => void): Promise<Map<number, Noted>> {
  const noted = new Map<number, Noted>()
  // The group that a person gave stands in cluster_group; cluster_info repeats it and adds the channel.
  for (const file of [groups, info]) {
    const shape = file && shapeOfTable(file)
    if (!file || !shape) continue
    const column = (...names: string[]): number => shape.columns.findIndex((name) => names.includes(name.trim().toLowerCase()))
    const id = Math.max(0, column('cluster_id', 'id'))
    const group = column('group') >= 0 ? column('group') : column('kslabel')
    const channel = column('ch', 'channel', 'best_channel')
    const depth = column('depth')
    for await (const { rows, firstLine } of rowsOf(file, shape)) {
      interrupt()
      for (const [r, row] of rows.entries()) {
        if (isBlankRow(row)) continue
        const cell = (row[id] ?? '').trim()
        const cluster = cell === '' ? NaN : Number(cell)
        if (!Number.isInteger(cluster)) {
          throw fail('import/cell-not-a-number', {
            file: file.name,
            line: firstLine + r,
            column: shape.columns[id] ?? '',
            found: cell.slice(0, 40),
          })
        }
        if (noted.size >= channelLimit) throw fail('import/too-many-channels', { file: file.name, limit: channelLimit })
        const number = (at: number): number | null =>
          at >= 0 && row[at]?.trim() && Number.isFinite(Number(row[at])) ? Number(row[at]) : null
        const before = noted.get(cluster)
        const word = (group >= 0 ? row[group] : '')?.trim().toLowerCase()
        noted.set(cluster, {
          group: word || before?.group || null,
          channel: number(channel) ?? before?.channel ?? null,
          depthUm: number(depth) ?? before?.depthUm ?? null,
        })
      }
    }
  }
  return noted
}

function unitsOf(
  clusters: Float32Array | Float64Array,
  { said, wanted, file }: { said: Map<number, Noted>; wanted: (typeof kept)[number]; file: string },
): { ids: number[]; leftOut: string[] } {
  const all = distinctIds(
    clusters,
    (id, s) => {
      if (!(id >= 0)) throw fail('import/not-a-count', { file, place: `${file}[${s}]`, found: id })
    },
    () => fail('import/too-many-channels', { file, limit: channelLimit }),
  ).toSorted((a, b) => a - b)
  const isKept = (id: number): boolean => {
    const group = said.get(id)?.group ?? null
    return wanted === 'all' || (wanted === 'good' ? group === 'good' : group !== 'noise')
  }
  return {
    ids: all.filter(isKept),
    leftOut: all.filter((id) => !isKept(id)).map((id) => `${id} (${said.get(id)?.group ?? '?'})`),
  }
}

function trainsOf({
  times,
  clusters,
  ids,
  rateHz,
  file,
}: {
  times: Float32Array | Float64Array
  clusters: Float32Array | Float64Array
  ids: number[]
  rateHz: number | null
  file: string
}): { trains: SpikeReading['trains']; warnings: ImportWarning[] } {
  const rowOf = rowFinder(ids)
  const timesS = times instanceof Float64Array ? times : new Float64Array(times.length)
  const rows = new Uint32Array(times.length)
  let count = 0
  let early = 0
  for (let s = 0; s < times.length; s++) {
    const row = rowOf(clusters[s]!)
    if (row < 0) continue
    const sample = times[s]!
    // Sorters find spikes a few samples before the first one: no time of the recording.
    if (sample < 0) {
      early += 1
      continue
    }
    if (!Number.isFinite(sample)) throw fail('import/not-a-number', { file, place: `${file}[${s}]`, found: String(sample) })
    timesS[count] = rateHz === null ? sample : sample / rateHz
    rows[count] = row
    count += 1
  }
  return {
    trains: groupByChannel(timesS.subarray(0, count), rows.subarray(0, count), ids.length),
    warnings: early > 0 ? [warning('spikes-before-start', { count: early })] : [],
  }
}

type Places = { positionsUm: Float64Array | null; warnings: ImportWarning[] }

/** Where a unit is: on the channel noted for it, else on that where its template is largest, else on the channel of its number. */
async function placesOf({
  find,
  ids,
  said,
  clusters,
  interrupt,
}: {
  find: (part: Part) => OpenedFile | undefined
  ids: number[]
  said: Map<number, Noted>
  clusters: Float32Array | Float64Array
  interrupt: () => void
}): Promise<Places> {
  const placeFile = find('places')
  if (!placeFile) return { positionsUm: null, warnings: [] }
  const { shape, numbers } = await arrayOf(placeFile, interrupt)
  const [channelCount = 0, width = 0] = shape
  if (!numbers || shape.length !== 2 || (width !== 2 && width !== 3)) {
    throw fail('import/dataset-not-numbers', {
      file: placeFile.name,
      dataset: placeFile.name,
      expected: '[N × 2]',
      found: `[${shape.join(' × ')}]`,
    })
  }
  const at = (row: number | undefined): [number, number] =>
    row === undefined || !(row >= 0 && row < channelCount) ? [NaN, NaN] : [numbers[row * width]!, numbers[row * width + 1]!]
  const from = (rowOf: (id: number) => number | undefined): Float64Array => Float64Array.from(ids.flatMap((id) => at(rowOf(id))))
  if (ids.some((id) => (said.get(id)?.channel ?? null) !== null)) {
    const mapFile = find('channelMap')
    const map = mapFile ? [...((await arrayOf(mapFile, interrupt)).numbers ?? [])] : null
    // Phy notes the channel by its number in the raw file, which the channel map leads back to a row.
    const rowOf = (channel: number): number => (map ? map.indexOf(channel) : channel)
    return {
      positionsUm: from((id) => {
        const channel = said.get(id)?.channel ?? null
        return channel === null ? undefined : rowOf(channel)
      }),
      warnings: [],
    }
  }
  const peaks = await peaksOf({ find, clusters, ids, channelCount, interrupt })
  if (peaks) return { positionsUm: from((id) => peaks.get(id)), warnings: [] }
  if (ids.every((id) => id < channelCount))
    return { positionsUm: from((id) => id), warnings: [warning('placed-by-number', { file: placeFile.name })] }
  return {
    positionsUm: null,
    warnings: [warning('positions-not-joined', { variable: placeFile.name, found: channelCount, channels: ids.length })],
  }
}

const mostTemplateBytes = 2e9

/** The channel on which the commonest template of each unit is largest; null without templates. */
async function peaksOf({
  find,
  clusters,
  ids,
  channelCount,
  interrupt,
}: {
  find: (part: Part) => OpenedFile | undefined
  clusters: Float32Array | Float64Array
  ids: number[]
  channelCount: number
  interrupt: () => void
}): Promise<Map<number, number> | null> {
  const [file, ofSpikes] = [find('templates'), find('templatesOfSpikes')]
  if (!file || file.bytes > mostTemplateBytes) return null
  const { shape, numbers } = await arrayOf(file, interrupt)
  const [templateCount = 0, sampleCount = 0, width = 0] = shape
  if (!numbers || shape.length !== 3 || width !== channelCount) return null
  interrupt()
  const templates = ofSpikes ? listOf(await arrayOf(ofSpikes, interrupt), ofSpikes.name) : clusters
  const votes = new Map<number, Map<number, number>>()
  for (let s = 0; s < Math.min(clusters.length, templates.length); s++) {
    const id = clusters[s]!
    const ofId = votes.get(id) ?? new Map<number, number>()
    if (ofId.size === 0) votes.set(id, ofId)
    ofId.set(templates[s]!, (ofId.get(templates[s]!) ?? 0) + 1)
  }
  interrupt()
  const peaks = new Map<number, number>()
  for (const id of ids) {
    const template = [...(votes.get(id) ?? [])].toSorted((a, b) => b[1] - a[1])[0]?.[0]
    if (template === undefined || !(template < templateCount)) continue
    let best = { channel: 0, span: -1 }
    for (let channel = 0; channel < width; channel++) {
      let [low, high] = [Infinity, -Infinity]
      for (let s = 0; s < sampleCount; s++) {
        const value = numbers[(template * sampleCount + s) * width + channel]!
        if (value < low) low = value
        if (value > high) high = value
      }
      if (high - low > best.span) best = { channel, span: high - low }
    }
    peaks.set(id, best.channel)
  }
  return peaks
}
