import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Handlers } from '../../shared/contract/contract.ts'
import { countIntervals, type Interval } from '../../shared/domain/interval.ts'
import { countTaskEvents, type TaskEvent } from '../../shared/domain/task-event.ts'
import { timesByName } from '../importers/behaviour.ts'
import { runInThread } from '../jobs/run-in-thread.ts'
import { listIntervals, setIntervals } from '../store/intervals.ts'
import { noteProvenance } from '../store/provenance.ts'
import type { ReadableDB } from '../store/open.ts'
import { getRecording } from '../store/recordings.ts'
import { listTaskEvents, setTaskEvents } from '../store/task-events.ts'
import { nowIso, openDb, writableDb, type Context } from './context.ts'

type Names = 'events.get' | 'events.inspect' | 'events.add' | 'events.undo'
type Kept = { taskEvents: TaskEvent[]; intervals: Interval[] }

export function eventServices(context: Context): Pick<Handlers, Names> {
  /** what was there before the last addition to each recording of the project that is open */
  const before = new WeakMap<ReadableDB, Map<number, Kept>>()
  const keptOf = (db: ReadableDB, id: number): Kept => ({ taskEvents: listTaskEvents(db, id), intervals: listIntervals(db, id) })
  const read = (
    db: ReadableDB,
    { recordingId, file, set }: { recordingId: number; file: string; set: Record<string, string | number> },
  ) => {
    const { startS, endS, samplingRateHz } = getRecording(db, recordingId)
    return runInThread('inspectBeside', { file, set, base: { ...keptOf(db, recordingId), startS, endS, samplingRateHz } })
  }
  const changed = (): void => {
    for (const area of ['recordings', 'snapshots', 'alignments'] as const) context.notify({ notice: 'changed', area })
  }
  return {
    'events.get': ({ recordingId }) => {
      const db = openDb(context)
      getRecording(db, recordingId)
      const { taskEvents, intervals } = keptOf(db, recordingId)
      return { times: timesByName(taskEvents), intervals: countIntervals(intervals) }
    },
    'events.inspect': async (wanted) => {
      const { preview, added, settings, warnings } = await read(openDb(context), wanted)
      return {
        behaviour: { ...preview, words: added.words, times: timesByName(added.taskEvents) },
        events: countTaskEvents(added.taskEvents),
        intervals: countIntervals(added.intervals),
        settings,
        warnings,
      }
    },
    'events.add': async (wanted) => {
      const { recordingId, file, set, replace } = wanted
      const db = writableDb(context),
        startedMs = context.clock()
      const { added, settings } = await read(db, wanted)
      const sha256 = createHash('sha256')
        .update(await readFile(file))
        .digest('hex')
      const there = keptOf(db, recordingId)
      const base: Kept = replace ? { taskEvents: [], intervals: [] } : there
      db.transaction(() => {
        setTaskEvents(
          db,
          recordingId,
          [...base.taskEvents, ...added.taskEvents].toSorted((a, b) => a.timeS - b.timeS),
        )
        setIntervals(
          db,
          recordingId,
          [...base.intervals, ...added.intervals].toSorted((a, b) => a.startS - b.startS),
        )
        noteProvenance(db, {
          step: 'events',
          subjectId: recordingId,
          inputHash: sha256,
          recipe: { set, replace, settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])) },
          seed: null,
          engine: null,
          version: context.version,
          seconds: (context.clock() - startedMs) / 1000,
          madeAt: nowIso(context),
        })
      })()
      before.set(db, new Map(before.get(db)).set(recordingId, there))
      changed()
      return { events: countTaskEvents(added.taskEvents), intervals: countIntervals(added.intervals) }
    },
    'events.undo': ({ recordingId }) => {
      const db = writableDb(context)
      getRecording(db, recordingId)
      const kept = before.get(db)?.get(recordingId)
      if (!kept) return {}
      db.transaction(() => {
        setTaskEvents(db, recordingId, kept.taskEvents)
        setIntervals(db, recordingId, kept.intervals)
        noteProvenance(db, {
          step: 'events',
          subjectId: recordingId,
          inputHash: '',
          recipe: { undone: true },
          seed: null,
          engine: null,
          version: context.version,
          seconds: 0,
          madeAt: nowIso(context),
        })
      })()
      before.get(db)?.delete(recordingId)
      changed()
      return {}
    },
  }
}
