import { leastSubjects } from '../../../shared/domain/cohort.ts'
import { meanOf } from './fisher-z.ts'

/** Beyond this nobody plans an experiment. */
const mostSubjects = 1000

/** Standard normal distribution function, by the series below 3 and the continued fraction of the tail above. */
function normalCdf(x: number): number {
  const size = Math.abs(x),
    density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)
  let tail: number
  if (size < 3) {
    let term = size,
      sum = size
    for (let k = 1; Math.abs(term) > 1e-17 * sum; k++) {
      term *= (size * size) / (2 * k + 1)
      sum += term
    }
    tail = 0.5 - density * sum
  } else {
    let fraction = size
    for (let k = 60; k > 0; k--) fraction = size + k / fraction
    tail = density / fraction
  }
  return x > 0 ? 1 - tail : tail
}

/** log Γ by Stirling's series, shifted up to where it is exact. */
function logGamma(x: number): number {
  let shift = 0,
    y = x
  while (y < 15) shift -= Math.log(y++)
  const w = 1 / (y * y)
  return shift + (y - 0.5) * Math.log(y) - y + 0.9189385332046727 + (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w / 1680))) / y
}

/**
 * P(|T| > bound) of a noncentral t with ν degrees of freedom: over s = √(χ²/ν), T leaves the bound where a normal does
 * that is shifted by the noncentrality; by Simpson's rule.
 */
function beyond(bound: number, degreesOfFreedom: number, noncentrality: number): number {
  const nu = degreesOfFreedom,
    steps = 400,
    spread = 10 / Math.sqrt(2 * nu),
    from = Math.max(0, 1 - spread),
    width = (1 + spread - from) / steps
  const logScale = Math.log(2) + (nu / 2) * Math.log(nu / 2) - logGamma(nu / 2)
  let sum = 0
  for (let k = 0; k <= steps; k++) {
    const s = from + k * width
    if (s === 0) continue
    const density = Math.exp(logScale + (nu - 1) * Math.log(s) - (nu * s * s) / 2)
    const outside = normalCdf(noncentrality - bound * s) + normalCdf(-noncentrality - bound * s)
    sum += (k === 0 || k === steps ? 1 : k % 2 === 1 ? 4 : 2) * density * outside
  }
  return (sum * width) / 3
}

/** The two-sided 5 % bound of Student's t, for ν ≥ 2: by the expansion about the normal's, then Newton's method. */
function bound95(degreesOfFreedom: number): number {
  const nu = degreesOfFreedom,
    x = 1.959963984540054,
    logScale = logGamma((nu + 1) / 2) - logGamma(nu / 2) - 0.5 * Math.log(nu * Math.PI)
  let bound = x + (x ** 3 + x) / (4 * nu) + (5 * x ** 5 + 16 * x ** 3 + 3 * x) / (96 * nu * nu)
  for (let step = 0; step < 4; step++) {
    const density = Math.exp(logScale - ((nu + 1) / 2) * Math.log1p((bound * bound) / nu))
    bound += (beyond(bound, nu, 0) - 0.05) / (2 * density)
  }
  return bound
}

/** Power of the two-sided one-sample t-test at 5 %, for an effect in units of the standard deviation. */
export function powerOf(subjectCount: number, effect: number): number {
  return beyond(bound95(subjectCount - 1), subjectCount - 1, Math.abs(effect) * Math.sqrt(subjectCount))
}

function standardDeviation(values: readonly number[]): number {
  const mean = meanOf(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}

/**
 * Subjects that a cohort needs in all: at least six, and for 80 % power at the mean and standard deviation of z seen so far,
 * by the one-sample t-test, which a sign-flip test on means is close to.
 * @param z one per subject, finite
 * @returns `forPower` null where there are under three subjects, no effect at all, or 1,000 would not do
 * @source model spec 7.4.2
 */
export function subjectsNeeded(z: readonly number[]): { forTest: number; forPower: number | null } {
  const effect = Math.abs(meanOf(z)) / standardDeviation(z)
  if (z.length < 3 || !Number.isFinite(effect) || powerOf(mostSubjects, effect) < 0.8) return { forTest: leastSubjects, forPower: null }
  let low = leastSubjects,
    high = mostSubjects
  while (low < high) {
    const middle = (low + high) >> 1
    if (powerOf(middle, effect) >= 0.8) high = middle
    else low = middle + 1
  }
  return { forTest: leastSubjects, forPower: low }
}
