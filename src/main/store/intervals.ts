import { interval, type Interval } from '../../shared/domain/interval.ts'
import type { ReadableDB, WritableDB } from './open.ts'

/** Keeps a recording's intervals in the order given, replacing earlier ones. */
export function setIntervals(db: WritableDB, recordingId: number, intervals: readonly Interval[]): void {
  db.transaction(() => {
    db.prepare('DELETE FROM interval WHERE recording_id = ?').run(recordingId)
    const insert = db.prepare('INSERT INTO interval (recording_id, interval_index, start_s, end_s, label) VALUES (?, ?, ?, ?, ?)')
    intervals.forEach(({ startS, endS, label }, index) => insert.run(recordingId, index, startS, endS, label))
  })()
}

/** A recording's intervals (laps, trials, visits) in the order kept: ascending starts on the recording's clock. */
export function listIntervals(db: ReadableDB, recordingId: number): Interval[] {
  // An older project that can only be read cannot be brought to this version, and has no intervals.
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'interval'").get()) return []
  return db
    .prepare('SELECT start_s AS startS, end_s AS endS, label FROM interval WHERE recording_id = ? ORDER BY interval_index')
    .all(recordingId)
    .map((row) => interval.parse(row))
}
