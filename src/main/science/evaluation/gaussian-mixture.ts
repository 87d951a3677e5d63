import type { Points } from '../projection/neighbours.ts'
import type { Draw } from '../draws.ts'
import { kMeans } from './k-means.ts'

/** A mixture of Gaussians with a full covariance each. */
export type Mixture = {
  /** [componentCount] */
  weights: Float64Array
  /** [componentCount, dimensionCount] */
  means: Float64Array
  /** [componentCount, dimensionCount, dimensionCount] */
  covariances: Float64Array
}

export type FittedMixture = Mixture & {
  /** likeliest component of each point */
  cluster: Int32Array
  /** mean over points of the log of the density */
  logLikelihood: number
  /** Bayesian information criterion, lower is better */
  bic: number
}

const mostRounds = 200,
  tolerance = 1e-6,
  /** added to every variance, so that no component can shrink to a point */
  floor = 1e-6

/**
 * Fits a mixture by expectation and maximisation: the likeliest of several starts, each from one run of k-means.
 * @param componentCount at most the number of points
 * @source model spec 6.3
 */
export function fitMixture(
  points: Points,
  componentCount: number,
  { uniform, startCount = 10, interrupt = () => {} }: { uniform: Draw; startCount?: number; interrupt?: () => void },
): FittedMixture {
  let best: (Mixture & { logLikelihood: number }) | null = null
  for (let start = 0; start < startCount; start++) {
    const { cluster } = kMeans(points, componentCount, { uniform, startCount: 1, interrupt })
    const sharp = new Float64Array(points.pointCount * componentCount)
    cluster.forEach((component, k) => {
      sharp[k * componentCount + component] = 1
    })
    const found = improve(points, maximise(points, sharp, componentCount), interrupt)
    if (best === null || found.logLikelihood > best.logLikelihood) best = found
  }
  const { pointCount, dimensionCount } = points,
    { shares } = expectation(points, best!)
  const cluster = Int32Array.from({ length: pointCount }, (_, k) => {
    let likeliest = 0
    for (let c = 1; c < componentCount; c++) if (shares[k * componentCount + c]! > shares[k * componentCount + likeliest]!) likeliest = c
    return likeliest
  })
  const parameterCount = componentCount - 1 + componentCount * (dimensionCount + (dimensionCount * (dimensionCount + 1)) / 2)
  return { ...best!, cluster, bic: parameterCount * Math.log(pointCount) - 2 * pointCount * best!.logLikelihood }
}

/** Mean over points of the log of a mixture's density. */
export function mixtureLogLikelihood(points: Points, mixture: Mixture): number {
  return expectation(points, mixture).logLikelihood
}

function improve(points: Points, first: Mixture, interrupt: () => void): Mixture & { logLikelihood: number } {
  let mixture = first,
    { shares, logLikelihood } = expectation(points, mixture)
  for (let round = 0; round < mostRounds; round++) {
    interrupt()
    mixture = maximise(points, shares, mixture.weights.length)
    const next = expectation(points, mixture)
    const gain = next.logLikelihood - logLikelihood
    ;({ shares, logLikelihood } = next)
    if (gain < tolerance) break
  }
  return { ...mixture, logLikelihood }
}

/** The share of each component in each point, [pointCount, componentCount]. */
function expectation(points: Points, { weights, means, covariances }: Mixture): { shares: Float64Array; logLikelihood: number } {
  const { data, pointCount, dimensionCount: D } = points,
    C = weights.length
  const shares = new Float64Array(pointCount * C),
    gap = new Float64Array(D)
  for (let c = 0; c < C; c++) {
    const lower = choleskyOf(covariances.subarray(c * D * D, (c + 1) * D * D), D)
    let constant = Math.log(weights[c]!) - (D / 2) * Math.log(2 * Math.PI)
    for (let d = 0; d < D; d++) constant -= Math.log(lower[d * D + d]!)
    for (let k = 0; k < pointCount; k++) {
      let square = 0
      for (let d = 0; d < D; d++) {
        let value = data[k * D + d]! - means[c * D + d]!
        for (let e = 0; e < d; e++) value -= lower[d * D + e]! * gap[e]!
        gap[d] = value / lower[d * D + d]!
        square += gap[d]! * gap[d]!
      }
      shares[k * C + c] = constant - square / 2
    }
  }
  let total = 0
  for (let k = 0; k < pointCount; k++) {
    const row = shares.subarray(k * C, (k + 1) * C)
    const highest = row.reduce((most, value) => Math.max(most, value), -Infinity)
    const log = highest + Math.log(row.reduce((sum, value) => sum + Math.exp(value - highest), 0))
    for (let c = 0; c < C; c++) row[c] = Math.exp(row[c]! - log)
    total += log
  }
  return { shares, logLikelihood: total / pointCount }
}

function maximise({ data, pointCount, dimensionCount: D }: Points, shares: Float64Array, C: number): Mixture {
  const weights = new Float64Array(C),
    means = new Float64Array(C * D),
    covariances = new Float64Array(C * D * D)
  for (let c = 0; c < C; c++) {
    let total = 10 * Number.EPSILON
    for (let k = 0; k < pointCount; k++) total += shares[k * C + c]!
    weights[c] = total / pointCount
    for (let k = 0; k < pointCount; k++) {
      for (let d = 0; d < D; d++) means[c * D + d]! += (shares[k * C + c]! * data[k * D + d]!) / total
    }
    const own = covariances.subarray(c * D * D, (c + 1) * D * D)
    for (let k = 0; k < pointCount; k++) {
      for (let d = 0; d < D; d++) {
        const scaled = (shares[k * C + c]! * (data[k * D + d]! - means[c * D + d]!)) / total
        for (let e = 0; e <= d; e++) own[d * D + e]! += scaled * (data[k * D + e]! - means[c * D + e]!)
      }
    }
    for (let d = 0; d < D; d++) {
      for (let e = 0; e < d; e++) own[e * D + d] = own[d * D + e]!
      own[d * D + d]! += floor
    }
  }
  return { weights, means, covariances }
}

/** The lower triangle L with L Lᵀ = matrix; a pivot that rounding made negative counts as tiny. */
function choleskyOf(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let value = matrix[i * size + j]!
      for (let k = 0; k < j; k++) value -= lower[i * size + k]! * lower[j * size + k]!
      lower[i * size + j] = i === j ? Math.sqrt(Math.max(value, 1e-300)) : value / lower[j * size + j]!
    }
  }
  return lower
}
