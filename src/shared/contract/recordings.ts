import { z } from 'zod'
import { intervalCounts } from '../domain/interval.ts'
import { float64, int16, int32 } from '../domain/numbers.ts'
import { channel, recording } from '../domain/recording.ts'
import { layout, region } from '../domain/region.ts'
import { importWarning } from '../domain/inspection.ts'
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

export const layouts = {
  /** reads a layout file for a recording's channels; nothing is kept */
  'layouts.read': route(
    z.strictObject({ file: z.string(), channelLabels: z.array(z.string()).max(65_535) }),
    z.object({ layout, positionsUm: float64.nullable(), warnings: z.array(importWarning) }),
    refusals,
  ),
  /** gives a recording its regions, replacing earlier ones */
  'layouts.set': route(
    z.strictObject({
      recordingId: id,
      name: z.string().max(200),
      regions: z.array(region).max(200),
      regionOfChannel: int16,
      /** of a layout file, where the recording itself had none */
      positionsUm: float64.nullable().default(null),
    }),
    z.object({}),
    [...errors, 'layouts/region-name-twice'],
  ),
}
