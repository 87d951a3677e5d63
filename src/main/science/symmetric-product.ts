import { rowOffset } from './correlation.ts'

/**
 * Adds Σ_k rows_ik rows_jk to the sums of all pairs i < j.
 * @param sums upper triangle by rows, [rowCount·(rowCount − 1)/2]
 * @param rows [rowCount, columnCount], row-major; whole numbers, so that any order of adding gives the same bits
 */
export type AddSymmetricProduct = (
  sums: Float64Array,
  rows: Float64Array,
  shape: { rowCount: number; columnCount: number },
  interrupt: () => void,
) => void

/** The plain loop, four rows by two at a time so that a number is read once for several products. */
export const addSymmetricProduct: AddSymmetricProduct = (sums, rows, { rowCount, columnCount }, interrupt) => {
  const n = columnCount
  const startOf = (i: number): number => rowOffset(rowCount, i)
  for (let i = 0; i < rowCount; i += 4) {
    interrupt()
    const a0 = i * n,
      a1 = a0 + n,
      a2 = a1 + n,
      a3 = a2 + n
    const isWhole = i + 4 <= rowCount
    let j = i + 1
    if (isWhole) {
      // pairs among the four rows come first; from i + 4 on all four meet the same columns
      for (; j < i + 4; j++) for (let row = i; row < j; row++) sums[startOf(row) + j]! += dot(rows, row * n, j * n, n)
      const s0 = startOf(i),
        s1 = startOf(i + 1),
        s2 = startOf(i + 2),
        s3 = startOf(i + 3)
      for (; j + 2 <= rowCount; j += 2) {
        const b0 = j * n,
          b1 = b0 + n
        let p00 = 0,
          p01 = 0,
          p10 = 0,
          p11 = 0,
          p20 = 0,
          p21 = 0,
          p30 = 0,
          p31 = 0
        for (let k = 0; k < n; k++) {
          const y0 = rows[b0 + k]!,
            y1 = rows[b1 + k]!
          const x0 = rows[a0 + k]!,
            x1 = rows[a1 + k]!,
            x2 = rows[a2 + k]!,
            x3 = rows[a3 + k]!
          p00 += x0 * y0
          p01 += x0 * y1
          p10 += x1 * y0
          p11 += x1 * y1
          p20 += x2 * y0
          p21 += x2 * y1
          p30 += x3 * y0
          p31 += x3 * y1
        }
        sums[s0 + j]! += p00
        sums[s0 + j + 1]! += p01
        sums[s1 + j]! += p10
        sums[s1 + j + 1]! += p11
        sums[s2 + j]! += p20
        sums[s2 + j + 1]! += p21
        sums[s3 + j]! += p30
        sums[s3 + j + 1]! += p31
      }
    }
    for (; j < rowCount; j++) {
      for (let row = i; row < Math.min(i + 4, j); row++) sums[startOf(row) + j]! += dot(rows, row * n, j * n, n)
    }
  }
}

function dot(rows: Float64Array, a: number, b: number, length: number): number {
  let sum = 0
  for (let k = 0; k < length; k++) sum += rows[a + k]! * rows[b + k]!
  return sum
}
