import { z } from 'zod'
import { behaviourPreview } from '../domain/behaviour.ts'
import { importAnswers, importSetting, importWarning } from '../domain/inspection.ts'
import { intervalCounts } from '../domain/interval.ts'
import { taskEventCounts } from '../domain/task-event.ts'
import { refusals } from './import.ts'
import { route } from './route.ts'

const recordingId = z.int().min(1)
const file = { recordingId, file: z.string().min(1), set: importAnswers.default({}) }
const errors = ['project/none-open', 'recordings/not-found'] as const

export const events = {
  /** a recording's events by name, for a picture: at most 2,000 of each */
  'events.get': route(
    z.strictObject({ recordingId }),
    z.object({ times: behaviourPreview.shape.times, intervals: intervalCounts }),
    errors,
  ),
  /** what a file of events, intervals or positions would add to a recording */
  'events.inspect': route(
    z.strictObject(file),
    z.object({
      behaviour: behaviourPreview,
      events: taskEventCounts,
      intervals: intervalCounts,
      settings: z.array(importSetting),
      warnings: z.array(importWarning),
    }),
    [...errors, ...refusals],
  ),
  /** adds them, or puts them in place of all there are */
  'events.add': route(
    z.strictObject({ ...file, replace: z.boolean().default(false) }),
    z.object({ events: taskEventCounts, intervals: intervalCounts }),
    [...errors, 'project/read-only', ...refusals],
  ),
  /** brings back the events and intervals from before the last addition, as long as the project stays open */
  'events.undo': route(z.strictObject({ recordingId }), z.object({}), [...errors, 'project/read-only']),
}
