import type { Migration } from './migration.ts'

/** Regions, links and clusters that were asked with subjects left out had been read from the first recording, whichever was named. */
export const evaluationsOfOne: Migration = {
  version: 9,
  title: 'evaluations of one recording',
  sql: `
DELETE FROM evaluation WHERE json_extract(recipe, '$.scope') = 'subjects' AND json_extract(recipe, '$.task') <> 'states';
`,
}
