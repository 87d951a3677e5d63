import { fail } from '../../shared/contract/errors.ts'
import {
  evaluation,
  firstScore,
  importedVectors,
  spokenModel,
  spokenReadOut,
  subjectCountOf,
  type Evaluation,
  type EvaluationRecipe,
  type EvaluationSummary,
  type ImportedVectors,
} from '../../shared/domain/evaluation.ts'
import { getBlob, putBlob, sweepBlobs } from './blobs.ts'
import type { ReadableDB, WritableDB } from './open.ts'

/** Keeps an evaluation in place of an earlier one of the same input and recipe. */
export function insertEvaluation(db: WritableDB, fresh: Omit<Evaluation, 'id'> & { inputHash: string }): number {
  return Number(
    db
      .prepare(
        `
    INSERT INTO evaluation (snapshot_set_id, recording_ids, recipe, input_hash, findings, seconds, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        fresh.snapshotSetId,
        JSON.stringify(fresh.recordingIds),
        JSON.stringify(fresh.recipe),
        fresh.inputHash,
        JSON.stringify(fresh.findings),
        fresh.seconds,
        fresh.createdAt,
      ).lastInsertRowid,
  )
}

/** The evaluation that one recipe made of one input, or null. */
export function findEvaluation(db: ReadableDB, inputHash: string, recipe: EvaluationRecipe): number | null {
  const row = db.prepare('SELECT id FROM evaluation WHERE input_hash = ? AND recipe = ?').get(inputHash, JSON.stringify(recipe)) as
    { id: number } | undefined
  return row?.id ?? null
}

/** @throws evaluations/not-found */
export function getEvaluation(db: ReadableDB, id: number): Evaluation {
  const found = hasTables(db) ? readEvaluations(db, 'WHERE id = ?', id)[0] : undefined
  if (!found) throw fail('evaluations/not-found', { id })
  return found
}

export function listEvaluations(db: ReadableDB): EvaluationSummary[] {
  if (!hasTables(db)) return []
  return readEvaluations(db, 'ORDER BY id').map(({ findings, ...rest }) => {
    const { task } = rest.recipe,
      spoken = spokenReadOut(rest.recipe)
    const readOut = findings.rows.filter((row) => row.readOut === spoken || row.readOut === null),
      model = spokenModel(readOut),
      own = readOut.find((row) => row.model === model),
      first = own ? firstScore(task, own) : null
    return {
      ...rest,
      best: own && first ? { model: own.model, ...first } : null,
      subjectCount: subjectCountOf({ ...rest, findings }),
      modelCount: new Set(findings.rows.flatMap(({ kind, model: asked }) => (kind === 'majority' ? [] : [asked]))).size,
    }
  })
}

export function removeEvaluation(db: WritableDB, id: number): void {
  db.prepare('DELETE FROM evaluation WHERE id = ?').run(id)
}

/** Keeps vectors made elsewhere in place of earlier ones of the same name and seed. */
export function putImportedVectors(db: WritableDB, fresh: Omit<ImportedVectors, 'id'> & { values: Float32Array }): number {
  return db.transaction(() => {
    db.prepare('DELETE FROM imported_vectors WHERE snapshot_set_id = ? AND name = ? AND seed = ?').run(
      fresh.snapshotSetId,
      fresh.name,
      fresh.seed,
    )
    const { lastInsertRowid } = db
      .prepare('INSERT INTO imported_vectors (snapshot_set_id, name, seed, unit, latent_count, values_blob) VALUES (?, ?, ?, ?, ?, ?)')
      .run(fresh.snapshotSetId, fresh.name, fresh.seed, fresh.unit, fresh.latentCount, putBlob(db, fresh.values))
    sweepBlobs(db)
    return Number(lastInsertRowid)
  })()
}

/** Vectors made elsewhere for one set, by name and seed. */
export function listImportedVectors(db: ReadableDB, snapshotSetId: number): (ImportedVectors & { hash: string })[] {
  if (!hasTables(db)) return []
  const rows = db
    .prepare(
      `
    SELECT id, snapshot_set_id AS snapshotSetId, name, seed, unit, latent_count AS latentCount, values_blob AS hash
    FROM imported_vectors WHERE snapshot_set_id = ? ORDER BY name, seed`,
    )
    .all(snapshotSetId) as ({ hash: string } & Record<string, unknown>)[]
  return rows.map((row) => ({ ...importedVectors.parse(row), hash: row.hash }))
}

/** [windows, latentCount] or [windows, channels, latentCount] */
export const getImportedVectors = (db: ReadableDB, { hash }: { hash: string }): Float32Array => getBlob(db, hash, 'Float32Array')

/** A project of an earlier version that can only be read cannot be brought to this version, and has none. */
function hasTables(db: ReadableDB): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'evaluation'").get() !== undefined
}

function readEvaluations(db: ReadableDB, tail: string, ...values: unknown[]): Evaluation[] {
  const rows = db
    .prepare(
      `
    SELECT id, snapshot_set_id AS snapshotSetId, recording_ids AS recordingIds, recipe, findings, seconds, created_at AS createdAt
    FROM evaluation ${tail}`,
    )
    .all(...values) as ({ recordingIds: string; recipe: string; findings: string } & Record<string, unknown>)[]
  return rows.map((row) =>
    evaluation.parse({
      ...row,
      recordingIds: JSON.parse(row.recordingIds) as unknown,
      recipe: JSON.parse(row.recipe) as unknown,
      findings: JSON.parse(row.findings) as unknown,
    }),
  )
}
