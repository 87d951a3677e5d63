import { fail } from '../../shared/contract/errors.ts'
import type { Job, JobKind, JobState } from '../../shared/domain/job.ts'
import type { ReadableDB, WritableDB } from './open.ts'

/** A job's row; its error is kept as code and details and put into words when read. */
export type JobRow = Omit<Job, 'leftS' | 'error'> & { error: { code: string; details: Record<string, unknown> } | null }

export function insertJob(db: WritableDB, kind: JobKind, subjectId: number | null, createdAt: string): number {
  return Number(
    db
      .prepare(
        `
    INSERT INTO job (kind, subject_id, state, phase, done, total, created_at) VALUES (?, ?, 'queued', 'waiting', 0, 1, ?)`,
      )
      .run(kind, subjectId, createdAt).lastInsertRowid,
  )
}

export function updateJob(
  db: WritableDB,
  id: number,
  change: { state?: JobState; subjectId?: number; phase?: string; done?: number; total?: number; error?: JobRow['error'] },
): void {
  db.prepare(
    `
    UPDATE job SET state = coalesce(@state, state), subject_id = coalesce(@subjectId, subject_id), phase = coalesce(@phase, phase),
      done = coalesce(@done, done), total = coalesce(@total, total), error = coalesce(@error, error) WHERE id = @id`,
  ).run({
    id,
    state: change.state ?? null,
    subjectId: change.subjectId ?? null,
    phase: change.phase ?? null,
    done: change.done ?? null,
    total: change.total ?? null,
    error: change.error ? JSON.stringify(change.error) : null,
  })
}

export function listJobs(db: ReadableDB): JobRow[] {
  return readJobs(db, 'ORDER BY id DESC LIMIT 200')
}

/** @throws jobs/not-found */
export function getJob(db: ReadableDB, id: number): JobRow {
  const found = readJobs(db, 'WHERE id = ?', id)[0]
  if (!found) throw fail('jobs/not-found', { id })
  return found
}

/** What ran when the program ended is not running any more. */
export function markJobsInterrupted(db: WritableDB): void {
  db.prepare("UPDATE job SET state = 'interrupted' WHERE state IN ('queued', 'running')").run()
}

function readJobs(db: ReadableDB, tail: string, ...values: unknown[]): JobRow[] {
  const rows = db
    .prepare(
      `
    SELECT id, kind, subject_id AS subjectId, state, phase, done, total, error, created_at AS createdAt FROM job ${tail}`,
    )
    .all(...values) as (Omit<JobRow, 'error'> & { error: string | null })[]
  return rows.map((row) => ({ ...row, error: row.error ? (JSON.parse(row.error) as JobRow['error']) : null }))
}
