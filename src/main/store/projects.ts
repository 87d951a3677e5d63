import type { ReadableDB } from './open.ts'

export function projectName(db: ReadableDB): string {
  return (db.prepare('SELECT name FROM project').get() as { name: string }).name
}

/** How much of the line is there. */
export function countResults(db: ReadableDB): {
  recordingCount: number
  snapshotSetCount: number
  modelRunCount: number
  projectionCount: number
} {
  return db
    .prepare(
      `
    SELECT (SELECT count(*) FROM recording) AS recordingCount, (SELECT count(*) FROM snapshot_set) AS snapshotSetCount,
      (SELECT count(*) FROM model_run WHERE state = 'done') AS modelRunCount, (SELECT count(*) FROM projection) AS projectionCount`,
    )
    .get() as ReturnType<typeof countResults>
}

/** Rows of every table, by its name. */
export function countRows(db: ReadableDB): Record<string, number> {
  const names = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .pluck()
    .all() as string[]
  return Object.fromEntries(names.map((name) => [name, db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get() as number]))
}
