import type { Migration } from './migration.ts'

export const cohorts: Migration = {
  version: 8,
  title: 'cohorts',
  sql: `
CREATE TABLE cohort_result (
  id INTEGER PRIMARY KEY,
  recipe TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  alignment_ids TEXT NOT NULL,
  findings TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (input_hash, recipe)
) STRICT;
`,
}
