/** Below this the series of erf is the shorter way, above it the continued fraction of erfc. */
const seriesBelow = 2

/**
 * Probability that a standard normal number is at least as far from 0 as z: erfc(|z|/√2).
 * @returns [0, 1], to some 10⁻¹² of itself; 1 where z is NaN
 */
export function twoSidedNormalP(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  if (Number.isNaN(x)) return 1
  return x < seriesBelow ? 1 - erfBySeries(x) : erfcByFraction(x)
}

/** erf(x) = 2/√π e^{−x²} Σ_n 2ⁿ x^{2n+1}/(1·3·…·(2n+1)); every term is positive. */
function erfBySeries(x: number): number {
  let term = x,
    sum = x
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

/** erfc(x) = e^{−x²}/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))), from the inside out. */
function erfcByFraction(x: number): number {
  let fraction = x
  for (let k = 120; k > 0; k--) fraction = x + k / 2 / fraction
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction
}
