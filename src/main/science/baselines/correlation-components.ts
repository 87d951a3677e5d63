import type { Draw } from '../draws.ts'
import { leadingEigenpairs } from '../leading-eigenpairs.ts'

/**
 * PCA-8: the leading principal components of the rows of |r| of all channels in the training windows together, one centred
 * basis for all; every channel in every window is projected on it.
 * @param r per snapshot: r · 32767, upper triangle by rows
 * @param trained snapshots the basis is made of
 * @returns [snapshotCount, channelCount, count]
 * @source model spec 5
 */
export function correlationComponents(
  r: readonly Int16Array[],
  channelCount: number,
  {
    trained,
    count = 8,
    uniform,
    interrupt = () => {},
  }: { trained: readonly number[]; count?: number; uniform: Draw; interrupt?: () => void },
): Float64Array {
  const N = channelCount,
    rowCount = trained.length * N
  const centre = new Float64Array(N),
    centred = new Float64Array(N),
    products = new Float64Array(N * N)
  for (const t of trained) {
    const rows = absoluteRows(r[t]!, N)
    for (let at = 0; at < rows.length; at++) centre[at % N]! += rows[at]! / rowCount
  }
  for (const t of trained) {
    const rows = absoluteRows(r[t]!, N)
    for (let i = 0; i < N; i++) {
      if (i % 32 === 0) interrupt()
      for (let a = 0; a < N; a++) centred[a] = rows[i * N + a]! - centre[a]!
      for (let a = 0; a < N; a++) {
        const value = centred[a]!
        for (let b = a, at = a * N + a; b < N; b++) products[at++]! += value * centred[b]!
      }
    }
  }
  for (let a = 0; a < N; a++) for (let b = 0; b < a; b++) products[a * N + b] = products[b * N + a]!
  const multiply = (vector: Float64Array): Float64Array => {
    const product = new Float64Array(N)
    for (let i = 0; i < N; i++) {
      let sum = 0
      for (let j = 0; j < N; j++) sum += products[i * N + j]! * vector[j]!
      product[i] = sum
    }
    return product
  }
  const { vectors } = leadingEigenpairs({ size: N, multiply }, Math.min(count, N), uniform, interrupt)
  const projected = new Float64Array(r.length * N * count)
  r.forEach((own, t) => {
    interrupt()
    const rows = absoluteRows(own, N)
    for (let i = 0; i < N; i++) {
      for (let c = 0; c < vectors.length / N; c++) {
        let sum = 0
        for (let d = 0; d < N; d++) sum += (rows[i * N + d]! - centre[d]!) * vectors[c * N + d]!
        projected[(t * N + i) * count + c] = sum
      }
    }
  })
  return projected
}

/** |r| in full with diagonal 1, [N, N]. */
function absoluteRows(r: Int16Array, N: number): Float32Array {
  const rows = new Float32Array(N * N)
  for (let i = 0, pair = 0; i < N; i++) {
    rows[i * N + i] = 1
    for (let j = i + 1; j < N; j++, pair++) rows[i * N + j] = rows[j * N + i] = Math.abs(r[pair]!) / 32767
  }
  return rows
}
