import type { CohortFindings } from '../../shared/domain/cohort.ts'
import { ask, finishJob, type Session } from './command.ts'

/** The primary measure over the subjects as recorded, and rate-matched where there is such a column. */
export type CohortClaim = {
  subjects: number
  meanRho: number | null
  interval95: [number, number] | null
  pSignFlip: number | null
  pSwap: number | null
  rateMatched: { meanRho: number | null; interval95: [number, number] | null; pSignFlip: number | null; pSwap: number | null } | null
}

/** Tests these alignments as one cohort; the claim is null where there are too few subjects for a test. */
export async function claimOfCohort(session: Session, alignmentIds: number[]): Promise<{ claim: CohortClaim | null; sentence: string }> {
  const made = await ask(session, 'cohorts.make', { alignmentIds }),
    cohortId = made.jobId === null ? made.cohortId : await finishJob(session, made.jobId)
  const { cohort, sentence } = await ask(session, 'cohorts.get', { cohortId: cohortId ?? 0 })
  return { claim: claimOf(cohort.findings), sentence }
}

function claimOf({ measures }: CohortFindings): CohortClaim | null {
  const [primary] = measures
  if (!primary?.asRecorded.signFlip) return null
  const numbers = ({ meanRho, interval95, signFlip, swap }: typeof primary.asRecorded) => ({
    meanRho,
    interval95,
    pSignFlip: signFlip?.p ?? null,
    pSwap: swap?.p ?? null,
  })
  return {
    subjects: primary.asRecorded.subjectCount,
    ...numbers(primary.asRecorded),
    rateMatched: primary.rateMatched && numbers(primary.rateMatched),
  }
}
