import { provenance, type Provenance } from '../../shared/domain/project.ts'
import type { ReadableDB, WritableDB } from './open.ts'

/** Notes how a result came to be. */
export function noteProvenance(db: WritableDB, step: Provenance): void {
  db.prepare(
    `
    INSERT INTO provenance (step, subject_id, input_hash, recipe, seed, engine, version, seconds, made_at)
    VALUES (@step, @subjectId, @inputHash, @recipe, @seed, @engine, @version, @seconds, @madeAt)`,
  ).run({ ...step, recipe: JSON.stringify(step.recipe) })
}

export function listProvenance(db: ReadableDB): Provenance[] {
  const rows = db
    .prepare(
      `
    SELECT step, subject_id AS subjectId, input_hash AS inputHash, recipe, seed, engine, version, seconds, made_at AS madeAt
    FROM provenance ORDER BY id`,
    )
    .all() as ({ recipe: string } & Record<string, unknown>)[]
  return rows.map((row) => provenance.parse({ ...row, recipe: JSON.parse(row.recipe) }))
}
