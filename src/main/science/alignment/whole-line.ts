import type { WholeLineNull } from '../../../shared/domain/alignment.ts'
import { twoSided } from './two-sided.ts'

/** What a measure is in one recording. */
export type LineValues = { perWindow: Float64Array; rho: number | null }

/** With fewer values p < 0.05 cannot be had. */
const leastValues = 19

/**
 * Holds a measure against the same measure of turned recordings that went through the whole line.
 * @param turned one for each turned recording, with as many windows
 * @source model spec 7.3
 */
export function wholeLineTest(seen: LineValues, turned: readonly LineValues[]): WholeLineNull {
  const test = (value: number, nulls: readonly number[]): number | null => {
    const known = Float64Array.from(nulls.filter((one) => !Number.isNaN(one)))
    return Number.isNaN(value) || known.length < leastValues ? null : twoSided(value, known).p
  }
  const mean = meanOfKnown(seen.perWindow),
    means = turned.map(({ perWindow }) => meanOfKnown(perWindow)),
    known = means.filter((one) => !Number.isNaN(one)).sort((a, b) => a - b),
    p = test(mean, means)
  return {
    turnCount: turned.length,
    valueCount: known.length,
    mean: Number.isNaN(mean) ? null : mean,
    null95: known.length < leastValues ? null : [quantile(known, 0.025), quantile(known, 0.975)],
    p,
    windowP: Array.from(seen.perWindow, (value, t) =>
      test(
        value,
        turned.map(({ perWindow }) => perWindow[t]!),
      ),
    ),
    rhoP: test(
      seen.rho ?? NaN,
      turned.map(({ rho }) => rho ?? NaN),
    ),
  }
}

function meanOfKnown(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value))
  return known.reduce((sum, value) => sum + value, 0) / known.length
}

/** Between the two nearest of ascending numbers. */
function quantile(ascending: readonly number[], share: number): number {
  const at = share * (ascending.length - 1),
    below = Math.floor(at)
  return ascending[below]! + (at - below) * (ascending[Math.min(below + 1, ascending.length - 1)]! - ascending[below]!)
}
