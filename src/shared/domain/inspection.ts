import { z } from 'zod'
import { behaviourPreview } from './behaviour.ts'
import { intervalCounts } from './interval.ts'
import { float32, float64, int16, int32 } from './numbers.ts'
import { modality } from './recording.ts'
import { region } from './region.ts'

/** Something to know before an import. The sentence is `warnings.<code>` with the details as values. */
export const importWarning = z.object({
  code: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type ImportWarning = z.infer<typeof importWarning>

/** A setting of an importer as the wizard shows it; `guessed` where the file did not say it. */
export const importSetting = z.object({
  name: z.string(),
  kind: z.enum(['choice', 'number', 'text']),
  value: z.union([z.string(), z.number()]).nullable(),
  guessed: z.boolean(),
  options: z.array(z.string()),
  unit: z.string().nullable(),
})
export type ImportSetting = z.infer<typeof importSetting>

/** What an import would yield, without a project. What a file does not hold is null. */
export const inspection = z.object({
  format: z.string(),
  /** why we think so: `formats.<format>.why.<reason>` */
  reasons: z.array(z.object({ code: z.string(), details: z.record(z.string(), z.union([z.string(), z.number()])) })),
  /** formats that also accept these files */
  alternatives: z.array(z.string()),
  modality,
  /** null where the files are events and intervals alone */
  channels: z.int().nullable(),
  spikes: z.int().nullable(),
  samples: z.int().nullable(),
  samplingRateHz: z.number().nullable(),
  firstS: z.number().nullable(),
  lastS: z.number().nullable(),
  durationS: z.number().nullable(),
  startS: z.number().nullable(),
  endS: z.number().nullable(),
  channelLabels: z.array(z.string()),
  /** [channels] */
  spikesPerChannel: int32.nullable(),
  /** [channels], sum of each trace, missing values left out */
  traceSums: float64.nullable(),
  /** [channels, 2], NaN where a channel has no position */
  positionsUm: float64.nullable(),
  regions: z.array(region),
  /** [channels], index into regions, −1 without */
  regionOfChannel: int16.nullable(),
  events: z.record(z.string(), z.int()),
  /** how many intervals by label */
  intervals: intervalCounts,
  settings: z.array(importSetting),
  /** wells, planes or variables to pick from, given with the settings */
  choices: z.array(z.object({ name: z.string(), options: z.array(z.string()) })),
  /** settings that only the person knows; `why` is a locale key. Until they are given, times are null */
  needs: z.array(z.object({ name: z.string(), why: z.string() })),
  warnings: z.array(importWarning),
  /** null where the files hold no events, intervals or positions of an animal */
  behaviour: behaviourPreview.nullable(),
  /** spikes of the busiest 40 channels in the busiest 10 s: row of the raster and time */
  raster: z
    .object({
      fromS: z.number(),
      toS: z.number(),
      channelIndexes: int32,
      spikeRow: int32,
      spikeS: float64,
    })
    .nullable(),
  /** a lively stretch of the 40 liveliest traces: values [channelIndexes, timesS] */
  traces: z.object({ channelIndexes: int32, timesS: float64, values: float32 }).nullable(),
})
export type Inspection = z.infer<typeof inspection>

/** Whether there is something to import by itself: voltage, behaviour and layouts are shown and explained. */
export const isSignal = ({ modality }: Pick<Inspection, 'modality'>): boolean =>
  modality === 'spikes' || modality === 'traces' || modality === 'counts'

/** Answers to an importer's settings, by name. */
export const importAnswers = z.record(z.string().max(80), z.union([z.string().max(4000), z.number()]))
export type ImportAnswers = z.infer<typeof importAnswers>
