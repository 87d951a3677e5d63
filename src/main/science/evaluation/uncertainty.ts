import type { Draw } from '../draws.ts'

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

/**
 * Mean over subjects with a 95 % percentile bootstrap interval, subjects drawn with replacement.
 * @source model spec 6.5
 */
export function bootstrapInterval95(values: ArrayLike<number>, uniform: Draw, drawCount = 10_000): MeanInterval {
  const count = values.length,
    mean = meanOf(values)
  if (count < 2) return { mean, low: null, high: null, count }
  const means = Float64Array.from({ length: drawCount }, () => {
    let sum = 0
    for (let k = 0; k < count; k++) sum += values[Math.min(count - 1, Math.floor(uniform() * count))]!
    return sum / count
  }).sort()
  return { mean, low: quantile(means, 0.025), high: quantile(means, 0.975), count }
}

/** Of sorted values, between ranks in proportion (NumPy's default). */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1),
    below = Math.floor(place)
  const low = sorted[below]!
  return low + (place - below) * ((sorted[below + 1] ?? low) - low)
}

const mostExact = 16,
  drawnFlips = 10_000

/**
 * Two-sided p of a mean difference of 0 by turning the signs of whole differences: all of them up to 16 differences, else
 * 10,000 at random with p = (1 + b)/(1 + m).
 * @param differences one per subject (or per seed, and then said so)
 * @source model spec 6.5
 */
export function signFlipP(differences: ArrayLike<number>, uniform: Draw): number {
  const count = differences.length,
    found = Math.abs(meanOf(differences)) * count * (1 - 1e-12)
  if (count <= mostExact) {
    let reached = 0
    for (let signs = 0; signs < 2 ** count; signs++) {
      let sum = 0
      for (let k = 0; k < count; k++) sum += (signs >> k) & 1 ? differences[k]! : -differences[k]!
      if (Math.abs(sum) >= found) reached++
    }
    return reached / 2 ** count
  }
  let reached = 0
  for (let draw = 0; draw < drawnFlips; draw++) {
    let sum = 0
    for (let k = 0; k < count; k++) sum += uniform() < 0.5 ? differences[k]! : -differences[k]!
    if (Math.abs(sum) >= found) reached++
  }
  return (1 + reached) / (1 + drawnFlips)
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
