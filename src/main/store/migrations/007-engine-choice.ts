import type { Migration } from './migration.ts'

/** Runs of earlier versions do not say why they ran where they ran. */
export const engineChoice: Migration = {
  version: 7,
  title: 'engine choice',
  sql: 'ALTER TABLE model_run ADD COLUMN engine_choice TEXT;',
}
