import { z } from 'zod'
import { engineWord } from '../domain/model-run.ts'
import { line, lineRecipe } from '../domain/line.ts'
import { route } from './route.ts'

const id = z.int().min(1)

export const recipes = {
  /**
   * sends recordings through snapshots, trainings and alignment by one recipe, and tests what arrives as a cohort. What is
   * there already is taken; a recording that fails at a step does not stop the others. Progress is told as notices of the area
   */
  'recipes.run': route(
    z.strictObject({
      /** null: every recording */
      recordingIds: z.array(id).min(1).max(10_000).nullable().default(null),
      recipe: lineRecipe.prefault({}),
      engine: engineWord.default('auto'),
    }),
    line,
    ['project/none-open', 'project/read-only', 'recordings/not-found', 'recipes/nothing-to-run', 'recipes/is-running'],
  ),
  /** how far the last run is; null where none was begun since the project was opened */
  'recipes.progress': route(z.strictObject({}), z.object({ line: line.nullable() }), ['project/none-open']),
  /** stops within a second; trainings keep their checkpoint, and the next run goes on from there */
  'recipes.stop': route(z.strictObject({}), z.object({}), ['project/none-open']),
}
