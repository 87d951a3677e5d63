import type { ImportAnswers, ImportWarning, Inspection } from '../../shared/domain/inspection.ts'
import type { Region } from '../../shared/domain/region.ts'
import type { LayoutTable } from './layout-table.ts'
import type { OpenedFile } from './opened-file.ts'

/** Why a format was recognised: the sentence is `formats.<format>.why.<code>` with the details as values. */
export type Reason = { code: string; details: Record<string, string | number> }

/** `files` are those the format takes for itself; `confidence` lies in (0, 1]. */
export type Detection = { confidence: number; reasons: Reason[]; files: OpenedFile[] }

/** `phase` is a locale key below `jobs.phase`. */
export type ReadProgress = { done: number; total: number; phase: 'read' | 'sort' | 'check' }

export type ImportTask = {
  /** the files the format took */
  files: OpenedFile[]
  /** positions and regions that came in files of their own */
  layout: LayoutTable | null
  answers: ImportAnswers
  /** throws when the person wants to stop; called at least every 0.3 s of work */
  interrupt: () => void
}

/** Spike trains of one recording, ready to be kept; N channels. Times are seconds within [startS, endS). */
export type SpikeRecording = {
  format: string
  startS: number
  endS: number
  samplingRateHz: number | null
  /** [N], all different */
  channelLabels: string[]
  /** [N, 2], NaN where a channel has no position */
  positionsUm: Float64Array | null
  /** [spikes], one channel after the other, ascending within a channel */
  timesS: Float64Array
  /** [N + 1]; channel c has spikes [offsets[c], offsets[c + 1]) */
  offsets: Uint32Array
  regions: Region[]
  /** [N], index into regions, −1 without */
  regionOfChannel: Int16Array
  layoutName: string | null
  warnings: ImportWarning[]
}

/** What a file format is to the rest: it recognises its files, tells what they hold, and reads them. */
export type Importer = {
  format: string
  /** names of the settings it understands */
  settings: readonly string[]
  /** `answers` only matter where a file does not tell by itself what it is */
  detect: (files: OpenedFile[], answers: ImportAnswers) => Detection | null
  inspect: (task: ImportTask) => Promise<Inspection>
  read: (task: ImportTask) => AsyncGenerator<ReadProgress, SpikeRecording>
}
