import type { AlignmentSummary } from './alignment.ts'
import { butForSeed } from './model-run.ts'

/** What alignments of one cohort have in common: snapshots, training but for its seed, and what the measures look at. */
export const measuredLike = ({ snapshots, training, recipe }: AlignmentSummary): string =>
  JSON.stringify([snapshots, training && butForSeed(training), recipe.neighbourCount])

/**
 * Alignments that can be one cohort: the group with the newest first, in each the newest of every recording.
 * @param alignments in ascending order
 */
export const measuredAlike = (alignments: readonly AlignmentSummary[]): AlignmentSummary[][] =>
  [...Map.groupBy(alignments.toReversed(), measuredLike).values()].map((group) =>
    [...Map.groupBy(group, ({ recordingId }) => recordingId).values()]
      .flatMap((ofOne) => ofOne.slice(0, 1))
      .toSorted((a, b) => a.id - b.id),
  )
