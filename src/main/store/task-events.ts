import { taskEvent, type TaskEvent } from '../../shared/domain/task-event.ts'
import type { ReadableDB, WritableDB } from './open.ts'

/** Keeps a recording's events in the order given, replacing earlier ones. */
export function setTaskEvents(db: WritableDB, recordingId: number, events: readonly TaskEvent[]): void {
  db.transaction(() => {
    db.prepare('DELETE FROM task_event WHERE recording_id = ?').run(recordingId)
    const insert = db.prepare('INSERT INTO task_event (recording_id, event_index, time_s, kind, label, value) VALUES (?, ?, ?, ?, ?, ?)')
    events.forEach(({ timeS, kind, label, value }, index) => insert.run(recordingId, index, timeS, kind, label, value))
  })()
}

/** A recording's events in the order kept. */
export function listTaskEvents(db: ReadableDB, recordingId: number): TaskEvent[] {
  // A project of version 1 that can only be read cannot be brought to this version, and has no events.
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'task_event'").get()) return []
  return db
    .prepare('SELECT time_s AS timeS, kind, label, value FROM task_event WHERE recording_id = ? ORDER BY event_index')
    .all(recordingId)
    .map((row) => taskEvent.parse(row))
}
