import { z } from 'zod'
import { arrayNumberings, arrayTemplateNames } from '../domain/array-template.ts'
import { intervalCounts } from '../domain/interval.ts'
import { float64, int16, int32 } from '../domain/numbers.ts'
import { channel, recording } from '../domain/recording.ts'
import { layout, region } from '../domain/region.ts'
import { importAnswers, importSetting, importWarning } from '../domain/inspection.ts'
import { taskEventCounts } from '../domain/task-event.ts'
import { refusals } from './import.ts'
import { route } from './route.ts'

const id = z.int().min(1)
const one = z.strictObject({ recordingId: id })
const errors = ['project/none-open', 'recordings/not-found'] as const

export const recordings = {
  'recordings.list': route(z.strictObject({}), z.object({ recordings: z.array(recording) }), ['project/none-open']),
  'recordings.get': route(
    one,
    z.object({
      recording,
      channels: z.array(channel),
      layout,
      warnings: z.array(importWarning),
      events: taskEventCounts,
      /** how many labelled intervals (laps, trials, visits) by label */
      intervals: intervalCounts,
    }),
    errors,
  ),
  'recordings.describe': route(
    z.strictObject({ recordingId: id, name: z.string().min(1).max(200), subject: z.string().max(200), condition: z.string().max(200) }),
    recording,
    errors,
  ),
  /** leaves channels out of snapshots made from now on, with a reason; null takes them in again */
  'recordings.exclude': route(
    z.strictObject({ recordingId: id, channelIndexes: int32, reason: z.string().max(200).nullable() }),
    z.object({}),
    errors,
  ),
  /** takes the recording and everything made of it out of the project */
  'recordings.remove': route(one, z.object({}), errors),
}

const channelLabels = z.array(z.string()).max(65_535)
const layoutFile = { file: z.string(), set: importAnswers.default({}) }
const onChannels = z.object({ layout, positionsUm: float64.nullable(), warnings: z.array(importWarning) })

export const layouts = {
  /** a layout file as a table: its first rows, and the settings that say which column is what */
  'layouts.look': route(
    z.strictObject(layoutFile),
    z.object({ file: z.string(), columns: z.array(z.string()), rows: z.array(z.array(z.string())), settings: z.array(importSetting) }),
    refusals,
  ),
  /** reads a layout file for a recording's channels; nothing is kept */
  'layouts.read': route(z.strictObject({ ...layoutFile, channelLabels }), onChannels, refusals),
  /** a known array for a recording's channels; without channels it is the array itself, as it is printed. Nothing is kept */
  'layouts.template': route(
    z.strictObject({
      template: z.enum(arrayTemplateNames),
      /** null: the usual one of this array */
      pitchUm: z.number().positive().max(10_000).nullable().default(null),
      /** null: the one that names most channels */
      numbering: z.enum(arrayNumberings).nullable().default(null),
      channelLabels,
    }),
    onChannels.extend({ channelLabels }),
    refusals,
  ),
  /** gives a recording its regions, replacing earlier ones */
  'layouts.set': route(
    z.strictObject({
      recordingId: id,
      name: z.string().max(200),
      regions: z.array(region).max(200),
      regionOfChannel: int16,
      /** [channels, 2], NaN without a position; null leaves positions as they are */
      positionsUm: float64.nullable().default(null),
      /** they go to channels that have none, or take the place of what was there */
      positions: z.enum(['fill', 'replace']).default('fill'),
    }),
    z.object({}),
    [...errors, 'layouts/region-name-twice'],
  ),
}
