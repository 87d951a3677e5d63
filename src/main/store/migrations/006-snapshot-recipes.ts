import type { Migration } from './migration.ts'

/** Sets of earlier versions left nothing out, had windows by length, and know no node statistics. */
export const snapshotRecipes: Migration = {
  version: 6,
  title: 'snapshot recipes',
  sql: `
ALTER TABLE snapshot_set ADD COLUMN left_out TEXT NOT NULL DEFAULT '{"channelIndexes":[],"intervals":[]}';
ALTER TABLE snapshot_set ADD COLUMN node_statistics_blob TEXT;
ALTER TABLE snapshot ADD COLUMN tested_share REAL;
ALTER TABLE snapshot ADD COLUMN label TEXT;
ALTER TABLE trace ADD COLUMN count_bin_ms REAL;
`,
}
