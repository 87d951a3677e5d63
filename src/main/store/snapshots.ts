import {
  snapshot,
  snapshotRecipe,
  snapshotSet,
  type LeftOut,
  type Snapshot,
  type SnapshotRecipe,
  type SnapshotSet,
} from '../../shared/domain/snapshot.ts'
import { fail } from '../../shared/contract/errors.ts'
import { getBlob, putBlob, sweepBlobs } from './blobs.ts'
import type { ReadableDB, WritableDB } from './open.ts'

export type NewSnapshotSet = {
  recordingId: number
  recipe: SnapshotRecipe
  inputHash: string
  createdAt: string
  /** index into the recording's channels, [channels] */
  channelIndexes: Int32Array
  leftOut: LeftOut
  snapshots: Snapshot[]
  /** per snapshot: pairs i < j, flat */
  edges: Uint16Array[]
  /** per snapshot: upper triangle by rows, r · 32767 */
  r: Int16Array[]
  /** [snapshots, channels] */
  rateHz: Float32Array
  degree: Int32Array
  /** [snapshots, channels, 6] */
  nodeStatistics: Float32Array
}

/** Keeps a whole set or nothing of it. */
export function insertSnapshotSet(db: WritableDB, fresh: NewSnapshotSet): number {
  return db.transaction(() => {
    const { lastInsertRowid } = db
      .prepare(
        `
      INSERT INTO snapshot_set (recording_id, recipe, input_hash, channel_indexes_blob, left_out, rate_hz_blob, degree_blob,
        node_statistics_blob, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        fresh.recordingId,
        JSON.stringify(fresh.recipe),
        fresh.inputHash,
        putBlob(db, fresh.channelIndexes),
        JSON.stringify(fresh.leftOut),
        putBlob(db, fresh.rateHz),
        putBlob(db, fresh.degree),
        putBlob(db, fresh.nodeStatistics),
        fresh.createdAt,
      )
    const insert = db.prepare(`
      INSERT INTO snapshot (snapshot_set_id, snapshot_index, start_s, end_s, edge_count, density, threshold_r, mean_absolute_r,
        mean_rate_hz, silent_channel_count, tested_share, label, edges_blob, r_blob)
      VALUES (@id, @index, @startS, @endS, @edgeCount, @density, @thresholdR, @meanAbsoluteR, @meanRateHz, @silentChannelCount,
        @testedShare, @label, @edges, @r)`)
    fresh.snapshots.forEach((one, t) => {
      const edges = fresh.edges[t],
        r = fresh.r[t]
      if (!edges || !r) throw new RangeError(`snapshot ${t} has no graph`)
      insert.run({ ...one, id: lastInsertRowid, edges: putBlob(db, edges), r: putBlob(db, r) })
    })
    return Number(lastInsertRowid)
  })()
}

/**
 * The set that one recipe made of one input, or null: settings that are newer than a kept recipe had their default then, and
 * sets without node statistics are of an earlier version and made anew.
 */
export function findSnapshotSet(db: ReadableDB, inputHash: string, recipe: SnapshotRecipe): number | null {
  const rows = db
      .prepare('SELECT id, recipe FROM snapshot_set WHERE input_hash = ? AND node_statistics_blob IS NOT NULL')
      .all(inputHash) as { id: number; recipe: string }[],
    wanted = JSON.stringify(recipe)
  return rows.find((row) => JSON.stringify(snapshotRecipe.parse(JSON.parse(row.recipe))) === wanted)?.id ?? null
}

/** Names what a set was made of. */
export const getInputHash = (db: ReadableDB, setId: number): string =>
  (db.prepare('SELECT input_hash AS hash FROM snapshot_set WHERE id = ?').get(setId) as { hash: string }).hash

/** The set that the same input and recipe made with rates matched by one seed's thinning, or null. */
export function findMatchedSet(db: ReadableDB, setId: number, seed: number): number | null {
  return findSnapshotSet(db, getInputHash(db, setId), { ...getSnapshotSet(db, setId).recipe, rateMatching: { seed } })
}

export function listSnapshotSets(db: ReadableDB): SnapshotSet[] {
  return readSets(db, 'ORDER BY id')
}

/** @throws snapshots/not-found */
export function getSnapshotSet(db: ReadableDB, id: number): SnapshotSet {
  const found = readSets(db, 'WHERE id = ?', id)[0]
  if (!found) throw fail('snapshots/not-found', { id })
  return found
}

export function listSnapshots(db: ReadableDB, setId: number): Snapshot[] {
  return db
    .prepare(
      `
    SELECT snapshot_index AS "index", start_s AS startS, end_s AS endS, edge_count AS edgeCount, density, threshold_r AS thresholdR,
      mean_absolute_r AS meanAbsoluteR, mean_rate_hz AS meanRateHz, silent_channel_count AS silentChannelCount,
      ${columnOr(db, 'snapshot', 'tested_share', 'NULL')} AS testedShare, ${columnOr(db, 'snapshot', 'label', 'NULL')} AS label
    FROM snapshot WHERE snapshot_set_id = ? ORDER BY snapshot_index`,
    )
    .all(setId)
    .map((row) => snapshot.parse(row))
}

/** Per channel and snapshot: rate and degree; and which channels these are. */
export function getChannelValues(db: ReadableDB, setId: number): { channelIndexes: Int32Array; rateHz: Float32Array; degree: Int32Array } {
  const row = db.prepare('SELECT channel_indexes_blob, rate_hz_blob, degree_blob FROM snapshot_set WHERE id = ?').get(setId) as Record<
    string,
    string
  >
  return {
    channelIndexes: getBlob(db, row.channel_indexes_blob ?? '', 'Int32Array'),
    rateHz: getBlob(db, row.rate_hz_blob ?? '', 'Float32Array'),
    degree: getBlob(db, row.degree_blob ?? '', 'Int32Array'),
  }
}

/** Six numbers per snapshot and channel, as insertSnapshotSet took them; null of sets that an earlier version made. */
export function getNodeStatistics(db: ReadableDB, setId: number): Float32Array | null {
  const row = db
    .prepare(`SELECT ${columnOr(db, 'snapshot_set', 'node_statistics_blob', 'NULL')} AS blob FROM snapshot_set WHERE id = ?`)
    .get(setId) as { blob: string | null }
  return row.blob === null ? null : getBlob(db, row.blob, 'Float32Array')
}

/** The edges of every snapshot of a set, as insertSnapshotSet took them. */
export const getEdges = (db: ReadableDB, setId: number): Uint16Array[] =>
  graphRows(db, setId).map((row) => getBlob(db, row.edges_blob, 'Uint16Array'))

/** The graphs of a set: edges and r of every snapshot, as insertSnapshotSet took them. */
export const getGraphs = (db: ReadableDB, setId: number): { edges: Uint16Array[]; r: Int16Array[] } => ({
  edges: getEdges(db, setId),
  r: graphRows(db, setId).map((row) => getBlob(db, row.r_blob, 'Int16Array')),
})

/** Names everything a model sees of a set. */
export function graphsHash(db: ReadableDB, setId: number): string {
  return graphRows(db, setId)
    .map((row) => `${row.edges_blob}:${row.r_blob}`)
    .join(' ')
}

export function removeSnapshotSet(db: WritableDB, id: number): void {
  db.transaction(() => {
    db.prepare('DELETE FROM snapshot_set WHERE id = ?').run(id)
    sweepBlobs(db)
  })()
}

function graphRows(db: ReadableDB, setId: number): { edges_blob: string; r_blob: string }[] {
  return db.prepare('SELECT edges_blob, r_blob FROM snapshot WHERE snapshot_set_id = ? ORDER BY snapshot_index').all(setId) as {
    edges_blob: string
    r_blob: string
  }[]
}

/** An older project that can only be read is not brought to this version, and lacks newer columns. */
function columnOr(db: ReadableDB, table: string, column: string, instead: string): string {
  return db.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').get(table, column) === undefined ? instead : column
}

const nothingLeftOut = JSON.stringify({ channelIndexes: [], intervals: [] } satisfies LeftOut)

function readSets(db: ReadableDB, tail: string, ...values: unknown[]): SnapshotSet[] {
  const rows = db
    .prepare(
      `
    SELECT id, recording_id AS recordingId, recipe, channel_indexes_blob AS channels, ${columnOr(db, 'snapshot_set', 'left_out', `'${nothingLeftOut}'`)} AS leftOut, created_at AS createdAt,
      (SELECT count(*) FROM snapshot WHERE snapshot_set_id = snapshot_set.id) AS snapshotCount
    FROM snapshot_set ${tail}`,
    )
    .all(...values) as ({ recipe: string; channels: string; leftOut: string } & Record<string, unknown>)[]
  return rows.map((row) =>
    snapshotSet.parse({
      ...row,
      recipe: JSON.parse(row.recipe),
      leftOut: JSON.parse(row.leftOut),
      channelCount: getBlob(db, row.channels, 'Int32Array').length,
    }),
  )
}
