import {
  epochRecord,
  modelRun,
  type EngineChoice,
  type EpochRecord,
  type ModelRecipe,
  type ModelRun,
  type RunState,
} from '../../shared/domain/model-run.ts'
import { fail } from '../../shared/contract/errors.ts'
import { bytesOf, numbersOf, sweepBlobs } from './blobs.ts'
import type { ReadableDB, WritableDB } from './open.ts'

/** State after an epoch from which training goes on; arrays as the training step gave them. */
export type KeptCheckpoint = {
  epoch: number
  learningRate: number
  halvings: number
  losses: Float64Array
  parameters: Float32Array
  adamMean: Float32Array
  adamVariance: Float32Array
}

export function insertModelRun(
  db: WritableDB,
  fresh: { snapshotSetId: number; recipe: ModelRecipe; engine: string; createdAt: string },
): number {
  return Number(
    db
      .prepare(
        `
    INSERT INTO model_run (snapshot_set_id, recipe, state, engine, created_at) VALUES (?, ?, 'queued', ?, ?)`,
      )
      .run(fresh.snapshotSetId, JSON.stringify(fresh.recipe), fresh.engine, fresh.createdAt).lastInsertRowid,
  )
}

export function listModelRuns(db: ReadableDB): ModelRun[] {
  return readRuns(db, 'ORDER BY id')
}

/** @throws model-runs/not-found */
export function getModelRun(db: ReadableDB, id: number): ModelRun {
  const found = readRuns(db, 'WHERE id = ?', id)[0]
  if (!found) throw fail('model-runs/not-found', { id })
  return found
}

export function setRunState(db: WritableDB, id: number, state: RunState, note: string | null = null): void {
  db.prepare('UPDATE model_run SET state = ?, note = ? WHERE id = ?').run(state, note, id)
}

export function setRunEngine(db: WritableDB, id: number, engine: string, choice: EngineChoice): void {
  db.prepare('UPDATE model_run SET engine = ?, engine_choice = ? WHERE id = ?').run(engine, JSON.stringify(choice), id)
}

/** Several epochs at once; one done again after a resume takes the place of its first record. */
export function putEpochs(db: WritableDB, runId: number, records: readonly EpochRecord[]): void {
  const insert = db.prepare(`
    INSERT OR REPLACE INTO epoch (model_run_id, epoch, nll, kl, kl_weight, gradient_norm, seconds)
    VALUES (@runId, @epoch, @nll, @kl, @klWeight, @gradientNorm, @seconds)`)
  db.transaction(() => {
    for (const record of records) insert.run({ ...record, runId })
  })()
}

export function listEpochs(db: ReadableDB, runId: number): EpochRecord[] {
  return db
    .prepare(
      `
    SELECT epoch, nll, kl, kl_weight AS klWeight, gradient_norm AS gradientNorm, seconds
    FROM epoch WHERE model_run_id = ? ORDER BY epoch`,
    )
    .all(runId)
    .map((row) => epochRecord.parse(row))
}

/** Keeps the newest checkpoint of a run in place of the one before. */
export function putCheckpoint(db: WritableDB, runId: number, checkpoint: KeptCheckpoint): void {
  db.prepare(
    `
    INSERT OR REPLACE INTO checkpoint (model_run_id, epoch, learning_rate, halvings, losses, parameters, adam_mean, adam_variance)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    runId,
    checkpoint.epoch,
    checkpoint.learningRate,
    checkpoint.halvings,
    bytesOf(checkpoint.losses),
    bytesOf(checkpoint.parameters),
    bytesOf(checkpoint.adamMean),
    bytesOf(checkpoint.adamVariance),
  )
}

export function getCheckpoint(db: ReadableDB, runId: number): KeptCheckpoint | null {
  const row = db.prepare('SELECT * FROM checkpoint WHERE model_run_id = ?').get(runId) as CheckpointRow | undefined
  return row
    ? {
        epoch: row.epoch,
        learningRate: row.learning_rate,
        halvings: row.halvings,
        losses: numbersOf(row.losses, 'Float64Array'),
        parameters: numbersOf(row.parameters, 'Float32Array'),
        adamMean: numbersOf(row.adam_mean, 'Float32Array'),
        adamVariance: numbersOf(row.adam_variance, 'Float32Array'),
      }
    : null
}

/** Epochs told after the last checkpoint are done anew on resume: their records go. */
export function dropEpochsFrom(db: WritableDB, runId: number, epoch: number): void {
  db.prepare('DELETE FROM epoch WHERE model_run_id = ? AND epoch >= ?').run(runId, epoch)
}

export function removeModelRun(db: WritableDB, id: number): void {
  db.transaction(() => {
    db.prepare('DELETE FROM model_run WHERE id = ?').run(id)
    sweepBlobs(db)
  })()
}

/** What ran when the program ended is not running any more. */
export function markInterrupted(db: WritableDB): void {
  db.prepare("UPDATE model_run SET state = 'interrupted' WHERE state IN ('queued', 'running')").run()
}

type CheckpointRow = {
  epoch: number
  learning_rate: number
  halvings: number
  losses: Buffer
  parameters: Buffer
  adam_mean: Buffer
  adam_variance: Buffer
}

function readRuns(db: ReadableDB, tail: string, ...values: unknown[]): ModelRun[] {
  const rows = db
    .prepare(
      `
    SELECT id, snapshot_set_id AS snapshotSetId, recipe, state, engine, engine_choice AS engineChoice, note, created_at AS createdAt,
      (SELECT json_extract(recipe, '$.rateMatching') IS NOT NULL FROM snapshot_set WHERE id = snapshot_set_id) AS isRateMatched,
      coalesce((SELECT halvings FROM checkpoint WHERE model_run_id = model_run.id), 0) AS halvings,
      (SELECT count(*) FROM epoch WHERE model_run_id = model_run.id) AS epochCount,
      (SELECT coalesce(sum(seconds), 0) FROM epoch WHERE model_run_id = model_run.id) AS trainingS
    FROM model_run ${tail}`,
    )
    .all(...values) as ({ recipe: string; engineChoice: string | null } & Record<string, unknown>)[]
  return rows.map((row) =>
    modelRun.parse({
      ...row,
      recipe: JSON.parse(row.recipe),
      isRateMatched: row.isRateMatched === 1,
      engineChoice: row.engineChoice === null ? null : JSON.parse(row.engineChoice),
    }),
  )
}
