import { pairCountOf } from './correlation.ts'
import { circularAutocorrelation } from './fft.ts'
import { twoSidedNormalP } from './normal-tail.ts'
import { addSymmetricProduct } from './symmetric-product.ts'
import type { AddSymmetricProduct } from './symmetric-product.ts'
import type { Rows } from './trace-bins.ts'

/**
 * Variance of the correlation of every pair of standardised rows over all relative circular offsets:
 * v_ij = (1/L³) Σ_k R_i(k) R_j(k), R the circular autocorrelation; the mean over all offsets is 0.
 * @returns upper triangle by rows, [pairCount]; 0 where a row is 0
 * @source model spec 1.5
 */
export function offsetVariances(scored: Rows, interrupt: () => void, addProduct: AddSymmetricProduct = addSymmetricProduct): Float64Array {
  const { rows, rowCount, columnCount } = scored,
    lagCount = Math.floor(columnCount / 2) + 1
  const lags = new Float64Array(rowCount * lagCount),
    autocorrelation = circularAutocorrelation(columnCount)
  for (let i = 0; i < rowCount; i++) {
    if (i % 16 === 0) interrupt()
    const own = autocorrelation(rows.subarray(i * columnCount, (i + 1) * columnCount))
    // R(k) = R(L − k): a lag inside stands for two
    for (let k = 0; k < lagCount; k++) lags[i * lagCount + k] = own[k]! * (k === 0 || 2 * k === columnCount ? 1 : Math.SQRT2)
  }
  const variance = new Float64Array(pairCountOf(rowCount))
  addProduct(variance, lags, { rowCount, columnCount: lagCount }, interrupt)
  for (let pair = 0; pair < variance.length; pair++) variance[pair]! /= columnCount ** 3
  return variance
}

/**
 * Two-sided p of every pair's correlation under the circular-shift null, with a normal tail: for traces and for ranks, never
 * for counts.
 * @returns upper triangle by rows; 1 where a row is 0
 * @source model spec 1.5
 */
export function rowsShiftP(
  r: Float64Array,
  scored: Rows,
  interrupt: () => void,
  addProduct: AddSymmetricProduct = addSymmetricProduct,
): Float64Array {
  const variance = offsetVariances(scored, interrupt, addProduct)
  return Float64Array.from(r, (value, pair) => (variance[pair]! > 0 ? twoSidedNormalP(value / Math.sqrt(variance[pair]!)) : 1))
}
