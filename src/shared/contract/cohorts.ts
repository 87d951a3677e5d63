import { z } from 'zod'
import { cohortRecipe, cohortResult, cohortSummary } from '../domain/cohort.ts'
import { route } from './route.ts'

const id = z.int().min(1)

export const cohorts = {
  /**
   * tests the recordings of these alignments as one cohort; null: the newest alignment, and of every other recording the
   * newest that was measured like it. The same alignments and recipe give the result that is already there
   */
  'cohorts.make': route(
    z.strictObject({ alignmentIds: z.array(id).min(1).max(10_000).nullable().default(null), recipe: cohortRecipe.prefault({}) }),
    z.object({ jobId: z.int().nullable(), cohortId: z.int().nullable() }),
    ['project/none-open', 'project/read-only', 'alignments/not-found', 'cohorts/nothing-aligned', 'cohorts/unlike', 'jobs/cancelled'],
  ),
  'cohorts.list': route(z.strictObject({}), z.object({ cohorts: z.array(cohortSummary) }), ['project/none-open']),
  /** everything that was tested, and the claim in the caller's language */
  'cohorts.get': route(z.strictObject({ cohortId: id }), z.object({ cohort: cohortResult, sentence: z.string() }), [
    'project/none-open',
    'cohorts/not-found',
  ]),
  'cohorts.remove': route(z.strictObject({ cohortId: id }), z.object({}), ['project/none-open', 'project/read-only', 'cohorts/not-found']),
}
