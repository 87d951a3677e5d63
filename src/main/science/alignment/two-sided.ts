/** A two-sided p, and mean and SD of its null; all NaN where the value seen is none or the null is empty. */
export type TwoSided = { p: number; mean: number; sd: number }

/**
 * (1 + b)/(1 + m), b of m null values being at least as far from the mean as the one seen. The mean is of the null and the
 * value seen, which makes p exact where all of them are exchangeable.
 * @param nulls NaN where there is none
 * @source model spec 7.3
 */
export function twoSided(seen: number, nulls: Float64Array): TwoSided {
  let sum = 0,
    squares = 0,
    count = 0
  for (const value of nulls) {
    if (Number.isNaN(value)) continue
    sum += value
    count++
  }
  if (Number.isNaN(seen) || count === 0) return { p: NaN, mean: NaN, sd: NaN }
  const mean = sum / count,
    centre = (sum + seen) / (count + 1),
    // what differs by rounding alone is as far
    reached = Math.abs(seen - centre) * (1 - 1e-9) - 1e-12
  let asFar = 0
  for (const value of nulls) {
    if (Number.isNaN(value)) continue
    squares += (value - mean) ** 2
    if (Math.abs(value - centre) >= reached) asFar++
  }
  return { p: (1 + asFar) / (1 + count), mean, sd: Math.sqrt(squares / count) }
}
