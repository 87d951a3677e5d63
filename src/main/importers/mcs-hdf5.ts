import { fail } from '../../shared/contract/errors.ts'
import type { ImportSetting, Inspection } from '../../shared/domain/inspection.ts'
import type { TaskEvent } from '../../shared/domain/task-event.ts'
import { choiceAnswer, choiceSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import { kindsBy } from './event-meanings.ts'
import { openHdf5 } from './hdf5.ts'
import type { Hdf5File } from './hdf5-file.ts'
import type { Hdf5Value } from './hdf5-values.ts'
import type { Importer, ImportTask, ReadProgress, SpikeReading, VoltageReading } from './importer.ts'
import { channelLimit, inNaturalOrder, spikeLimit, uniqueLabels } from './labels.ts'
import type { SpikeTrains } from './spike-trains.ts'

const format = 'mcs-hdf5'
const eventLimit = 1_000_000

/**
 * HDF5 of Multi Channel Systems: `/Data/Recording_n` with streams of time stamps, segments, events and analogue data. Spikes are
 * the time stamps, else those of the segments; entities are told apart by the ids of their Info table, not by its order.
 * @source McsPyDataTools, mcs_hdf5_protocol.rst
 */
export const mcsHdf5: Importer = {
  format,
  settings: ['recording', 'stream', 'hit', 'miss'],
  detect(files) {
    const file = files.find(({ hdf5 }) => hdf5 && 'McsHdf5ProtocolType' in hdf5.rootAttributes)
    if (!file?.hdf5) return null
    const { McsHdf5ProtocolType: type = '', McsHdf5ProtocolVersion: version = '' } = file.hdf5.rootAttributes
    return { confidence: 0.95, reasons: [{ code: 'protocol', details: { file: file.name, type, version } }], files: [file] }
  },
  read,
}

type Row = { [column: string]: Hdf5Value }
/** Spike times of one entity: where they lie, and how many of them make a second. */
type Entity = { label: string; dataset: string; perSecond: number }
type Stream = { name: string; path: string; kind: 'TimeStampStream' | 'SegmentStream'; title: string; spikeCount: number }

async function* read({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, SpikeReading | VoltageReading> {
  const source = files[0]
  if (!source?.hdf5) throw fail('import/not-recognised', { file: source?.name ?? '', formats: format })
  const { file, close } = await openHdf5(source.path, source.bytes)
  try {
    const recordings = inNaturalOrder(file.namesIn('/Data').filter((name) => file.kindOf(`/Data/${name}`) === 'group'))
    const givenRecording = choiceAnswer(answers, 'recording', recordings)
    const recording = givenRecording ?? recordings[0]
    if (recording === undefined) throw fail('import/dataset-missing', { file: file.name, dataset: '/Data/Recording_0' })
    const at = `/Data/${recording}`
    const streams = spikeStreams(file, at)
    const names = streams.map(({ name }) => name)
    const givenStream = choiceAnswer(answers, 'stream', names)
    const stream = streams.find(({ name }) => name === givenStream) ?? streams.find(({ spikeCount }) => spikeCount > 0) ?? streams[0]
    const choices: Inspection['choices'] = [{ name: 'recording', options: recordings }]
    const settings: ImportSetting[] = [
      choiceSetting('recording', recording, { options: recordings, guessed: givenRecording === null && recordings.length > 1 }),
    ]
    if (stream) {
      choices.push({ name: 'stream', options: names })
      settings.push(choiceSetting('stream', stream.name, { options: names, guessed: givenStream === null && names.length > 1 }))
    }
    const others = otherStreams(file, at, stream?.path)
    const said = {
      choices,
      settings,
      needs: [],
      positionsUm: null,
      taskEvents: readEvents(file, at, kindsBy(answers)),
      warnings: others.length > 0 ? [warning('other-streams', { streams: named(others) })] : [],
    }
    if (!stream) return { ...said, modality: 'voltage', ...analogOf(file, at) }
    const entities = stream.kind === 'TimeStampStream' ? timeStampEntities(file, stream.path) : segmentEntities(file, stream.path)
    if (entities.length > channelLimit) throw fail('import/too-many-channels', { file: file.name, limit: channelLimit })
    const { labels, renamedCount } = uniqueLabels(entities.map(({ label }) => label))
    const trains = yield* readTrains(file, entities, interrupt)
    return {
      ...said,
      modality: 'spikes',
      channelLabels: labels,
      trains,
      samplingRateHz: null,
      knowsAllChannels: true,
      spanS: spanOfRecording(file, at, trains.timesS),
      warnings: [...said.warnings, ...(renamedCount > 0 ? [warning('labels-repeated', { count: renamedCount })] : [])],
    }
  } finally {
    close()
  }
}

/** Streams with spikes, time stamps before segments: they hold the same spikes, and segments may be cut short. */
function spikeStreams(file: Hdf5File, at: string): Stream[] {
  return (['TimeStampStream', 'SegmentStream'] as const).flatMap((kind) =>
    file.namesIn(`${at}/${kind}`).map((name) => {
      const path = `${at}/${kind}/${name}`
      const times = file.namesIn(path).filter((entity) => /^(TimeStampEntity|SegmentData_ts)_\d+$/.test(entity))
      const spikeCount = times.reduce((sum, entity) => sum + file.lengthOf(`${path}/${entity}`), 0)
      return { name: `${kind}/${name}`, path, kind, title: titleOf(file, path), spikeCount }
    }),
  )
}

const titleOf = (file: Hdf5File, path: string): string => textOf(file.attribute(path, 'Label'))

function otherStreams(file: Hdf5File, at: string, chosen: string | undefined): string[] {
  return file.namesIn(at).flatMap((kind) =>
    file.namesIn(`${at}/${kind}`).flatMap((name) => {
      const path = `${at}/${kind}/${name}`
      if (path === chosen || kind === 'EventStream') return []
      return [titleOf(file, path) || `${kind}/${name}`]
    }),
  )
}

/** Rows of an Info table; none where there is no such table. */
function rowsOf(file: Hdf5File, dataset: string): Row[] {
  if (file.datasetOf(dataset)?.holds !== 'table') return []
  return file.values(dataset).filter((row): row is Row => typeof row === 'object' && row !== null && !Array.isArray(row))
}

/** By their ids: the rows of the table come in any order. */
function timeStampEntities(file: Hdf5File, path: string): Entity[] {
  const rows = rowsOf(file, `${path}/InfoTimeStamp`).toSorted((a, b) => idOf(a, 'TimeStampEntityID') - idOf(b, 'TimeStampEntityID'))
  return rows.flatMap((row) => {
    const id = idOf(row, 'TimeStampEntityID')
    const dataset = `${path}/TimeStampEntity_${id}`
    if (file.kindOf(dataset) !== 'dataset') return []
    const unit = textOf(row.Unit ?? '')
    const exponent = typeof row.Exponent === 'number' ? row.Exponent : -6
    if (unit !== '' && unit !== 's') {
      throw fail('import/unit-unknown', { file: file.name, dataset: `${path}/InfoTimeStamp`, unit, expected: 's' })
    }
    return [{ label: labelOf(row) || String(id), dataset, perSecond: 10 ** -exponent }]
  })
}

function segmentEntities(file: Hdf5File, path: string): Entity[] {
  const channels = new Map(
    ['SourceInfoChannel', 'SourceChannelInfo'].flatMap((name) =>
      rowsOf(file, `${path}/${name}`).map((row) => [textOf(row.ChannelID ?? ''), textOf(row.Label ?? '')] as const),
    ),
  )
  const rows = rowsOf(file, `${path}/InfoSegment`).toSorted((a, b) => idOf(a, 'SegmentID') - idOf(b, 'SegmentID'))
  return rows.flatMap((row) => {
    const id = idOf(row, 'SegmentID')
    const dataset = `${path}/SegmentData_ts_${id}`
    const [channel = ''] = textOf(row.SourceChannelIDs ?? '').split(',')
    const label = channels.get(channel.trim()) || labelOf(row) || String(id)
    return file.kindOf(dataset) === 'dataset' ? [{ label, dataset, perSecond: 1e6 }] : []
  })
}

const idOf = (row: Row, column: string): number => (typeof row[column] === 'number' ? row[column] : -1)

/** Labels are padded with blanks and line ends. */
const textOf = (value: Hdf5Value): string => (typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '')

function labelOf(row: Row): string {
  return textOf(row.SourceChannelLabels ?? '') || textOf(row.Label ?? '') || textOf(row.SourceChannelIDs ?? '')
}

async function* readTrains(file: Hdf5File, entities: Entity[], interrupt: () => void): AsyncGenerator<ReadProgress, SpikeTrains> {
  const lengths = entities.map(({ dataset }) => file.lengthOf(dataset))
  const total = lengths.reduce((sum, length) => sum + length, 0)
  if (total > spikeLimit) {
    const [first] = entities
    throw fail('import/dataset-too-large', { file: file.name, dataset: first?.dataset ?? '', claimedMB: Math.round((8 * total) / 1e6) })
  }
  const timesS = new Float64Array(total)
  const offsets = new Uint32Array(entities.length + 1)
  let done = 0
  for (const [c, { dataset, perSecond }] of entities.entries()) {
    for (const piece of file.numberPieces(dataset)) {
      interrupt()
      for (let s = 0; s < piece.length; s++) {
        const time = piece[s]! / perSecond
        if (!(time >= 0 && Number.isFinite(time)))
          throw fail('import/negative-time', { file: file.name, place: `${dataset}[${s}]`, found: time })
        timesS[done + s] = time
      }
      done += piece.length
    }
    offsets[c + 1] = done
    if (c % 64 === 0) yield { done, total, phase: 'read' }
  }
  return { timesS, offsets }
}

/** As the file tells it; a later recording's clock may go on from the first one's or begin anew: the one with more spikes counts. */
function spanOfRecording(file: Hdf5File, at: string, timesS: Float64Array): { startS: number; endS: number } | null {
  const durationUs = file.attribute(at, 'Duration')
  const startUs = file.attribute(at, 'TimeStamp')
  if (typeof durationUs !== 'number' || !(durationUs > 0) || !Number.isFinite(durationUs)) return null
  const durationS = durationUs / 1e6
  const starts = [0, typeof startUs === 'number' && startUs > 0 ? startUs / 1e6 : 0]
  const inside = starts.map((startS) => timesS.filter((time) => time >= startS && time < startS + durationS).length)
  const startS = (inside[1] ?? 0) > (inside[0] ?? 0) ? (starts[1] ?? 0) : 0
  return { startS, endS: startS + durationS }
}

function readEvents(file: Hdf5File, at: string, kindOf: ReturnType<typeof kindsBy>): TaskEvent[] {
  const events: TaskEvent[] = []
  for (const name of file.namesIn(`${at}/EventStream`)) {
    const path = `${at}/EventStream/${name}`
    const labels = new Map(rowsOf(file, `${path}/InfoEvent`).map((row) => [idOf(row, 'EventID'), textOf(row.Label ?? '')]))
    for (const entity of file.namesIn(path)) {
      const [, id] = /^EventEntity_(\d+)$/.exec(entity) ?? []
      const shape = file.shapeOf(`${path}/${entity}`)
      if (id === undefined || shape?.length !== 2 || shape[0] !== 2) continue
      const count = shape[1] ?? 0
      if (events.length + count > eventLimit) throw fail('import/too-many-events', { file: file.name, limit: eventLimit })
      const { data } = file.numbers(`${path}/${entity}`, 2)
      const label = labels.get(Number(id)) || titleOf(file, path) || name
      for (let e = 0; e < count; e++) {
        const timeS = data[e]! / 1e6
        if (Number.isFinite(timeS)) events.push({ timeS, kind: kindOf(label), label, value: data[count + e]! / 1e6 })
      }
    }
  }
  return events
}

/** Channels, samples and rate of the first stream from electrodes. */
function analogOf(file: Hdf5File, at: string): Pick<VoltageReading, 'channelLabels' | 'samples' | 'samplingRateHz'> {
  const streams = file.namesIn(`${at}/AnalogStream`).map((name) => `${at}/AnalogStream/${name}`)
  const path = streams.find((stream) => textOf(file.attribute(stream, 'DataSubType')) === 'Electrode') ?? streams[0]
  if (path === undefined) throw fail('import/dataset-missing', { file: file.name, dataset: `${at}/TimeStampStream` })
  const rows = rowsOf(file, `${path}/InfoChannel`).toSorted((a, b) => idOf(a, 'RowIndex') - idOf(b, 'RowIndex'))
  const tickUs = rows[0]?.Tick
  return {
    channelLabels: uniqueLabels(rows.map((row) => textOf(row.Label ?? ''))).labels,
    samples: file.shapeOf(`${path}/ChannelData`)?.[1] ?? null,
    samplingRateHz: typeof tickUs === 'number' && tickUs > 0 ? 1e6 / tickUs : null,
  }
}
