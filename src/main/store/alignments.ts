import { fail } from '../../shared/contract/errors.ts'
import {
  alignmentColumn,
  alignment as alignmentSchema,
  alignmentMeasures,
  alignmentRecipe,
  alignmentSummary,
  performanceCorrelation,
  type Alignment,
  type AlignmentColumn,
  type AlignmentMaps,
  type AlignmentMeasure,
  type AlignmentRecipe,
  type AlignmentSeries,
  type AlignmentSummary,
} from '../../shared/domain/alignment.ts'
import { getBlob, putBlob, sweepBlobs } from './blobs.ts'
import type { ReadableDB, WritableDB } from './open.ts'

const columnNames = ['asRecorded', 'rateMatched'] as const
type ColumnName = (typeof columnNames)[number]

/** Maps with one number per channel, in the order in which a blob holds them. */
const channelMaps = [
  'meanLevel',
  'meanLevelZ',
  'windowSe',
  'seedSe',
  'b',
  'p',
  'q',
  'highMinusLow',
  'connectedShare',
] as const satisfies readonly (keyof AlignmentMaps)[]

/** Keeps a whole alignment or nothing of it. */
export function insertAlignment(db: WritableDB, fresh: Omit<Alignment, 'id'> & { inputHash: string }): number {
  return db.transaction(() => {
    const { windowStartS, windowEndS, hitRatio } = fresh
    const { lastInsertRowid } = db
      .prepare(
        `
      INSERT INTO alignment (recording_id, snapshot_set_id, recipe, input_hash, windows_blob, rate_matched_reason, shortage, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        fresh.recordingId,
        fresh.snapshotSetId,
        JSON.stringify(fresh.recipe),
        fresh.inputHash,
        putBlob(db, Float64Array.of(...windowStartS, ...windowEndS, ...hitRatio)),
        fresh.rateMatchedReason,
        fresh.shortage && JSON.stringify(fresh.shortage),
        fresh.createdAt,
      )
    const id = Number(lastInsertRowid)
    for (const name of columnNames) {
      const column = fresh[name]
      if (column) insertColumn(db, id, name, column)
    }
    return id
  })()
}

function insertColumn(db: WritableDB, id: number, name: ColumnName, column: AlignmentColumn): void {
  const { maps } = column,
    channelCount = column.channelIndexes.length,
    perChannel = new Float32Array(channelMaps.length * channelCount)
  channelMaps.forEach((map, k) => perChannel.set(maps[map], k * channelCount))
  db.prepare(
    `
    INSERT INTO alignment_column (alignment_id, column_name, seeds, model_run_ids, role_null, role_null_reason, regions,
      channel_indexes_blob, level_blob, level_z_blob, channel_maps_blob)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    id,
    name,
    JSON.stringify(column.seeds),
    JSON.stringify(column.modelRunIds),
    column.roleNull && JSON.stringify(column.roleNull),
    column.roleNullReason,
    JSON.stringify(column.regions),
    putBlob(db, column.channelIndexes),
    putBlob(db, maps.level),
    putBlob(db, maps.levelZ),
    putBlob(db, perChannel),
  )
  const insert = db.prepare(`
    INSERT INTO alignment_measure (alignment_id, column_name, measure, per_window_blob, role_null_blob, reason, performance)
    VALUES (?, ?, ?, ?, ?, ?, ?)`)
  for (const measure of alignmentMeasures) {
    const { perWindow, roleNull, reason, performance } = column.measures[measure]
    const nulls = roleNull ? Float64Array.of(...roleNull.p, ...roleNull.mean, ...roleNull.sd) : new Float64Array(0)
    insert.run(id, name, measure, putBlob(db, perWindow), putBlob(db, nulls), reason, JSON.stringify(performance))
  }
}

/** The alignment that one recipe made of the same embeddings, graphs, layout and events, or null. */
export function findAlignment(db: ReadableDB, inputHash: string, recipe: AlignmentRecipe): number | null {
  const rows = db.prepare('SELECT id, recipe FROM alignment WHERE input_hash = ?').all(inputHash) as { id: number; recipe: string }[],
    wanted = JSON.stringify(recipe)
  return rows.find((row) => JSON.stringify(alignmentRecipe.parse(JSON.parse(row.recipe))) === wanted)?.id ?? null
}

/** @throws alignments/not-found */
export function getAlignment(db: ReadableDB, id: number): Alignment {
  const row = db
    .prepare(
      `
    SELECT id, recording_id AS recordingId, snapshot_set_id AS snapshotSetId, recipe, windows_blob AS windows,
      rate_matched_reason AS rateMatchedReason, shortage, created_at AS createdAt
    FROM alignment WHERE id = ?`,
    )
    .get(id) as ({ recipe: string; windows: string; shortage: string | null } & Record<string, unknown>) | undefined
  if (!row) throw fail('alignments/not-found', { id })
  const { recipe, windows, shortage, ...rest } = row,
    times = getBlob(db, windows, 'Float64Array'),
    windowCount = times.length / 3
  return alignmentSchema.parse({
    ...rest,
    recipe: JSON.parse(recipe) as unknown,
    shortage: shortage === null ? null : (JSON.parse(shortage) as unknown),
    windowStartS: times.slice(0, windowCount),
    windowEndS: times.slice(windowCount, 2 * windowCount),
    hitRatio: times.slice(2 * windowCount),
    asRecorded: readColumn(db, id, 'asRecorded'),
    rateMatched: readColumn(db, id, 'rateMatched'),
  })
}

export function listAlignments(db: ReadableDB): AlignmentSummary[] {
  // A project of an earlier version that can only be read cannot be brought to this one, and has none.
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'alignment'").get()) return []
  const rows = db
    .prepare(
      `
    SELECT a.id, a.recording_id AS recordingId, a.snapshot_set_id AS snapshotSetId, a.recipe, a.created_at AS createdAt, s.recipe AS snapshots,
      (SELECT m.recipe FROM alignment_column c, json_each(c.model_run_ids) k JOIN model_run m ON m.id = k.value
       WHERE c.alignment_id = a.id AND c.column_name = 'asRecorded' LIMIT 1) AS training
    FROM alignment a JOIN snapshot_set s ON s.id = a.snapshot_set_id ORDER BY a.id`,
    )
    .all() as ({ id: number; recipe: string; snapshots: string; training: string | null } & Record<string, unknown>)[]
  const ofColumn = db.prepare(`
    SELECT seeds, performance FROM alignment_column JOIN alignment_measure USING (alignment_id, column_name)
    WHERE alignment_id = ? AND column_name = ? AND measure = 'coupling'`)
  const couplingOf = (id: number, name: ColumnName) => {
    const found = ofColumn.get(id, name) as { seeds: string; performance: string } | undefined
    if (!found) return { seeds: [], rho: null, p: null, reason: null }
    const { rho, p, reason } = performanceCorrelation.parse(JSON.parse(found.performance))
    return { seeds: JSON.parse(found.seeds) as unknown, rho, p, reason }
  }
  return rows.map(({ id, recipe, snapshots, training, ...rest }) => {
    const recorded = couplingOf(id, 'asRecorded'),
      matched = couplingOf(id, 'rateMatched')
    return alignmentSummary.parse({
      ...rest,
      id,
      recipe: JSON.parse(recipe) as unknown,
      snapshots: JSON.parse(snapshots) as unknown,
      training: training === null ? null : (JSON.parse(training) as unknown),
      seeds: recorded.seeds,
      rateMatchedSeeds: matched.seeds,
      rho: recorded.rho,
      p: recorded.p,
      reason: recorded.reason,
      rhoRateMatched: matched.rho,
      pRateMatched: matched.p,
    })
  })
}

export function removeAlignment(db: WritableDB, id: number): void {
  db.transaction(() => {
    db.prepare('DELETE FROM alignment WHERE id = ?').run(id)
    sweepBlobs(db)
  })()
}

type ColumnRow = {
  seeds: string
  model_run_ids: string
  role_null: string | null
  role_null_reason: string | null
  regions: string
  channel_indexes_blob: string
  level_blob: string
  level_z_blob: string
  channel_maps_blob: string
}

function readColumn(db: ReadableDB, id: number, name: ColumnName): AlignmentColumn | null {
  const row = db.prepare('SELECT * FROM alignment_column WHERE alignment_id = ? AND column_name = ?').get(id, name) as ColumnRow | undefined
  if (!row) return null
  const channelIndexes = getBlob(db, row.channel_indexes_blob, 'Int32Array'),
    perChannel = getBlob(db, row.channel_maps_blob, 'Float32Array'),
    channelCount = channelIndexes.length
  return alignmentColumn.parse({
    seeds: JSON.parse(row.seeds) as unknown,
    modelRunIds: JSON.parse(row.model_run_ids) as unknown,
    roleNull: row.role_null === null ? null : (JSON.parse(row.role_null) as unknown),
    roleNullReason: row.role_null_reason,
    regions: JSON.parse(row.regions) as unknown,
    channelIndexes,
    measures: readMeasures(db, id, name),
    maps: {
      level: getBlob(db, row.level_blob, 'Float32Array'),
      levelZ: getBlob(db, row.level_z_blob, 'Float32Array'),
      ...Object.fromEntries(channelMaps.map((map, k) => [map, perChannel.slice(k * channelCount, (k + 1) * channelCount)])),
    },
  })
}

function readMeasures(db: ReadableDB, id: number, name: ColumnName): Record<AlignmentMeasure, unknown> {
  const rows = db
    .prepare(
      `
    SELECT measure, per_window_blob AS perWindow, role_null_blob AS roleNull, reason, performance
    FROM alignment_measure WHERE alignment_id = ? AND column_name = ?`,
    )
    .all(id, name) as { measure: AlignmentMeasure; perWindow: string; roleNull: string; reason: string | null; performance: string }[]
  const found = Object.fromEntries(
    rows.map(({ measure, perWindow, roleNull, reason, performance }) => [
      measure,
      {
        perWindow: getBlob(db, perWindow, 'Float64Array'),
        roleNull: roleNullOf(getBlob(db, roleNull, 'Float64Array')),
        reason,
        performance: JSON.parse(performance) as unknown,
      },
    ]),
  )
  const windowCount = getBlob(db, rows[0]?.perWindow ?? '', 'Float64Array').length
  return Object.fromEntries(alignmentMeasures.map((measure) => [measure, found[measure] ?? unmeasured(windowCount)])) as Record<
    AlignmentMeasure,
    unknown
  >
}

/** What an alignment holds of a measure that came with a later version of the program. */
function unmeasured(windowCount: number): AlignmentSeries {
  const none = { rho: null, p: null },
    residual = { density: none, meanRateHz: none, windowIndex: none, all: none }
  return {
    perWindow: new Float64Array(windowCount).fill(NaN),
    reason: 'earlier-version',
    roleNull: null,
    performance: { ...none, windowCount: 0, null95: null, residual, reason: 'earlier-version', wholeLine: null },
  }
}

function roleNullOf(numbers: Float64Array): AlignmentSeries['roleNull'] {
  const count = numbers.length / 3
  return count > 0 ? { p: numbers.slice(0, count), mean: numbers.slice(count, 2 * count), sd: numbers.slice(2 * count) } : null
}
