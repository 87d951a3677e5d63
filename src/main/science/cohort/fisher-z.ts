/** Larger |ρ| count as this: with few windows ρ can be 1, and its z would be infinite. */
const largestRho = 0.99

/** Fisher's z of a correlation, |ρ| clipped at 0.99. @source model spec 7.4.2 */
export const fisherZ = (rho: number): number => Math.atanh(Math.max(-largestRho, Math.min(largestRho, rho)))

/** Mean of the numbers that are finite; NaN where none is. */
export function meanOf(values: ArrayLike<number>): number {
  let sum = 0,
    count = 0
  for (let k = 0; k < values.length; k++) {
    if (!Number.isFinite(values[k])) continue
    sum += values[k]!
    count++
  }
  return count > 0 ? sum / count : NaN
}

/**
 * Fisher's z of one subject: the mean over its recordings that have a ρ; NaN where none has.
 * @source model spec 7.4.2
 */
export const subjectZ = (rhos: readonly number[]): number => meanOf(rhos.map(fisherZ))
