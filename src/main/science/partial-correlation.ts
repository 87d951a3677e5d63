import { pairCountOf, rowOffset } from './correlation.ts'
import type { Rows } from './trace-bins.ts'

/** The pairs of some channels, upper triangle by rows, out of those of all. */
function pairsOf(r: Float64Array, channelCount: number, chosen: Int32Array): Float64Array {
  const own = new Float64Array(pairCountOf(chosen.length))
  for (let i = 0, pair = 0; i < chosen.length; i++) {
    for (let j = i + 1; j < chosen.length; j++, pair++) own[pair] = r[rowOffset(channelCount, chosen[i]!) + chosen[j]!]!
  }
  return own
}

/** A window's correlation: of all channels, upper triangle by rows, and the channels with variance, ascending. */
type Correlation = { r: Float64Array; channelCount: number; varies: Int32Array }

/**
 * Weight of the mean variance in the Ledoit–Wolf estimate of a covariance, S* = (1 − w) S + w μ I, of standardised channels:
 * the covariance is their correlation and μ = 1.
 * @param scored standardised rows of all channels, [channelCount, binCount]
 * @returns [0, 1]
 * @source Ledoit & Wolf 2004
 */
export function ledoitWolfWeight({ r, channelCount, varies }: Correlation, scored: Rows): number {
  const binCount = scored.columnCount,
    count = varies.length
  const offDiagonal = pairsOf(r, channelCount, varies).reduce((sum, value) => sum + 2 * value * value, 0),
    error = (fourthMoment(scored) / binCount - count - offDiagonal) / (count * binCount),
    distance = offDiagonal / count
  return error <= 0 ? 0 : distance <= error ? 1 : error / distance
}

/** Σ_b (Σ_i z_ib²)² */
function fourthMoment({ rows, rowCount, columnCount }: Rows): number {
  const squares = new Float64Array(columnCount)
  for (let i = 0, at = 0; i < rowCount; i++) for (let b = 0; b < columnCount; b++, at++) squares[b]! += rows[at]! ** 2
  return squares.reduce((sum, value) => sum + value * value, 0)
}

/**
 * Partial correlation of every pair given all the others: −P_ij/√(P_ii P_jj), P the inverse of the shrunk correlation of the
 * channels that vary.
 * @param weight of the mean variance. A window's turns are measured with the window's own: it is one number for all pairs and
 *   varies more between turns than a pair does, so with a weight of its own for each turn most pairs of independent channels
 *   would be significant
 * @param interrupt called at least every 0.3 s
 * @returns [−1, 1], upper triangle by rows of all channels; 0 where one is constant
 * @source model spec 1.4
 */
export function partialCorrelations({ r, channelCount, varies }: Correlation, weight: number, interrupt: () => void): Float64Array {
  const n = varies.length,
    own = pairsOf(r, channelCount, varies),
    matrix = new Float64Array(n * n)
  for (let i = 0, pair = 0; i < n; i++) {
    matrix[i * n + i] = 1
    for (let j = i + 1; j < n; j++, pair++) matrix[i * n + j] = matrix[j * n + i] = (1 - weight) * own[pair]!
  }
  const precision = inverse(matrix, n, interrupt),
    partial = new Float64Array(r.length)
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const value = -precision[i * n + j]! / Math.sqrt(precision[i * n + i]! * precision[j * n + j]!)
      partial[rowOffset(channelCount, varies[i]!) + varies[j]!] = value > 1 ? 1 : value < -1 ? -1 : value
    }
  }
  return partial
}

/** Where a matrix has lost a direction to rounding, this much is taken as left of it. */
const leastPivot = 1e-12

/** Inverse of a positive definite matrix by Cholesky's factors, [n, n]; the lower half is what counts. */
function inverse(matrix: Float64Array, n: number, interrupt: () => void): Float64Array {
  const lower = matrix.slice()
  for (let i = 0; i < n; i++) {
    if (i % 16 === 0) interrupt()
    for (let j = 0; j <= i; j++) {
      let sum = lower[i * n + j]!
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!
      lower[i * n + j] = i === j ? Math.sqrt(Math.max(sum, leastPivot)) : sum / lower[j * n + j]!
    }
  }
  // rows of L⁻ᵀ: row c holds column c of L⁻¹, so that the last product runs along rows
  const columns = new Float64Array(n * n)
  for (let c = 0; c < n; c++) {
    if (c % 16 === 0) interrupt()
    const column = columns.subarray(c * n, (c + 1) * n)
    column[c] = 1 / lower[c * n + c]!
    for (let i = c + 1; i < n; i++) {
      let sum = 0
      for (let k = c; k < i; k++) sum -= lower[i * n + k]! * column[k]!
      column[i] = sum / lower[i * n + i]!
    }
  }
  const inverted = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    if (i % 16 === 0) interrupt()
    for (let j = i; j < n; j++) {
      let sum = 0
      for (let k = j; k < n; k++) sum += columns[i * n + k]! * columns[j * n + k]!
      inverted[i * n + j] = inverted[j * n + i] = sum
    }
  }
  return inverted
}
