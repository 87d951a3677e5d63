import type { Migration } from './migration.ts'

export const evaluations: Migration = {
  version: 4,
  title: 'evaluations',
  sql: `
CREATE TABLE evaluation (
  id INTEGER PRIMARY KEY,
  snapshot_set_id INTEGER NOT NULL REFERENCES snapshot_set(id) ON DELETE CASCADE,
  recording_ids TEXT NOT NULL,
  recipe TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  findings TEXT NOT NULL,
  seconds REAL NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (input_hash, recipe)
) STRICT;

CREATE TABLE imported_vectors (
  id INTEGER PRIMARY KEY,
  snapshot_set_id INTEGER NOT NULL REFERENCES snapshot_set(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  seed INTEGER NOT NULL,
  unit TEXT NOT NULL CHECK (unit IN ('windows', 'channels')),
  latent_count INTEGER NOT NULL,
  values_blob TEXT NOT NULL,
  UNIQUE (snapshot_set_id, name, seed)
) STRICT;
`,
}
