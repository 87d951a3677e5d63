import { projection, type Projection, type ProjectionRecipe } from '../../shared/domain/projection.ts'
import { fail } from '../../shared/contract/errors.ts'
import { getBlob, putBlob } from './blobs.ts'
import type { ReadableDB, WritableDB } from './open.ts'

export type NewProjection = Omit<Projection, 'id'> & { /** [snapshots, channels, 2] */ coordinates: Float32Array }

export function insertProjection(db: WritableDB, fresh: NewProjection): number {
  return db.transaction(() =>
    Number(
      db
        .prepare(
          `
    INSERT INTO projection (model_run_id, recipe, trustworthiness, kl, explained_variance, coordinates_blob, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          fresh.modelRunId,
          JSON.stringify(fresh.recipe),
          fresh.trustworthiness,
          fresh.kl,
          fresh.explainedVariance,
          putBlob(db, fresh.coordinates),
          fresh.createdAt,
        ).lastInsertRowid,
    ),
  )()
}

export function findProjection(db: ReadableDB, modelRunId: number, recipe: ProjectionRecipe): number | null {
  const row = db.prepare('SELECT id FROM projection WHERE model_run_id = ? AND recipe = ?').get(modelRunId, JSON.stringify(recipe)) as
    { id: number } | undefined
  return row?.id ?? null
}

export function listProjections(db: ReadableDB): Projection[] {
  return readProjections(db, 'ORDER BY id')
}

/** @throws projections/not-found */
export function getProjection(db: ReadableDB, id: number): Projection {
  const found = readProjections(db, 'WHERE id = ?', id)[0]
  if (!found) throw fail('projections/not-found', { id })
  return found
}

/** [snapshots, channels, 2] */
export function getCoordinates(db: ReadableDB, id: number): Float32Array {
  const row = db.prepare('SELECT coordinates_blob AS hash FROM projection WHERE id = ?').get(id) as { hash: string }
  return getBlob(db, row.hash, 'Float32Array')
}

function readProjections(db: ReadableDB, tail: string, ...values: unknown[]): Projection[] {
  const rows = db
    .prepare(
      `
    SELECT id, model_run_id AS modelRunId, recipe, trustworthiness, kl, explained_variance AS explainedVariance, created_at AS createdAt
    FROM projection ${tail}`,
    )
    .all(...values) as ({ recipe: string } & Record<string, unknown>)[]
  return rows.map((row) => projection.parse({ ...row, recipe: JSON.parse(row.recipe) }))
}
