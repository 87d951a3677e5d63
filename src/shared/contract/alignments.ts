import { z } from 'zod'
import { alignment, alignmentRecipe, alignmentSummary } from '../domain/alignment.ts'
import { route } from './route.ts'

const id = z.int().min(1)
const one = z.strictObject({ alignmentId: id })
const errors = ['project/none-open', 'alignments/not-found'] as const

export const alignments = {
  /**
   * measures a training: all finished runs that differ from this one by their seed alone, and beside them those on the same
   * snapshots with rates matched. The same embeddings, layout, events and recipe give the alignment that is already there
   */
  'alignments.make': route(
    z.strictObject({ modelRunId: id, recipe: alignmentRecipe.prefault({}) }),
    z.object({ jobId: z.int().nullable(), alignmentId: z.int().nullable() }),
    [
      'project/none-open',
      'project/read-only',
      'model-runs/not-found',
      'model-runs/not-finished',
      'model-runs/no-channel-vectors',
      'alignments/not-as-recorded',
      'jobs/cancelled',
    ],
  ),
  'alignments.list': route(z.strictObject({}), z.object({ alignments: z.array(alignmentSummary) }), ['project/none-open']),
  'alignments.get': route(one, alignment, errors),
  'alignments.remove': route(one, z.object({}), [...errors, 'project/read-only']),
}
