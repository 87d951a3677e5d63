import { claimLevel, type Claim, type Column, type CohortMeasure, type MeasureTest, type Verdict } from '../../../shared/domain/cohort.ts'
import { uniformSequence } from '../../../shared/domain/random.ts'
import { bootstrapInterval } from './bootstrap-interval.ts'

const passes = (test: { p: number } | null | undefined): boolean => test !== null && test !== undefined && test.p < claimLevel
const isClaim = (measure: MeasureTest | null): boolean => passes(measure?.signFlip) && passes(measure?.swap)

/**
 * The one line a cohort allows: sign-flip p < 0.05 and swap p < 0.05 in the rate-matched column claim. What passes the
 * sign-flip test there and not the swap test may be time; what passes both only as recorded may be rates. A rate-matched
 * column that has too few subjects is no column.
 * @param measures the primary one first
 * @param options.hasPerformance whether any recording has windows with events enough for a ρ
 * @source model spec 7.4.3, 7.4.6
 */
export function claimOf(measures: readonly CohortMeasure[], { seed, hasPerformance }: { seed: number; hasPerformance: boolean }): Claim {
  const [primary] = measures
  if (!primary) throw new RangeError('a cohort without a measure')
  const { verdict, column } = verdictOf(primary, hasPerformance),
    test = inColumn(primary, column)
  const direction = test.meanRho === null ? null : test.meanRho < 0 ? 'negative' : 'positive'
  return { verdict, column, direction, counterparts: counterpartsOf(measures, column, seed) }
}

function verdictOf({ asRecorded, rateMatched }: CohortMeasure, hasPerformance: boolean): { verdict: Verdict; column: Column } {
  const matched = rateMatched?.signFlip ? rateMatched : null
  if (isClaim(matched)) return { verdict: 'claimed', column: 'rateMatched' }
  if (asRecorded.subjectCount === 0) return { verdict: hasPerformance ? 'no-measure' : 'no-performance', column: 'asRecorded' }
  if (!asRecorded.signFlip)
    return { verdict: 'too-few-subjects', column: (rateMatched?.subjectCount ?? 0) > 0 ? 'rateMatched' : 'asRecorded' }
  if (passes(matched?.signFlip)) return { verdict: 'follows-time', column: 'rateMatched' }
  if (isClaim(asRecorded)) return { verdict: matched ? 'only-as-recorded' : 'not-rate-matched', column: 'asRecorded' }
  if (passes(asRecorded.signFlip)) return { verdict: 'follows-time', column: 'asRecorded' }
  return { verdict: 'nothing-found', column: matched ? 'rateMatched' : 'asRecorded' }
}

const inColumn = (measure: CohortMeasure, column: Column): MeasureTest =>
  column === 'rateMatched' ? (measure.rateMatched ?? measure.asRecorded) : measure.asRecorded

/** Simple markers in the claim's column, the closest first: whether the primary measure leads them, subject by subject. */
function counterpartsOf(measures: readonly CohortMeasure[], column: Column, seed: number): Claim['counterparts'] {
  const [primary] = measures
  if (!primary) return []
  const own = inColumn(primary, column)
  return measures
    .filter(({ kind, rateMatched }) => kind === 'counterpart' && (column === 'asRecorded' || rateMatched !== null))
    .flatMap((measure, place) => {
      const other = inColumn(measure, column)
      if (other.meanRho === null) return []
      const sides = [sideOf(own), sideOf(other)] as const
      const leads = own.z.flatMap((z, k) => {
        const beside = other.z[k] ?? null
        return z === null || beside === null ? [] : [sides[0] * z - sides[1] * beside]
      })
      const lead95 = bootstrapInterval(leads, uniformSequence(seed, 'bootstrap', [place, 1]))
      return [{ measure: measure.measure, meanRho: other.meanRho, lead95, doesAsWell: lead95 === null || lead95[0] <= 0 }]
    })
    .toSorted((a, b) => Math.abs(b.meanRho) - Math.abs(a.meanRho))
}

const sideOf = ({ meanRho }: MeasureTest): number => ((meanRho ?? 0) < 0 ? -1 : 1)
