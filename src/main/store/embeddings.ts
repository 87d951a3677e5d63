import { getBlob, putBlob } from './blobs.ts'
import type { ReadableDB, WritableDB } from './open.ts'

export type Embedding = {
  shape: { snapshotCount: number; channelCount: number; latentCount: number }
  /** [snapshots, channels, latent] */
  mean: Float32Array
  logVariance: Float32Array
  /** trained weights in the model's stored order */
  parameters: Float32Array
}

export function putEmbedding(db: WritableDB, runId: number, { shape, mean, logVariance, parameters }: Embedding): void {
  db.transaction(() => {
    db.prepare(
      `
      INSERT OR REPLACE INTO embedding (model_run_id, snapshot_count, channel_count, latent_count, mean_blob, log_variance_blob, parameters_blob)
      VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      runId,
      shape.snapshotCount,
      shape.channelCount,
      shape.latentCount,
      putBlob(db, mean),
      putBlob(db, logVariance),
      putBlob(db, parameters),
    )
  })()
}

/** The embedding of a finished run, or null. */
export function getEmbedding(db: ReadableDB, runId: number): Embedding | null {
  const row = db.prepare('SELECT * FROM embedding WHERE model_run_id = ?').get(runId) as EmbeddingRow | undefined
  return row
    ? {
        shape: { snapshotCount: row.snapshot_count, channelCount: row.channel_count, latentCount: row.latent_count },
        mean: getBlob(db, row.mean_blob, 'Float32Array'),
        logVariance: getBlob(db, row.log_variance_blob, 'Float32Array'),
        parameters: getBlob(db, row.parameters_blob, 'Float32Array'),
      }
    : null
}

type EmbeddingRow = {
  snapshot_count: number
  channel_count: number
  latent_count: number
  mean_blob: string
  log_variance_blob: string
  parameters_blob: string
}
