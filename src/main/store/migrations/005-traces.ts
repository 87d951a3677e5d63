import type { Migration } from './migration.ts'

export const traces: Migration = {
  version: 5,
  title: 'traces and intervals',
  sql: `
CREATE TABLE trace (
  recording_id INTEGER PRIMARY KEY REFERENCES recording(id) ON DELETE CASCADE,
  sample_count INTEGER NOT NULL,
  values_blob TEXT NOT NULL,
  times_blob TEXT NOT NULL
) STRICT;

CREATE TABLE interval (
  recording_id INTEGER NOT NULL REFERENCES recording(id) ON DELETE CASCADE,
  interval_index INTEGER NOT NULL,
  start_s REAL NOT NULL,
  end_s REAL NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (recording_id, interval_index)
) STRICT, WITHOUT ROWID;
`,
}
