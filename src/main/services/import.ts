import { basename, extname } from 'node:path'
import type { Handlers } from '../../shared/contract/contract.ts'
import { runInThread } from '../jobs/run-in-thread.ts'
import { setIntervals } from '../store/intervals.ts'
import { insertRecording } from '../store/recordings.ts'
import { setTaskEvents } from '../store/task-events.ts'
import { noteProvenance } from '../store/provenance.ts'
import { nowIso, writableDb, type Context } from './context.ts'
import { startJob } from './jobs.ts'

export function importServices(context: Context): Pick<Handlers, 'import.inspect' | 'import.run'> {
  return {
    'import.inspect': ({ files, format, set }) => runInThread('inspect', { files, format, set }),
    'import.run': ({ files, format, set, name, subject, condition, recordedOn, layout }) => {
      const db = writableDb(context)
      const jobId = startJob(context, 'import', {
        subjectId: null,
        input: () => ({ files, format, set }),
        keep: (found, seconds) => {
          const title = name.trim() || nameOf(files[0] ?? '')
          const id = db.transaction(() => {
            const recordingId = insertRecording(db, {
              name: title,
              subject: subject.trim() || title,
              condition: condition.trim(),
              recordedOn,
              signal: found,
              format: found.format,
              startS: found.startS,
              endS: found.endS,
              samplingRateHz: found.samplingRateHz,
              sources: found.sources,
              layoutName: layout ? layout.name : found.layoutName,
              importedAt: nowIso(context),
              channelLabels: found.channelLabels,
              positionsUm: found.positionsUm,
              warnings: found.warnings,
              regions: layout?.regions ?? found.regions,
              regionOfChannel: layout?.regionOfChannel ?? found.regionOfChannel,
            })
            setTaskEvents(db, recordingId, found.taskEvents)
            setIntervals(db, recordingId, found.intervals)
            noteProvenance(db, {
              step: 'import',
              subjectId: recordingId,
              inputHash: found.sources.map(({ sha256 }) => sha256).join(' '),
              recipe: { format: found.format, set },
              seed: null,
              engine: null,
              version: context.version,
              seconds,
              madeAt: nowIso(context),
            })
            return recordingId
          })()
          context.notify({ notice: 'changed', area: 'recordings' })
          return id
        },
      })
      return { jobId }
    },
  }
}

const nameOf = (file: string): string => basename(file, extname(file))
