import { recording, channel, type Channel, type Recording, type SourceFile } from '../../shared/domain/recording.ts'
import type { ImportWarning } from '../../shared/domain/inspection.ts'
import { fail } from '../../shared/contract/errors.ts'
import { region, type Layout, type Region } from '../../shared/domain/region.ts'
import { getBlob, putBlob, sweepBlobs } from './blobs.ts'
import type { ReadableDB, WritableDB } from './open.ts'
import { insertTraces, type Traces } from './traces.ts'

/** What a recording is of: spike times in seconds, sorted within each channel, channels one after the other, and [channels + 1] offsets; or traces. */
type NewSignal = { modality: 'spikes'; timesS: Float64Array; offsets: Uint32Array } | ({ modality: 'traces' } & Traces)

export type NewRecording = Omit<Recording, 'id' | 'modality' | 'channelCount' | 'spikeCount' | 'sampleCount' | 'countBinMs'> & {
  signal: NewSignal
  channelLabels: string[]
  /** [channels, 2] or null */
  positionsUm: Float64Array | null
  regions: Region[]
  regionOfChannel: Int16Array
  warnings: ImportWarning[]
  sources: SourceFile[]
}

/** Keeps a recording with its channels, regions and signal, or nothing of it. */
export function insertRecording(db: WritableDB, fresh: NewRecording): number {
  return db.transaction(() => {
    db.prepare('INSERT INTO subject (name) VALUES (?) ON CONFLICT (name) DO NOTHING').run(fresh.subject)
    const { id: subjectId } = db.prepare('SELECT id FROM subject WHERE name = ?').get(fresh.subject) as { id: number }
    // A recording of traces has no spikes on any channel: whoever asks for spikes gets none.
    const { timesS, offsets } =
      fresh.signal.modality === 'spikes'
        ? fresh.signal
        : { timesS: new Float64Array(), offsets: new Uint32Array(fresh.channelLabels.length + 1) }
    const { lastInsertRowid } = db
      .prepare(
        `
      INSERT INTO recording (subject_id, name, condition, recorded_on, modality, format, start_s, end_s, channel_count, spike_count,
        sampling_rate_hz, sources, warnings, layout_name, times_blob, offsets_blob, imported_at)
      VALUES (@subjectId, @name, @condition, @recordedOn, @modality, @format, @startS, @endS, @channelCount, @spikeCount,
        @samplingRateHz, @sources, @warnings, @layoutName, @times, @offsets, @importedAt)`,
      )
      .run({
        ...plain(fresh),
        subjectId,
        modality: fresh.signal.modality,
        channelCount: fresh.channelLabels.length,
        spikeCount: timesS.length,
        sources: JSON.stringify(fresh.sources),
        warnings: JSON.stringify(fresh.warnings),
        times: putBlob(db, timesS),
        offsets: putBlob(db, offsets),
      })
    const id = Number(lastInsertRowid)
    if (fresh.signal.modality === 'traces') insertTraces(db, id, fresh.signal)
    const insertChannel = db.prepare(`
      INSERT INTO channel (recording_id, channel_index, label, x_um, y_um, spike_count) VALUES (?, ?, ?, ?, ?, ?)`)
    fresh.channelLabels.forEach((label, index) => {
      const count = (offsets[index + 1] ?? 0) - (offsets[index] ?? 0)
      insertChannel.run(id, index, label, finite(fresh.positionsUm?.[2 * index]), finite(fresh.positionsUm?.[2 * index + 1]), count)
    })
    writeLayout(db, id, { name: fresh.layoutName ?? '', regions: fresh.regions, regionOfChannel: fresh.regionOfChannel })
    return id
  })()
}

/** @throws recordings/not-found */
export function getRecording(db: ReadableDB, id: number): Recording {
  const found = readRecordings(db, 'WHERE recording.id = ?', id)[0]
  if (!found) throw fail('recordings/not-found', { id })
  return found
}

export function listRecordings(db: ReadableDB): Recording[] {
  return readRecordings(db, 'ORDER BY recording.id')
}

export function listChannels(db: ReadableDB, recordingId: number): Channel[] {
  return db
    .prepare(
      `
    SELECT channel_index AS "index", label, x_um AS xUm, y_um AS yUm, spike_count AS spikeCount, region.name AS region, excluded
    FROM channel LEFT JOIN region USING (recording_id, region_index)
    WHERE recording_id = ? ORDER BY channel_index`,
    )
    .all(recordingId)
    .map((row) => channel.parse(row))
}

export function getLayout(db: ReadableDB, recordingId: number): Layout {
  const { layout_name: name } = db.prepare('SELECT layout_name FROM recording WHERE id = ?').get(recordingId) as {
    layout_name: string | null
  }
  const regions = db
    .prepare('SELECT name, role, side, paddle FROM region WHERE recording_id = ? ORDER BY region_index')
    .all(recordingId)
    .map((row) => region.parse(row))
  const rows = db.prepare('SELECT region_index AS r FROM channel WHERE recording_id = ? ORDER BY channel_index').all(recordingId) as {
    r: number | null
  }[]
  return { name: name ?? '', regions, regionOfChannel: Int16Array.from(rows, ({ r }) => r ?? -1) }
}

export function getImportWarnings(db: ReadableDB, recordingId: number): ImportWarning[] {
  const row = db.prepare('SELECT warnings FROM recording WHERE id = ?').get(recordingId) as { warnings: string }
  return JSON.parse(row.warnings) as ImportWarning[]
}

type Spikes = { timesS: Float64Array; offsets: Uint32Array }

/** The spikes last asked for: a raster is leafed through, and unpacking 675,121 spikes takes 40 ms each time. */
const lastSpikes = new WeakMap<ReadableDB, Spikes & { hash: string }>()

/** Spike times in seconds on the file's clock, and where each channel's begin; not to be written. */
export function getSpikes(db: ReadableDB, recordingId: number): Spikes {
  const hash = spikesHash(db, recordingId)
  const last = lastSpikes.get(db)
  if (last?.hash === hash) return last
  const [times = '', offsets = ''] = hash.split(':')
  const spikes = { timesS: getBlob(db, times, 'Float64Array'), offsets: getBlob(db, offsets, 'Uint32Array'), hash }
  lastSpikes.set(db, spikes)
  return spikes
}

/** Hashes that name the recording's spikes. */
export function spikesHash(db: ReadableDB, recordingId: number): string {
  const row = db.prepare("SELECT times_blob || ':' || offsets_blob AS hash FROM recording WHERE id = ?").get(recordingId) as {
    hash: string
  }
  return row.hash
}

/** Positions for a recording's channels, [channels, 2], NaN without one: for those that have none, or in place of all. */
type NewPositions = { positionsUm: Float64Array; replace: boolean }

/** Replaces a recording's regions, and positions where some are given. */
export function setLayout(db: WritableDB, recordingId: number, layout: Layout, positions: NewPositions | null): void {
  db.transaction(() => {
    writeLayout(db, recordingId, layout)
    if (!positions) return
    const { positionsUm, replace } = positions
    const place = db.prepare(
      `UPDATE channel SET x_um = ?, y_um = ? WHERE recording_id = ? AND channel_index = ? ${replace ? '' : 'AND x_um IS NULL'}`,
    )
    for (let index = 0; 2 * index < positionsUm.length; index++) {
      const xUm = finite(positionsUm[2 * index]),
        yUm = finite(positionsUm[2 * index + 1])
      if (xUm !== null && yUm !== null) place.run(xUm, yUm, recordingId, index)
      else if (replace) place.run(null, null, recordingId, index)
    }
  })()
}

export function describeRecording(db: WritableDB, id: number, words: { name: string; subject: string; condition: string }): void {
  db.transaction(() => {
    db.prepare('INSERT INTO subject (name) VALUES (?) ON CONFLICT (name) DO NOTHING').run(words.subject)
    db.prepare(
      `UPDATE recording SET name = @name, condition = @condition,
      subject_id = (SELECT id FROM subject WHERE name = @subject) WHERE id = @id`,
    ).run({ id, ...words })
  })()
}

export function excludeChannels(db: WritableDB, recordingId: number, indexes: Int32Array, reason: string | null): void {
  db.transaction(() => {
    const update = db.prepare('UPDATE channel SET excluded = ? WHERE recording_id = ? AND channel_index = ?')
    for (const index of indexes) update.run(reason, recordingId, index)
  })()
}

/** Takes the recording and all that was made of it out of the project. */
export function removeRecording(db: WritableDB, id: number): void {
  db.transaction(() => {
    db.prepare('DELETE FROM recording WHERE id = ?').run(id)
    db.prepare('DELETE FROM subject WHERE id NOT IN (SELECT subject_id FROM recording)').run()
    sweepBlobs(db)
  })()
}

function writeLayout(db: WritableDB, recordingId: number, layout: Layout): void {
  const names = new Set<string>()
  for (const { name } of layout.regions) {
    if (names.has(name)) throw fail('layouts/region-name-twice', { region: name })
    names.add(name)
  }
  db.prepare('UPDATE channel SET region_index = NULL WHERE recording_id = ?').run(recordingId)
  db.prepare('DELETE FROM region WHERE recording_id = ?').run(recordingId)
  db.prepare('UPDATE recording SET layout_name = ? WHERE id = ?').run(layout.regions.length > 0 ? layout.name : null, recordingId)
  const insert = db.prepare('INSERT INTO region (recording_id, region_index, name, role, side, paddle) VALUES (?, ?, ?, ?, ?, ?)')
  layout.regions.forEach(({ name, role, side, paddle }, index) => insert.run(recordingId, index, name, role, side, paddle))
  const assign = db.prepare('UPDATE channel SET region_index = ? WHERE recording_id = ? AND channel_index = ?')
  layout.regionOfChannel.forEach((regionIndex, index) => {
    if (regionIndex >= 0 && regionIndex < layout.regions.length) assign.run(regionIndex, recordingId, index)
  })
}

function readRecordings(db: ReadableDB, tail: string, ...values: unknown[]): Recording[] {
  // An older project that can only be read has no such table.
  const hasTraces = db.prepare("SELECT 1 FROM pragma_table_info('trace') WHERE name = 'count_bin_ms'").get() !== undefined
  const ofTrace = (column: string): string => (hasTraces ? `(SELECT ${column} FROM trace WHERE recording_id = recording.id)` : 'NULL')
  const rows = db
    .prepare(
      `
    SELECT recording.id, recording.name, subject.name AS subject, condition, recorded_on AS recordedOn, modality, format,
      start_s AS startS, end_s AS endS, channel_count AS channelCount, spike_count AS spikeCount,
      ${ofTrace('sample_count')} AS sampleCount, ${ofTrace('count_bin_ms')} AS countBinMs, sampling_rate_hz AS samplingRateHz, sources, layout_name AS layoutName, imported_at AS importedAt
    FROM recording JOIN subject ON subject.id = subject_id ${tail}`,
    )
    .all(...values) as ({ sources: string } & Record<string, unknown>)[]
  return rows.map((row) => recording.parse({ ...row, sources: JSON.parse(row.sources) }))
}

function plain(fresh: NewRecording) {
  const { name, condition, recordedOn, format, startS, endS, samplingRateHz, layoutName, importedAt } = fresh
  return { name, condition, recordedOn, format, startS, endS, samplingRateHz, layoutName, importedAt }
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}
