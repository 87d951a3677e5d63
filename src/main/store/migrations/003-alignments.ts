import type { Migration } from './migration.ts'

export const alignments: Migration = {
  version: 3,
  title: 'alignments',
  sql: `
CREATE TABLE alignment (
  id INTEGER PRIMARY KEY,
  recording_id INTEGER NOT NULL REFERENCES recording(id) ON DELETE CASCADE,
  snapshot_set_id INTEGER NOT NULL REFERENCES snapshot_set(id) ON DELETE CASCADE,
  recipe TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  windows_blob TEXT NOT NULL,
  rate_matched_reason TEXT,
  shortage TEXT,
  created_at TEXT NOT NULL,
  UNIQUE (input_hash, recipe)
) STRICT;

CREATE TABLE alignment_column (
  alignment_id INTEGER NOT NULL REFERENCES alignment(id) ON DELETE CASCADE,
  column_name TEXT NOT NULL CHECK (column_name IN ('asRecorded', 'rateMatched')),
  seeds TEXT NOT NULL,
  model_run_ids TEXT NOT NULL,
  role_null TEXT,
  role_null_reason TEXT,
  regions TEXT NOT NULL,
  channel_indexes_blob TEXT NOT NULL,
  level_blob TEXT NOT NULL,
  level_z_blob TEXT NOT NULL,
  channel_maps_blob TEXT NOT NULL,
  PRIMARY KEY (alignment_id, column_name)
) STRICT;

CREATE TABLE alignment_measure (
  alignment_id INTEGER NOT NULL,
  column_name TEXT NOT NULL,
  measure TEXT NOT NULL,
  per_window_blob TEXT NOT NULL,
  role_null_blob TEXT NOT NULL,
  reason TEXT,
  performance TEXT NOT NULL,
  PRIMARY KEY (alignment_id, column_name, measure),
  FOREIGN KEY (alignment_id, column_name) REFERENCES alignment_column(alignment_id, column_name) ON DELETE CASCADE
) STRICT;
`,
}
