import type { Migration } from './migration.ts'

export const firstTables: Migration = {
  version: 1,
  title: 'first tables',
  sql: `
CREATE TABLE project (name TEXT NOT NULL, created_at TEXT NOT NULL) STRICT;

CREATE TABLE subject (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE recording (
  id INTEGER PRIMARY KEY,
  subject_id INTEGER NOT NULL REFERENCES subject(id),
  name TEXT NOT NULL,
  condition TEXT NOT NULL,
  recorded_on TEXT,
  modality TEXT NOT NULL,
  format TEXT NOT NULL,
  start_s REAL NOT NULL,
  end_s REAL NOT NULL,
  channel_count INTEGER NOT NULL,
  spike_count INTEGER NOT NULL,
  sampling_rate_hz REAL,
  sources TEXT NOT NULL,
  warnings TEXT NOT NULL,
  layout_name TEXT,
  times_blob TEXT NOT NULL,
  offsets_blob TEXT NOT NULL,
  imported_at TEXT NOT NULL
) STRICT;

CREATE TABLE region (
  recording_id INTEGER NOT NULL REFERENCES recording(id) ON DELETE CASCADE,
  region_index INTEGER NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('sensory', 'motor', 'other')),
  side TEXT,
  paddle TEXT,
  PRIMARY KEY (recording_id, region_index),
  UNIQUE (recording_id, name)
) STRICT;

CREATE TABLE channel (
  recording_id INTEGER NOT NULL REFERENCES recording(id) ON DELETE CASCADE,
  channel_index INTEGER NOT NULL,
  label TEXT NOT NULL,
  x_um REAL,
  y_um REAL,
  spike_count INTEGER NOT NULL,
  region_index INTEGER,
  excluded TEXT,
  PRIMARY KEY (recording_id, channel_index)
) STRICT;

CREATE TABLE snapshot_set (
  id INTEGER PRIMARY KEY,
  recording_id INTEGER NOT NULL REFERENCES recording(id) ON DELETE CASCADE,
  recipe TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  channel_indexes_blob TEXT NOT NULL,
  rate_hz_blob TEXT NOT NULL,
  degree_blob TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (input_hash, recipe)
) STRICT;

CREATE TABLE snapshot (
  snapshot_set_id INTEGER NOT NULL REFERENCES snapshot_set(id) ON DELETE CASCADE,
  snapshot_index INTEGER NOT NULL,
  start_s REAL NOT NULL,
  end_s REAL NOT NULL,
  edge_count INTEGER NOT NULL,
  density REAL NOT NULL,
  threshold_r REAL,
  mean_absolute_r REAL NOT NULL,
  mean_rate_hz REAL NOT NULL,
  silent_channel_count INTEGER NOT NULL,
  edges_blob TEXT NOT NULL,
  r_blob TEXT NOT NULL,
  PRIMARY KEY (snapshot_set_id, snapshot_index)
) STRICT;

CREATE TABLE model_run (
  id INTEGER PRIMARY KEY,
  snapshot_set_id INTEGER NOT NULL REFERENCES snapshot_set(id) ON DELETE CASCADE,
  recipe TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'interrupted', 'done', 'cancelled', 'failed')),
  engine TEXT NOT NULL,
  note TEXT,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE epoch (
  model_run_id INTEGER NOT NULL REFERENCES model_run(id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  nll REAL NOT NULL,
  kl REAL NOT NULL,
  kl_weight REAL NOT NULL,
  gradient_norm REAL NOT NULL,
  seconds REAL NOT NULL,
  PRIMARY KEY (model_run_id, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  model_run_id INTEGER PRIMARY KEY REFERENCES model_run(id) ON DELETE CASCADE,
  epoch INTEGER NOT NULL,
  learning_rate REAL NOT NULL,
  halvings INTEGER NOT NULL,
  losses BLOB NOT NULL,
  parameters BLOB NOT NULL,
  adam_mean BLOB NOT NULL,
  adam_variance BLOB NOT NULL
) STRICT;

CREATE TABLE embedding (
  model_run_id INTEGER PRIMARY KEY REFERENCES model_run(id) ON DELETE CASCADE,
  snapshot_count INTEGER NOT NULL,
  channel_count INTEGER NOT NULL,
  latent_count INTEGER NOT NULL,
  mean_blob TEXT NOT NULL,
  log_variance_blob TEXT NOT NULL,
  parameters_blob TEXT NOT NULL
) STRICT;

CREATE TABLE projection (
  id INTEGER PRIMARY KEY,
  model_run_id INTEGER NOT NULL REFERENCES model_run(id) ON DELETE CASCADE,
  recipe TEXT NOT NULL,
  trustworthiness REAL NOT NULL,
  kl REAL,
  explained_variance REAL,
  coordinates_blob TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (model_run_id, recipe)
) STRICT;

CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  subject_id INTEGER,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'paused', 'interrupted', 'done', 'cancelled', 'failed')),
  phase TEXT NOT NULL,
  done REAL NOT NULL,
  total REAL NOT NULL,
  error TEXT,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE figure (
  id INTEGER PRIMARY KEY,
  spec TEXT NOT NULL,
  format TEXT NOT NULL,
  width_mm REAL NOT NULL,
  dpi REAL NOT NULL,
  made_at TEXT NOT NULL
) STRICT;

CREATE TABLE provenance (
  id INTEGER PRIMARY KEY,
  step TEXT NOT NULL,
  subject_id INTEGER NOT NULL,
  input_hash TEXT NOT NULL,
  recipe TEXT NOT NULL,
  seed INTEGER,
  engine TEXT,
  version TEXT NOT NULL,
  seconds REAL NOT NULL,
  made_at TEXT NOT NULL
) STRICT;

CREATE TABLE blob (
  hash TEXT NOT NULL,
  part INTEGER NOT NULL,
  dtype TEXT NOT NULL,
  codec TEXT NOT NULL CHECK (codec IN ('zstd')),
  bytes BLOB NOT NULL,
  PRIMARY KEY (hash, part)
) STRICT;
`,
}
