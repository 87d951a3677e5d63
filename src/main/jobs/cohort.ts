import { cohortMeasureNames, type CohortFindings, type CohortRecipe } from '../../shared/domain/cohort.ts'
import { findingsOf, type CohortRecording } from '../science/cohort/findings.ts'
import type { Interrupt, StepNotice } from './step.ts'

/** Tests a cohort out of its recordings' alignments (model spec 7.4). */
export function* testCohort(
  { recordings, recipe }: { recordings: CohortRecording[]; recipe: CohortRecipe },
  interrupt: Interrupt,
): Generator<StepNotice, CohortFindings> {
  yield { kind: 'progress', done: 0, total: 1, phase: 'cohort' }
  return findingsOf(recordings, cohortMeasureNames, { seed: recipe.seed, interrupt })
}
