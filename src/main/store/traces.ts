import { getBlob, putBlob } from './blobs.ts'
import type { ReadableDB, WritableDB } from './open.ts'

/** Traces of a recording: values [N, S], channel by channel, at times [S] in seconds on the file's clock; not to be written. */
export type Traces = { values: Float32Array; timesS: Float64Array; /** of counts: the width of their bins */ countBinMs: number | null }

/** Keeps the traces of a recording that has none yet. */
export function insertTraces(db: WritableDB, recordingId: number, { values, timesS, countBinMs }: Traces): void {
  db.prepare('INSERT INTO trace (recording_id, sample_count, values_blob, times_blob, count_bin_ms) VALUES (?, ?, ?, ?, ?)').run(
    recordingId,
    timesS.length,
    putBlob(db, values),
    putBlob(db, timesS),
    countBinMs,
  )
}

/** The traces last asked for: a plot is leafed through. */
const lastTraces = new WeakMap<ReadableDB, Traces & { hash: string }>()

/** @throws Error for a recording without traces: ask its modality first */
export function getTraces(db: ReadableDB, recordingId: number): Traces {
  const hash = tracesHash(db, recordingId)
  const last = lastTraces.get(db)
  if (last?.hash === hash) return last
  const [values = '', times = ''] = hash.split(':')
  const { countBinMs } = db.prepare('SELECT count_bin_ms AS countBinMs FROM trace WHERE recording_id = ?').get(recordingId) as {
    countBinMs: number | null
  }
  const traces = { values: getBlob(db, values, 'Float32Array'), timesS: getBlob(db, times, 'Float64Array'), countBinMs, hash }
  lastTraces.set(db, traces)
  return traces
}

/** Hashes that name the recording's traces. */
export function tracesHash(db: ReadableDB, recordingId: number): string {
  const row = db.prepare("SELECT values_blob || ':' || times_blob AS hash FROM trace WHERE recording_id = ?").get(recordingId) as {
    hash: string
  }
  return row.hash
}
