import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrations } from '../../../src/main/store/migrations/all.ts'
import { putBlob } from '../../../src/main/store/blobs.ts'
import { migrate, type WritableDB } from '../../../src/main/store/open.ts'
import { findSnapshotSet, getNodeStatistics, getSnapshotSet, listSnapshots } from '../../../src/main/store/snapshots.ts'
import { snapshotRecipe } from '../../../src/shared/domain/snapshot.ts'

test('snapshots of a version without labels, left-out channels and node statistics are there as they were, before and after their columns, and made anew when asked for', () => {
  const db = new Database(':memory:') as WritableDB
  migrate(db, migrations, 5)
  const blob = putBlob(db, Int32Array.of(0, 1, 2))
  db.exec(`
    INSERT INTO subject (id, name) VALUES (1, 'S');
    INSERT INTO recording (id, subject_id, name, condition, modality, format, start_s, end_s, channel_count, spike_count, sources,
      warnings, times_blob, offsets_blob, imported_at) VALUES (1, 1, 'R', '', 'spikes', 'f', 0, 10, 3, 0, '[]', '[]', '', '', '');
    INSERT INTO snapshot_set (id, recording_id, recipe, input_hash, channel_indexes_blob, rate_hz_blob, degree_blob, created_at)
      VALUES (1, 1, '{"binMs":50,"windowS":2,"stepS":1,"values":"counts","edges":{"rule":"absolute","threshold":0.6}}', 'hash', '${blob}', '', '', '');
    INSERT INTO snapshot VALUES (1, 0, 0, 2, 1, 0.3, 0.7, 0.2, 1, 0, '', '');`)
  const asOnlyRead = [getSnapshotSet(db, 1), listSnapshots(db, 1), getNodeStatistics(db, 1)]
  migrate(db, migrations)
  expect(asOnlyRead).toEqual([getSnapshotSet(db, 1), listSnapshots(db, 1), null])
  const recipe = snapshotRecipe.parse({ windowS: 2, stepS: 1, edges: { rule: 'absolute', threshold: 0.6 } })
  expect(getSnapshotSet(db, 1)).toMatchObject({ recipe, channelCount: 3, leftOut: { channelIndexes: [], intervals: [] } })
  expect(listSnapshots(db, 1)).toMatchObject([{ index: 0, endS: 2, density: 0.3, label: null, testedShare: null }])
  expect(getNodeStatistics(db, 1)).toBeNull()
  expect(findSnapshotSet(db, 'hash', recipe)).toBeNull()
})
