/**
 * Tails of spike-count distributions: negative binomial where the variance is above the mean, Poisson elsewhere.
 *
 * Everything is written in the mean m and the excess t = v/m − 1, not in the negative binomial's size b = m/t and
 * probability q = 1/(1 + t): so the Poisson law is the plain limit t = 0 and nothing is lost where b is huge.
 */

/** Sums over counts below this take their 1/x from a table. */
const shortSum = 512
const reciprocals = Float64Array.from({ length: shortSum + 1 }, (_, x) => 1 / x)
/** exp(−650) is still a normal number */
const mostLogOfZero = 650
/** Below this a tail is worked out by itself: taken from 1 it would have too few digits. */
const smallTail = 1e-3
const halfLogOfTwoPi = 0.9189385332046727

/** log Γ(y) − [(y − ½) log y − y + ½ log 2π] for y > 0, by Stirling's series from 10 upwards. */
function stirlingError(y: number): number {
  if (y === Infinity) return 0
  let product = 1,
    z = y
  while (z < 10) product *= z++
  const w = 1 / (z * z)
  const series = (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - w * (691 / 360360)))))) / z
  if (z === y) return series
  return series + (z - 0.5) * Math.log(z) - z - Math.log(product) - ((y - 0.5) * Math.log(y) - y)
}

/** log P(X = 0) = −(m/t) log(1 + t) */
const logOfZero = (mean: number, excess: number): number => (excess === 0 ? -mean : (-mean * Math.log1p(excess)) / excess)

/** P(X = count) for count ≥ 1: the large terms are written by their distance from the mean, where they cancel. */
function probabilityOf(count: number, mean: number, excess: number): number {
  const x = excess / (1 + excess),
    q = 1 / (1 + excess),
    size = mean / excess,
    beyond = count - mean
  const ofSize = excess === 0 ? beyond : size * Math.log1p((beyond * x) / mean) - 0.5 * Math.log1p((count * excess) / mean)
  const ofCount = count * Math.log1p((-beyond * q) / count) - 0.5 * Math.log(count) - halfLogOfTwoPi
  return Math.exp(ofSize + ofCount + stirlingError(count + size) - stirlingError(size) - stirlingError(count))
}

/**
 * P(X ≥ count) / P(X = count) of a count above the mean: the continued fraction of the regularised incomplete beta
 * function I_{1−m/v}(count, m²/(v − m)), by Lentz's method. Some 5 to 250 rounds for means to 50,000; below the mean it
 * would lose its digits.
 * @source Numerical Recipes, "Incomplete Beta Function"
 */
function aboveOverAt(count: number, mean: number, excess: number): number {
  const x = excess / (1 + excess),
    sizeX = mean / (1 + excess)
  let c = 1,
    d = 1 / (1 - (sizeX + count * x) / (count + 1)),
    fraction = d
  for (let k = 1; k < 10_000; k++) {
    const even = (k * (sizeX - k * x)) / ((count + 2 * k - 1) * (count + 2 * k))
    d = 1 / (1 + even * d)
    c = 1 + even / c
    fraction *= c * d
    const odd = -((count + k) * (sizeX + (count + k) * x)) / ((count + 2 * k) * (count + 2 * k + 1))
    d = 1 / (1 + odd * d)
    c = 1 + odd / c
    const change = c * d
    fraction *= change
    if (Math.abs(change - 1) < 1e-15) break
  }
  return fraction
}

/** P(X < count) / P(X = count), from the count downwards; every term is positive. */
function lessOverAt(count: number, mean: number, excess: number): number {
  const x = excess / (1 + excess),
    sizeX = mean / (1 + excess)
  let term = 1,
    sum = 0
  for (let k = count; k > 0 && term > 1e-15 * sum; k--) {
    term *= k / (sizeX + (k - 1) * x)
    sum += term
  }
  return sum
}

/** The smaller of P(X ≥ count) and P(X ≤ count), by the terms from 0 upwards. */
function smallerTailByTerms(count: number, mean: number, excess: number, zero: number): number {
  const x = excess / (1 + excess),
    sizeX = mean / (1 + excess)
  let at = zero,
    less = 0
  for (let k = 0; k < count; k++) {
    less += at
    at *= (sizeX + k * x) * reciprocals[k + 1]!
  }
  const above = 1 - less < smallTail && count > mean ? at * aboveOverAt(count, mean, excess) : 1 - less
  return Math.min(above, less + at)
}

/** The smaller of P(X ≥ count) and P(X ≤ count), for counts too large to begin at 0. */
function smallerTail(count: number, mean: number, excess: number): number {
  const at = probabilityOf(count, mean, excess)
  if (count > mean) {
    const above = at * aboveOverAt(count, mean, excess)
    return Math.min(above, 1 - above + at)
  }
  const less = at * lessOverAt(count, mean, excess)
  return Math.min(1 - less, less + at)
}

const excessOf = (mean: number, variance: number): number => (variance > mean ? (variance - mean) / mean : 0)

/**
 * P(X ≥ count) of a negative binomial with this mean and variance; of a Poisson where the variance is not above the mean.
 * @param count whole number from 0; mean above 0
 * @source model spec 1.5
 */
export function upperTail(count: number, mean: number, variance: number): number {
  if (count <= 0) return 1
  const excess = excessOf(mean, variance),
    at = probabilityOf(count, mean, excess)
  return count > mean ? at * aboveOverAt(count, mean, excess) : Math.max(0, 1 - at * lessOverAt(count, mean, excess))
}

/**
 * Two-sided p of a count: min(1, 2 min(P(X ≥ count), P(X ≤ count))) of the same distributions.
 * @returns [0, 1], to some 10⁻¹¹ of itself; 1 where the mean is 0
 * @source model spec 1.5
 */
export function twoSidedP(count: number, mean: number, variance: number): number {
  if (mean <= 0) return 1
  const excess = excessOf(mean, variance),
    zero = logOfZero(mean, excess)
  if (count === 0) return Math.min(1, 2 * Math.exp(zero))
  const isShort = count <= shortSum && zero > -mostLogOfZero
  return Math.min(1, 2 * (isShort ? smallerTailByTerms(count, mean, excess, Math.exp(zero)) : smallerTail(count, mean, excess)))
}

/**
 * Asks whether the two-sided p of a count is certainly above a level, by bounds of both tails that take a few operations:
 * P(X = 0) ≥ e^−m; P(X ≥ 1) ≥ u/(1 + u) with u = 2m²/(m + v), from log(1 + t) ≥ 2t/(2 + t); and Cantelli's inequality
 * next to the mean. A false says nothing.
 * @param level (0, 1]
 * @returns of a whole number from 0, and mean and variance above 0
 */
export function boundAbove(level: number): (count: number, mean: number, variance: number) => boolean {
  // a hair more than half, for p is not without rounding
  const half = 0.500000001 * level,
    odds = half / (1 - half),
    smallMean = -Math.log(half)
  return (count, mean, variance) => {
    const spread = variance > mean ? variance : mean,
      below = count + 1 - mean,
      above = mean + 1 - count
    if (mean > smallMean && !(below > 0 && below * below > odds * spread)) return false
    if (count === 0 || (above > 0 && above * above > odds * spread)) return true
    return count === 1 && 2 * mean * mean > odds * (mean + spread)
  }
}

/** Rounding of float32, of which a faster loop of the same bound may be made. */
const boundMargin = 0.02,
  relativeBoundMargin = 1e-5

/**
 * A bound below log p of the two-sided p, a few operations and mostly within a factor of four: twice the probability of the
 * count itself, by Stirling's formula with the errors on the safe side, times the smaller of two sums of at least four and
 * at least 32 terms of the tails, whose ratio is monotone.
 * @param count whole number from 0; mean and variance above 0
 */
export function logLeastP(count: number, mean: number, variance: number): number {
  const excess = excessOf(mean, variance),
    q = 1 / (1 + excess),
    x = excess * q,
    sizeX = mean * q
  if (count === 0) return Math.min(0, Math.log(2) + logOfZero(mean, excess) - boundMargin - relativeBoundMargin * mean)
  const beyond = (count - mean) * q,
    ofSize = beyond * logRatio(((count - mean) * x) / mean),
    ofCount = beyond * logRatio(-beyond / count)
  const up = (k: number): number => (sizeX + k * x) / (k + 1),
    down = (k: number): number => (k > 0 ? k / (sizeX + (k - 1) * x) : 0)
  const above = Math.max(leastSum(4, up(count), up(count + 4)), leastSum(32, up(count), up(count + 32))),
    below = Math.max(leastSum(4, down(count), down(count - 3)), leastSum(32, down(count), down(count - 31)))
  const ofTerms = Math.log(Math.min(above, below)) - 0.5 * Math.log(2 * Math.PI * count * (1 + (count * excess) / mean)),
    stirling = (1 / count + excess / mean) / 12
  const margin = boundMargin + relativeBoundMargin * (Math.abs(ofSize) + Math.abs(ofCount))
  return Math.min(0, Math.log(2) + ofSize - ofCount + ofTerms - stirling - margin)
}

/** log(1 + y)/y */
const logRatio = (y: number): number => (y === 0 ? 1 : Math.log1p(y) / y)

/** At least the sum of so many terms over the first, where each is at least the smaller of two ratios times the one before. */
function leastSum(terms: number, near: number, far: number): number {
  const ratio = Math.max(0, Math.min(0.99, near, far))
  return (1 - ratio ** terms) / (1 - ratio)
}
