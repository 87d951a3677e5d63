/** A mean with its 95 % interval; null bounds where one value has none. */
export type MeanInterval = { mean: number; low: number | null; high: number | null; count: number }

export const meanOf = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length

/**
 * Mean and 95 % t-interval. Over seeds it speaks of training only, never of other animals.
 * @source model spec 6.5
 */
export function tInterval95(values: ArrayLike<number>): MeanInterval {
  const count = values.length,
    mean = meanOf(values)
  if (count < 2) return { mean, low: null, high: null, count }
  const variance = Array.from(values).reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1)
  const half = studentQuantile975(count - 1) * Math.sqrt(variance / count)
  return { mean, low: mean - half, high: mean + half, count }
}

/** Mean of permuted scores, and between which 95 % of them lie: what there is to beat by chance. */
export function spread95(values: ArrayLike<number>): MeanInterval {
  const sorted = Float64Array.from(values).sort(),
    count = sorted.length
  const at = (share: number): number => {
    const place = share * (count - 1),
      below = Math.floor(place)
    return sorted[below]! + (place - below) * ((sorted[below + 1] ?? sorted[below]!) - sorted[below]!)
  }
  return { mean: meanOf(sorted), low: count > 1 ? at(0.025) : null, high: count > 1 ? at(0.975) : null, count }
}

/** P(|t| ≤ x) with that many degrees of freedom, a whole number (Abramowitz & Stegun 26.7.3 and 26.7.4). */
function studentWithin(x: number, freedom: number): number {
  const angle = Math.atan(x / Math.sqrt(freedom)),
    square = Math.cos(angle) ** 2
  const isOdd = freedom % 2 === 1
  let term = isOdd ? Math.cos(angle) : 1,
    sum = freedom === 1 ? 0 : term
  for (let k = isOdd ? 3 : 2; k < freedom; k += 2) {
    term *= (square * (k - 1)) / k
    sum += term
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum
}

/** The 97.5 % quantile of Student's t. */
function studentQuantile975(freedom: number): number {
  let low = 0,
    high = 20
  for (let halving = 0; halving < 80; halving++) {
    const middle = (low + high) / 2
    if (studentWithin(middle, freedom) < 0.95) low = middle
    else high = middle
  }
  return high
}
