import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as h5wasm from 'h5wasm/node'
import type { Interval } from '../../shared/domain/interval.ts'
import type { Numbers } from '../../shared/domain/table.ts'
import type { TaskEvent } from '../../shared/domain/task-event.ts'
import { column, placeColumns, places, table, timeSeries, typed, type Channels } from './nwb-parts.ts'
import { writeTraces } from './nwb-traces.ts'

/** A recording and what was found in it, as an NWB file takes it; N channels. Times are seconds on the recording's clock. */
export type NwbContent = {
  identifier: string
  description: string
  /** ISO date of the recording; null where nobody said it */
  recordedOn: string | null
  madeAt: string
  subject: string
  channels: Channels
  units: { timesS: Float64Array; offsets: Uint32Array } | null
  traces: { values: Float32Array; timesS: Float64Array } | null
  taskEvents: TaskEvent[]
  intervals: Interval[]
  /** results over windows: data [windows, …] at the windows' starts */
  results: { name: string; description: string; numbers: Numbers; shape: number[]; timesS: Float64Array }[]
}

type Group = h5wasm.Group
const version = '2.8.0'
const unknownStart = '1900-01-01T00:00:00+00:00'

/**
 * An NWB 2 file: spikes as units with their places, traces as responses of regions of interest, events, intervals, and results as time series of a
 * processing module, with the fields that the schema asks for.
 * @source nwb-schema 2.8.0, hdmf-common 1.8.0
 */
export async function nwbOf(content: NwbContent, interrupt: () => void): Promise<Uint8Array> {
  await h5wasm.ready
  const folder = await mkdtemp(join(tmpdir(), 'tavrnn-')),
    path = join(folder, 'export.nwb')
  try {
    const file = new h5wasm.File(path, 'w')
    try {
      write(file, content, interrupt)
    } finally {
      file.close()
    }
    return new Uint8Array(await readFile(path))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function write(file: h5wasm.File, content: NwbContent, interrupt: () => void): void {
  const start = content.recordedOn === null ? unknownStart : `${content.recordedOn}T00:00:00+00:00`
  typed(file, 'core', 'NWBFile')
  file.create_attribute('nwb_version', version)
  const text = (group: Group, name: string, value: string): void => void group.create_dataset({ name, data: value })
  text(file, 'identifier', content.identifier)
  text(
    file,
    'session_description',
    content.recordedOn === null ? `${content.description} The date of the recording is not known.` : content.description,
  )
  text(file, 'session_start_time', start)
  text(file, 'timestamps_reference_time', start)
  file.create_dataset({ name: 'file_create_date', data: [content.madeAt] })
  const group = (name: string, inside: Group = file): Group => inside.create_group(name)
  const acquisition = group('acquisition'),
    processing = group('processing'),
    general = group('general')
  group('analysis')
  const stimulus = group('stimulus')
  group('presentation', stimulus)
  group('templates', stimulus)
  const subject = group('subject', general)
  typed(subject, 'core', 'Subject')
  text(subject, 'subject_id', content.subject)

  interrupt()
  if (content.units) writeUnits(file, content.channels, content.units)
  if (content.traces) writeTraces({ processing, general }, content.channels, content.traces)
  if (content.taskEvents.length > 0) {
    const series = timeSeries(acquisition, 'task_events', 'AnnotationSeries', {
      data: content.taskEvents.map(({ kind, label }) => (kind === 'custom' ? label : kind)),
      timesS: Float64Array.from(content.taskEvents, ({ timeS }) => timeS),
      unit: 'n/a',
    })
    series.create_attribute('description', 'what happened in the task')
  }
  if (content.intervals.length > 0) writeIntervals(group('intervals'), content.intervals)
  if (content.results.length === 0) return
  const results = group('tavrnn', processing)
  typed(results, 'core', 'ProcessingModule')
  results.create_attribute('description', 'Results of TAVRNN Studio, one value per window; times are the starts of windows.')
  for (const { name, description, numbers, shape, timesS } of content.results) {
    interrupt()
    timeSeries(results, name, 'TimeSeries', { data: numbers, shape, timesS, unit: 'n/a' }).create_attribute('description', description)
  }
}

function writeUnits(file: Group, channels: Channels, { timesS, offsets }: NonNullable<NwbContent['units']>): void {
  const units = table(file, 'units', 'Units', {
    description: 'channels of the recording',
    columns: ['spike_times', ...places],
    rowCount: channels.labels.length,
  })
  const times = column(units, 'spike_times', 'spike times of the channel in seconds', timesS)
  const index = units.create_dataset({ name: 'spike_times_index', data: offsets.slice(1) })
  typed(index, 'hdmf-common', 'VectorIndex')
  index.create_attribute('description', 'where the spike times of each channel end')
  index.create_attribute('target', times.create_reference())
  placeColumns(units, channels)
}

function writeIntervals(group: Group, intervals: readonly Interval[]): void {
  const trials = table(group, 'trials', 'TimeIntervals', {
    description: 'labelled stretches of the recording',
    columns: ['start_time', 'stop_time', 'label'],
    rowCount: intervals.length,
  })
  column(
    trials,
    'start_time',
    'in seconds',
    Float64Array.from(intervals, ({ startS }) => startS),
  )
  column(
    trials,
    'stop_time',
    'in seconds',
    Float64Array.from(intervals, ({ endS }) => endS),
  )
  column(
    trials,
    'label',
    'as in the file',
    intervals.map(({ label }) => label),
  )
}
