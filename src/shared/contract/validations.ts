import { z } from 'zod'
import { route } from './route.ts'

/** AUC of modulated over unmodulated channels by b_i; null where either kind has no channel with a b_i. */
const mapScore = z.object({ auc: z.number().nullable(), modulatedCount: z.int(), unmodulatedCount: z.int() })

export const validations = {
  /** holds an alignment's map of performance correlation against what was planted: nothing else reads a simulation's truth */
  'validations.channelMap': route(
    z.strictObject({
      alignmentId: z.int().min(1),
      /** absolute path of the culture's truth.json */
      truthFile: z.string().min(1),
    }),
    z.object({ asRecorded: mapScore, rateMatched: mapScore.nullable() }),
    ['project/none-open', 'alignments/not-found', 'import/file-not-found', 'validations/not-a-truth'],
  ),
}
