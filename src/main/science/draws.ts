/** Gives one random number after another. */
export type Draw = () => number

/** Standard normal numbers out of uniforms in (0, 1), by Box and Muller; both of a pair are used. */
export function normalDraws(uniform: Draw): Draw {
  let spare: number | null = null
  return () => {
    if (spare !== null) {
      const kept = spare
      spare = null
      return kept
    }
    const radius = Math.sqrt(-2 * Math.log(uniform())),
      angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}

/** A larger mean is drawn in pieces: a sum of Poisson numbers is one, and exp(−mean) stays far from zero. */
const largestPiece = 16

/** A Poisson number of that mean, by inversion of the distribution function. */
export function poissonDraw(mean: number, uniform: Draw): number {
  let count = 0
  for (let left = mean; left > 0; left -= largestPiece) count += invertPoisson(Math.min(left, largestPiece), uniform())
  return count
}

function invertPoisson(mean: number, u: number): number {
  let probability = Math.exp(-mean),
    reached = probability,
    count = 0
  // The tail beyond what a double can add is never reached by u < 1 − 2⁻³³; the bound ends the search all the same.
  while (u > reached && count < 200) {
    count++
    probability *= mean / count
    reached += probability
  }
  return count
}

/**
 * Stationary first-order autoregressive series of unit variance: x_b = k x_{b−1} + √(1 − k²) ε_b, k = exp(−1/τ).
 * @param timeConstantBins τ
 * @returns [binCount]
 */
export function autoregressive(binCount: number, timeConstantBins: number, normal: Draw): Float64Array {
  const keep = Math.exp(-1 / timeConstantBins),
    step = Math.sqrt(1 - keep * keep)
  const series = new Float64Array(binCount)
  let value = normal()
  for (let b = 0; b < binCount; b++) series[b] = value = keep * value + step * normal()
  return series
}
