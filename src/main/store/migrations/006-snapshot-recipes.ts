import type { Migration } from './migration.ts'

/** Sets of earlier versions left nothing out. */
export const snapshotRecipes: Migration = {
  version: 6,
  title: 'snapshot recipes',
  sql: `
ALTER TABLE snapshot_set ADD COLUMN left_out TEXT NOT NULL DEFAULT '{"channelIndexes":[]}';
`,
}
