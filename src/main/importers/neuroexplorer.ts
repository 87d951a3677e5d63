import { fail } from '../../shared/contract/errors.ts'
import type { Interval } from '../../shared/domain/interval.ts'
import type { TaskEvent } from '../../shared/domain/task-event.ts'
import { named, warning } from './checks.ts'
import type { BehaviourReading, Importer, ImportTask, ReadProgress, SpikeReading } from './importer.ts'
import { channelLimit, tidyLabel, uniqueLabels } from './labels.ts'
import { readBytes, type OpenedFile } from './opened-file.ts'

const format = 'neuroexplorer'
const magics = { nex: 827_868_494, nex5: 894_977_358 } as const
const types = { neuron: 0, event: 1, interval: 2, waveform: 3, population: 4, continuous: 5, marker: 6 } as const
const mostVariables = 100_000

type Kind = keyof typeof magics
type Variable = {
  type: number
  name: string
  at: number
  count: number
  is64: boolean
  markers: number
  markerLength: number
  areNumbers: boolean
}
type Header = { kind: Kind; ticksPerS: number; beginTicks: number; endTicks: number; variables: Variable[] }

/**
 * NeuroExplorer and Plexon `.nex` and `.nex5`: neurons are channels, events and markers are task events, intervals are
 * intervals; continuous variables and waveforms stay where they are, and are named.
 * @source NeuroExplorer, nex5file (MIT), headers
 */
export const neuroexplorer: Importer = {
  format,
  settings: [],
  bringsBehaviour: true,
  detect(files) {
    const file = files.find(({ head }) => kindOf(head) !== null)
    return file ? { confidence: 0.95, reasons: [{ code: kindOf(file.head) ?? 'nex', details: { file: file.name } }], files: [file] } : null
  },
  read,
}

function kindOf(head: Uint8Array): Kind | null {
  const magic = head.length >= 356 ? viewOf(head).getInt32(0, true) : 0
  return magic === magics.nex ? 'nex' : magic === magics.nex5 ? 'nex5' : null
}

async function* read({ files, interrupt }: ImportTask): AsyncGenerator<ReadProgress, SpikeReading | BehaviourReading> {
  const [file] = files
  const kind = file ? kindOf(file.head) : null
  if (!file || !kind) throw fail('import/not-recognised', { file: file?.name ?? '', formats: format })
  const header = await readHeader(file, kind)
  const { variables, ticksPerS } = header,
    of = (type: number): Variable[] => variables.filter((variable) => variable.type === type)
  const neurons = of(types.neuron),
    lists: Float64Array[] = []
  const taskEvents: TaskEvent[] = [],
    intervals: Interval[] = []
  for (const [k, variable] of variables.entries()) {
    interrupt()
    const { type, count, at, is64 } = variable
    const label = tidyLabel(variable.name)
    if (type === types.neuron) lists.push(await ticks(file, variable, at, count, ticksPerS))
    else if (type === types.event) {
      for (const timeS of await ticks(file, variable, at, count, ticksPerS)) taskEvents.push({ timeS, kind: 'custom', label, value: null })
    } else if (type === types.interval) {
      const starts = await ticks(file, variable, at, count, ticksPerS),
        ends = await ticks(file, variable, at + count * (is64 ? 8 : 4), count, ticksPerS)
      starts.forEach((startS, i) => ends[i]! > startS && intervals.push({ startS, endS: ends[i]!, label }))
    } else if (type === types.marker) {
      const times = await ticks(file, variable, at, count, ticksPerS),
        words = await markerWords(file, variable, at + (is64 ? 8 : 4) * count)
      times.forEach((timeS, i) =>
        taskEvents.push({ timeS, kind: 'custom', label: tidyLabel([label, words[i] ?? ''].join(' ').trim()), value: null }),
      )
    }
    yield { done: k + 1, total: variables.length, phase: 'read' }
  }
  const others = variables.filter(({ type }) => type === types.continuous || type === types.waveform || type === types.population)
  const said = {
    settings: [],
    needs: [],
    taskEvents,
    intervals,
    warnings:
      others.length > 0 ? [warning('variables-left-out', { count: others.length, variables: named(others.map(({ name }) => name)) })] : [],
  }
  if (neurons.length === 0) {
    if (taskEvents.length === 0 && intervals.length === 0) throw fail('import/no-spikes', { file: file.name })
    return { ...said, modality: 'behaviour' }
  }
  const offsets = new Uint32Array(lists.length + 1)
  lists.forEach((list, c) => (offsets[c + 1] = offsets[c]! + list.length))
  const timesS = new Float64Array(offsets.at(-1) ?? 0)
  lists.forEach((list, c) => timesS.set(list, offsets[c]))
  const { labels, renamedCount } = uniqueLabels(neurons.map(({ name }) => name))
  const hasSpan = header.endTicks > header.beginTicks && header.beginTicks >= 0
  const lastS = timesS.reduce((last, time) => Math.max(last, time), -Infinity)
  return {
    ...said,
    modality: 'spikes',
    channelLabels: labels,
    positionsUm: null,
    trains: { timesS, offsets },
    samplingRateHz: ticksPerS,
    knowsAllChannels: true,
    // The end is a tick that was recorded: a spike on it belongs to the recording.
    spanS:
      hasSpan && lastS <= header.endTicks / ticksPerS
        ? { startS: header.beginTicks / ticksPerS, endS: (header.endTicks + 1) / ticksPerS }
        : null,
    warnings: [...said.warnings, ...(renamedCount > 0 ? [warning('labels-repeated', { count: renamedCount })] : [])],
  }
}

async function readHeader(file: OpenedFile, kind: Kind): Promise<Header> {
  const damaged = (place: string, found: number): Error => fail('import/header-damaged', { file: file.name, place, found: String(found) })
  const [fixed, each] = kind === 'nex' ? [544, 208] : [356, 244]
  if (file.bytes < fixed) throw damaged('size', file.bytes)
  const head = viewOf(await readBytes(file, 0, fixed))
  const ticksPerS = head.getFloat64(264, true),
    count = head.getInt32(280, true)
  if (!(ticksPerS > 0) || !Number.isFinite(ticksPerS)) throw damaged('frequency', ticksPerS)
  if (count < 0 || count > mostVariables || fixed + count * each > file.bytes) throw damaged('number of variables', count)
  const view = viewOf(await readBytes(file, fixed, count * each))
  const variables = Array.from({ length: count }, (_, v) => variableAt(view, v * each, kind))
  for (const variable of variables) {
    const { type, name, at, count: length, is64, markers, markerLength } = variable
    const stamps = type === types.interval ? 2 * length : type <= types.interval || type === types.marker ? length : 0
    const words = type === types.marker ? markers * (64 + length * markerLength) : 0
    if (length < 0 || !Number.isSafeInteger(at) || at < 0 || at + stamps * (is64 ? 8 : 4) + words > file.bytes) throw damaged(name, length)
  }
  if (variables.filter(({ type }) => type === types.neuron).length > channelLimit) throw damaged('number of neurons', count)
  const beginTicks = kind === 'nex' ? head.getInt32(272, true) : Number(head.getBigInt64(272, true))
  const endTicks = kind === 'nex' ? head.getInt32(276, true) : Number(head.getBigInt64(292, true))
  return { kind, ticksPerS, beginTicks, endTicks, variables }
}

function variableAt(view: DataView, at: number, kind: Kind): Variable {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at + 8, 64),
    end = bytes.indexOf(0),
    name = new TextDecoder('latin1').decode(end < 0 ? bytes : bytes.subarray(0, end)).trim()
  const type = view.getInt32(at, true),
    common = { type, name: name || `variable ${at}` }
  if (kind === 'nex') {
    const [markers, markerLength] = [view.getInt32(at + 132, true), view.getInt32(at + 136, true)]
    return {
      ...common,
      at: view.getInt32(at + 72, true),
      count: view.getInt32(at + 76, true),
      is64: false,
      markers: Math.max(0, markers),
      markerLength: Math.max(0, markerLength),
      areNumbers: false,
    }
  }
  const is64 = view.getInt32(at + 88, true) === 1,
    areNumbers = view.getInt32(at + 168, true) === 0,
    [markers, markerLength] = [Math.max(0, view.getInt32(at + 172, true)), Math.max(0, view.getInt32(at + 176, true))]
  return {
    ...common,
    at: Number(view.getBigUint64(at + 72, true)),
    count: Number(view.getBigUint64(at + 80, true)),
    is64,
    markers,
    markerLength: areNumbers ? 4 : markerLength,
    areNumbers,
  }
}

/** Time stamps in seconds. */
async function ticks(file: OpenedFile, { is64 }: Variable, at: number, count: number, ticksPerS: number): Promise<Float64Array> {
  const view = viewOf(await readBytes(file, at, count * (is64 ? 8 : 4)))
  return Float64Array.from(
    { length: count },
    (_, s) => (is64 ? Number(view.getBigInt64(8 * s, true)) : view.getInt32(4 * s, true)) / ticksPerS,
  )
}

/** What each marker says: the words of all its fields. */
async function markerWords(file: OpenedFile, { count, markers, markerLength, areNumbers }: Variable, at: number): Promise<string[]> {
  const words = Array.from({ length: count }, () => '')
  for (let field = 0; field < markers; field++) {
    const bytes = await readBytes(file, at + field * (64 + count * markerLength) + 64, count * markerLength)
    for (let i = 0; i < count; i++) {
      const own = bytes.subarray(i * markerLength, (i + 1) * markerLength)
      const word = areNumbers ? String(viewOf(own).getUint32(0, true)) : (new TextDecoder('latin1').decode(own).split('\0')[0] ?? '')
      words[i] = `${words[i] ?? ''} ${word.trim()}`.trim()
    }
  }
  return words
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
