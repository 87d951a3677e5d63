import { z } from 'zod'
import { evaluation, evaluationRecipe, evaluationSummary, importedVectors, modelKind } from '../domain/evaluation.ts'
import { route } from './route.ts'

const id = z.int().min(1)
const one = z.strictObject({ evaluationId: id })

export const evaluations = {
  /**
   * asks every model of a set, or of all sets cut alike, one question; the same models, labels and recipe give the evaluation
   * that is already there
   */
  'evaluations.make': route(
    z.strictObject({ snapshotSetId: id, recipe: evaluationRecipe.prefault({}) }),
    z.object({ jobId: z.int().nullable(), evaluationId: z.int().nullable() }),
    [
      'project/none-open',
      'project/read-only',
      'snapshots/not-found',
      'evaluations/one-subject',
      'evaluations/inductive-across-recordings',
      'evaluations/windows-overlap',
      'evaluations/split-leaks',
      'evaluations/sides-disagree',
      'evaluations/no-labels',
      'evaluations/model-unknown',
      'jobs/cancelled',
    ],
  ),
  'evaluations.list': route(z.strictObject({}), z.object({ evaluations: z.array(evaluationSummary) }), ['project/none-open']),
  /** with what was found in the caller's language */
  'evaluations.get': route(one, z.object({ evaluation, sentences: z.array(z.string()) }), ['project/none-open', 'evaluations/not-found']),
  'evaluations.remove': route(one, z.object({}), ['project/none-open', 'project/read-only', 'evaluations/not-found']),
  /** models that an evaluation of a set can ask, and with how many seeds each; what labels and splits its windows allow */
  'evaluations.choices': route(
    z.strictObject({ snapshotSetId: id }),
    z.object({
      models: z.array(z.object({ name: z.string(), kind: modelKind, seedCount: z.int(), heldOutCount: z.int() })),
      /** windows of each class by label; empty where there is no such label */
      labels: z.object({
        performance: z.record(z.string(), z.int()),
        interval: z.record(z.string(), z.int()),
        condition: z.record(z.string(), z.int()),
      }),
      /** subjects with a set cut alike */
      subjects: z.array(z.string()),
      windowsOverlap: z.boolean(),
      /** of the set, in order of time */
      windows: z.array(z.object({ startS: z.number(), endS: z.number() })),
    }),
    ['project/none-open', 'snapshots/not-found'],
  ),
  /** a vector per window, or per channel within each window, from a CSV or NPY file made elsewhere: one more model */
  'evaluations.importVectors': route(
    z.strictObject({
      snapshotSetId: id,
      file: z.string().min(1),
      name: z.string().min(1).max(80),
      seed: z
        .int()
        .min(0)
        .max(2 ** 32 - 1)
        .default(1),
    }),
    importedVectors,
    [
      'project/none-open',
      'project/read-only',
      'snapshots/not-found',
      'evaluations/vectors-disagree',
      'evaluations/vectors-unreadable',
      'import/file-not-found',
      'import/file-unreadable',
      'import/is-a-folder',
      'import/file-empty',
      'import/cell-not-a-number',
    ],
  ),
}
