import type { BinnedCounts } from './bins.ts'
import { pairCountOf } from './correlation.ts'
import { addSymmetricProduct } from './symmetric-product.ts'
import type { AddSymmetricProduct } from './symmetric-product.ts'
import type { Rows } from './trace-bins.ts'

/** Counts of the bins [firstBin, firstBin + binCount) with their zeros, channel by channel. */
export function rowsOfCounts(bins: BinnedCounts, firstBin: number, binCount: number): Rows {
  const rows = new Float64Array(bins.channelCount * binCount)
  for (let b = 0; b < binCount; b++) {
    for (let e = bins.binStarts[firstBin + b]!; e < bins.binStarts[firstBin + b + 1]!; e++) {
      rows[bins.channels[e]! * binCount + b] = bins.counts[e]!
    }
  }
  return { rows, rowCount: bins.channelCount, columnCount: binCount }
}

/** The columns [first, first + count) of every row. */
export function columnsOfRows({ rows, rowCount, columnCount }: Rows, first: number, count: number): Rows {
  const part = new Float64Array(rowCount * count)
  for (let i = 0; i < rowCount; i++) part.set(rows.subarray(i * columnCount + first, i * columnCount + first + count), i * count)
  return { rows: part, rowCount, columnCount: count }
}

/**
 * Every row with mean 0 and sum of squares equal to its length; a row without variance becomes 0.
 * @source model spec 1.2: z-scoring is per channel and window
 */
export function standardised({ rows, rowCount, columnCount }: Rows): Rows {
  const scored = new Float64Array(rows.length)
  for (let i = 0; i < rowCount; i++) {
    const row = rows.subarray(i * columnCount, (i + 1) * columnCount)
    let sum = 0,
      squares = 0,
      largest = 0
    for (let b = 0; b < columnCount; b++) sum += row[b]!
    const mean = sum / columnCount
    for (let b = 0; b < columnCount; b++) {
      squares += (row[b]! - mean) ** 2
      largest = Math.max(largest, Math.abs(row[b]!))
    }
    const deviation = Math.sqrt(squares / columnCount)
    // a constant row differs from its mean by rounding only
    if (!(deviation > 1e-12 * largest)) continue
    for (let b = 0; b < columnCount; b++) scored[i * columnCount + b] = (row[b]! - mean) / deviation
  }
  return { rows: scored, rowCount, columnCount }
}

/** Mean ranks of every row, from 1; equal values share the mean of their ranks. */
export function rankRows({ rows, rowCount, columnCount }: Rows, interrupt: () => void): Rows {
  const ranks = new Float64Array(rows.length)
  for (let i = 0; i < rowCount; i++) {
    if (i % 64 === 0) interrupt()
    const row = rows.subarray(i * columnCount, (i + 1) * columnCount),
      sorted = row.slice().sort()
    for (let b = 0; b < columnCount; b++) {
      const value = row[b]!
      ranks[i * columnCount + b] = (place(sorted, value, false) + 1 + place(sorted, value, true)) / 2
    }
  }
  return { rows: ranks, rowCount, columnCount }
}

/** How many of the sorted values lie below this one, or up to and with it. */
function place(sorted: Float64Array, value: number, withEqual: boolean): number {
  let low = 0,
    high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value || (withEqual && sorted[middle]! === value)) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Correlation of every pair of standardised rows.
 * @returns r in [−1, 1], upper triangle by rows, [pairCount]; 0 where a row is 0
 */
export function correlationOfRows(
  scored: Rows,
  interrupt: () => void,
  addProduct: AddSymmetricProduct = addSymmetricProduct,
): Float64Array {
  const r = new Float64Array(pairCountOf(scored.rowCount))
  addProduct(r, scored.rows, scored, interrupt)
  for (let pair = 0; pair < r.length; pair++) r[pair] = Math.max(-1, Math.min(1, r[pair]! / scored.columnCount))
  return r
}
