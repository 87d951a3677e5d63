import { firstTables } from './001-first-tables.ts'
import { taskEvents } from './002-task-events.ts'
import { alignments } from './003-alignments.ts'
import { evaluations } from './004-evaluations.ts'
import { traces } from './005-traces.ts'
import { snapshotRecipes } from './006-snapshot-recipes.ts'
import { engineChoice } from './007-engine-choice.ts'
import { cohorts } from './008-cohorts.ts'
import { evaluationsOfOne } from './009-evaluations-of-one.ts'
import type { Migration } from './migration.ts'

/** In order; `user_version` of a project file is the last one applied. */
export const migrations: readonly Migration[] = [
  firstTables,
  taskEvents,
  alignments,
  evaluations,
  traces,
  snapshotRecipes,
  engineChoice,
  cohorts,
  evaluationsOfOne,
]
