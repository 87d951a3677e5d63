import type { Handlers } from '../../shared/contract/contract.ts'
import { countIntervals } from '../../shared/domain/interval.ts'
import { countTaskEvents } from '../../shared/domain/task-event.ts'
import { listIntervals } from '../store/intervals.ts'
import {
  describeRecording,
  excludeChannels,
  getImportWarnings,
  getLayout,
  getRecording,
  listChannels,
  listRecordings,
  removeRecording,
} from '../store/recordings.ts'
import { listTaskEvents } from '../store/task-events.ts'
import { openDb, writableDb, type Context } from './context.ts'

type Names = 'recordings.list' | 'recordings.get' | 'recordings.describe' | 'recordings.exclude' | 'recordings.remove'

export function recordingServices(context: Context): Pick<Handlers, Names> {
  const changed = (): void => context.notify({ notice: 'changed', area: 'recordings' })
  return {
    'recordings.list': () => ({ recordings: listRecordings(openDb(context)) }),
    'recordings.get': ({ recordingId }) => {
      const db = openDb(context)
      return {
        recording: getRecording(db, recordingId),
        channels: listChannels(db, recordingId),
        layout: getLayout(db, recordingId),
        warnings: getImportWarnings(db, recordingId),
        events: countTaskEvents(listTaskEvents(db, recordingId)),
        intervals: countIntervals(listIntervals(db, recordingId)),
      }
    },
    'recordings.describe': ({ recordingId, ...words }) => {
      const db = writableDb(context)
      getRecording(db, recordingId)
      describeRecording(db, recordingId, words)
      changed()
      return getRecording(db, recordingId)
    },
    'recordings.exclude': ({ recordingId, channelIndexes, reason }) => {
      const db = writableDb(context)
      getRecording(db, recordingId)
      excludeChannels(db, recordingId, channelIndexes, reason)
      changed()
      return {}
    },
    'recordings.remove': ({ recordingId }) => {
      const db = writableDb(context)
      getRecording(db, recordingId)
      removeRecording(db, recordingId)
      for (const area of ['recordings', 'snapshots', 'modelRuns', 'embeddings', 'alignments'] as const)
        context.notify({ notice: 'changed', area })
      return {}
    },
  }
}
