import type { Verdict } from '../../../shared/domain/cohort.ts'
import type { Translate } from '../../../shared/locales/translate.ts'
import type { CohortRecord, ValidationSettings } from './cohort-record.ts'

/** What all cohorts of one kind come to. */
export type ValidationSummary = {
  kind: ValidationSettings['kind']
  cohorts: number
  /** cohorts in which both tests pass; of planted ones only where coupling rises with performance */
  claimed: number
  claimedRateMatched: number
  /** modulated over unmodulated channels by the rate-matched b_i, mean over all cultures */
  channelAuc: number | null
  heldOutAuc: number | null
  degreeProductAuc: number | null
  /** cohorts by the line that they allow */
  sentences: Record<string, number>
}

const level = 0.05

export function summarise(kind: ValidationSettings['kind'], records: readonly CohortRecord[], translate: Translate): ValidationSummary {
  const isClaim = ({ measures }: CohortRecord, column: 'asRecorded' | 'rateMatched'): boolean => {
    const test = measures[0]?.[column]
    if (!test?.signFlip || !test.swap || test.signFlip.p >= level || test.swap.p >= level) return false
    return kind !== 'planted' || (test.meanRho ?? 0) > 0
  }
  const cultures = records.flatMap((record) => record.cultures)
  const sentences: Record<string, number> = {}
  for (const { claim } of records) {
    const said = lineOf(translate, claim.verdict)
    sentences[said] = (sentences[said] ?? 0) + 1
  }
  return {
    kind,
    cohorts: records.length,
    claimed: records.filter((record) => isClaim(record, 'asRecorded')).length,
    claimedRateMatched: records.filter((record) => isClaim(record, 'rateMatched')).length,
    channelAuc: meanOf(cultures.map(({ channelAuc }) => channelAuc.rateMatched)),
    heldOutAuc: meanOf(cultures.map(({ heldOutAuc }) => heldOutAuc)),
    degreeProductAuc: meanOf(cultures.map(({ degreeProductAuc }) => degreeProductAuc)),
    sentences,
  }
}

/** In 97.5 % of validations with nothing to find no more cohorts than this claim something: a quantile of Binomial(n, 0.05). */
export function mostByChance(cohortCount: number): number {
  let count = 0,
    probability = (1 - level) ** cohortCount,
    reached = probability
  while (reached < 0.975 && count < cohortCount) {
    probability *= ((cohortCount - count) / (count + 1)) * (level / (1 - level))
    count++
    reached += probability
  }
  return count
}

const lineOf = (translate: Translate, verdict: Verdict): string => translate(`cohorts.verdict.${verdict}`)

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null
}
