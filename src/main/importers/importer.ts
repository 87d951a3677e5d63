import type { BehaviourPreview } from '../../shared/domain/behaviour.ts'
import type { ImportAnswers, ImportSetting, ImportWarning, Inspection } from '../../shared/domain/inspection.ts'
import type { Interval } from '../../shared/domain/interval.ts'
import type { Region } from '../../shared/domain/region.ts'
import type { TaskEvent } from '../../shared/domain/task-event.ts'
import type { LayoutTable } from './layout-table.ts'
import type { OpenedFile } from './opened-file.ts'
import type { SpikeTrains } from './spike-trains.ts'

/** Why a format was recognised: the sentence is `formats.<format>.why.<code>` with the details as values. */
export type Reason = { code: string; details: Record<string, string | number> }

/**
 * `files` are those the format takes for itself, out of any number; `confidence` lies in (0, 1]: from 0.9 on the format is sure
 * and takes its files before anything else is looked for beside a recording.
 */
export type Detection = { confidence: number; reasons: Reason[]; files: OpenedFile[] }

/** `phase` is a locale key below `jobs.phase`. */
export type ReadProgress = { done: number; total: number; phase: 'read' | 'sort' | 'check' }

/** What is known of the recording that a file of events goes with. */
export type Beside = { startS: number; endS: number; samplingRateHz: number | null }

export type ImportTask = {
  /** the files the format took */
  files: OpenedFile[]
  answers: ImportAnswers
  /** throws when the person wants to stop; called at least every 0.3 s of work */
  interrupt: () => void
  /** of a file that goes with a recording, where its times are known */
  beside?: Beside
}

/** What any reading says beside its signal; times on the signal's own clock. */
export type Said = {
  settings: ImportSetting[]
  /** what only the person knows; until then the times of the reading mean nothing */
  needs: Inspection['needs']
  warnings: ImportWarning[]
  /** wells, recordings, planes or variables to pick from; what was picked is a setting of the same name */
  choices?: Inspection['choices']
  /** in any order */
  taskEvents?: TaskEvent[]
  intervals?: Interval[]
  /** where the animal was that was recorded */
  track?: PositionTrack
}

/** The N channels of a reading. */
export type SaidChannels = {
  /** [N], all different */
  channelLabels: string[]
  /** [N, 2], NaN where a channel has no position */
  positionsUm: Float64Array | null
  /** where the file itself names regions: those, and [N] indexes into them, −1 without */
  regions?: Region[]
  regionOfChannel?: Int16Array
}

export type SpikeReading = Said &
  SaidChannels & {
    modality: 'spikes'
    /** times in seconds, one channel after the other, in any order within a channel */
    trains: SpikeTrains
    samplingRateHz: number | null
    /** false where the file knows only channels that spiked: a layout then adds the silent ones */
    knowsAllChannels: boolean
    /** [start, end) of the recording where the file tells it; else it is guessed from the spikes */
    spanS?: { startS: number; endS: number } | null
  }

export type TraceReading = Said &
  SaidChannels & {
    modality: 'traces'
    /** [N, S], channel by channel; NaN is a missing value, infinity is refused */
    values: Float32Array | Float64Array
    /** [S], not descending; null while a sampling rate is needed (`needs`) */
    timesS: Float64Array | null
    /** null where the step is not even or not known; see `evenTimes` in trace-importer.ts */
    samplingRateHz: number | null
  }

/** Spikes counted in bins; kept as traces whose samples stand in the middle of their bins. */
export type CountReading = Said &
  SaidChannels & {
    modality: 'counts'
    /** [N, B], channel by channel: counts, none below 0 */
    values: Float32Array | Float64Array
    /** null while it is needed (`needs`) */
    binMs: number | null
    startS?: number
  }

/** Raw voltage: shown and explained, not imported, since spikes must be detected first. */
export type VoltageReading = Said &
  SaidChannels & {
    modality: 'voltage'
    samplingRateHz: number | null
    /** per channel */
    samples: number | null
  }

/** Events and intervals alone: they go with a recording that is chosen with them. */
export type BehaviourReading = Said & {
  modality: 'behaviour'
  /** the first rows of a table of events */
  table?: BehaviourPreview['table']
}

/** Where an animal was, on the file's own clock; NaN where it was lost. */
export type PositionTrack = {
  file: string
  /** of x and y, as a person writes it */
  unit: string
  /** [S] each, times not descending */
  timesS: Float64Array
  x: Float64Array
  y: Float64Array
}

/** Positions and regions alone. */
export type LayoutReading = { modality: 'layout'; table: LayoutTable }

/** What a format finds in its files, before layout, order, window and checks. */
export type Reading = SpikeReading | TraceReading | CountReading | VoltageReading | BehaviourReading | LayoutReading

/** What every recording that is ready to be kept has; N channels, times within [startS, endS). */
export type RecordingFrame = {
  format: string
  startS: number
  endS: number
  samplingRateHz: number | null
  /** [N], all different */
  channelLabels: string[]
  /** [N, 2], NaN where a channel has no position */
  positionsUm: Float64Array | null
  regions: Region[]
  /** [N], index into regions, −1 without */
  regionOfChannel: Int16Array
  layoutName: string | null
  /** ascending */
  taskEvents: TaskEvent[]
  intervals: Interval[]
  warnings: ImportWarning[]
}

/** Spike trains of one recording, ready to be kept. */
export type SpikeRecording = RecordingFrame & {
  modality: 'spikes'
  /** [spikes], one channel after the other, ascending within a channel */
  timesS: Float64Array
  /** [N + 1]; channel c has spikes [offsets[c], offsets[c + 1]) */
  offsets: Uint32Array
}

/** Traces of one recording, ready to be kept; S samples. */
export type TraceRecording = RecordingFrame & {
  modality: 'traces'
  /** [N, S], channel by channel, all finite */
  values: Float32Array
  /** [S], not descending */
  timesS: Float64Array
  /** of counts: the width of their bins; null of other traces */
  countBinMs: number | null
}

/**
 * What a file format is to the rest: it recognises its files and reads them. What follows (layout, window, order, checks, what an
 * inspection shows) is the same for all and stands in spike-importer.ts, trace-importer.ts and recording-importer.ts.
 */
export type Importer = {
  format: string
  /** names of the settings it understands */
  settings: readonly string[]
  /** true where files of this format may hold events and intervals alone, to go with another recording */
  bringsBehaviour?: boolean
  /** true where they never hold anything else: another recording among the files then comes first */
  isBehaviourOnly?: boolean
  /** `answers` only matter where a file does not tell by itself what it is */
  detect: (files: OpenedFile[], answers: ImportAnswers) => Detection | null
  /** @throws import/… naming file and place */
  read: (task: ImportTask) => AsyncGenerator<ReadProgress, Reading>
}
