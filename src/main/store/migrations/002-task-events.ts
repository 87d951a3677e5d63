import type { Migration } from './migration.ts'

export const taskEvents: Migration = {
  version: 2,
  title: 'task events',
  sql: `
CREATE TABLE task_event (
  recording_id INTEGER NOT NULL REFERENCES recording(id) ON DELETE CASCADE,
  event_index INTEGER NOT NULL,
  time_s REAL NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('hit', 'miss', 'rally-start', 'stimulus', 'lap', 'custom')),
  label TEXT NOT NULL,
  value REAL,
  PRIMARY KEY (recording_id, event_index)
) STRICT, WITHOUT ROWID;
`,
}
