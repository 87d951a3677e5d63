import { normalDraws, type Draw } from '../draws.ts'
import { leadingEigenpairs } from '../leading-eigenpairs.ts'

/**
 * Spectral-8: eigenvectors 2 to 9 of Â_t, turned to fit the snapshot before (orthogonal Procrustes), so that a channel that
 * keeps its place in the graph keeps its vector. Â is the model's: unit diagonal and a history node, whose row is dropped.
 * @param edges per snapshot: pairs i < j, [2·edgeCount]
 * @returns [snapshotCount, channelCount, 8]; components that do not exist are 0
 * @source model spec 5, 2.1
 */
export function spectralVectors(
  edges: readonly Uint16Array[],
  channelCount: number,
  { count = 8, uniform, interrupt = () => {} }: { count?: number; uniform: Draw; interrupt?: () => void },
): Float64Array {
  const result = new Float64Array(edges.length * channelCount * count)
  let before: Float64Array | null = null
  edges.forEach((pairs, t) => {
    interrupt()
    const own = snapshotVectors(pairs, channelCount, count, uniform, interrupt)
    before = before ? turnedTo(own, before, count, uniform) : own
    result.set(before, t * channelCount * count)
  })
  return result
}

/** [channelCount, count], without the first eigenvector. */
function snapshotVectors(pairs: Uint16Array, N: number, count: number, uniform: Draw, interrupt: () => void): Float64Array {
  const V = N + 1,
    sizes = new Float64Array(V).fill(2)
  sizes[N] = V
  for (const channel of pairs) sizes[channel]!++
  const scale = sizes.map((size) => 1 / Math.sqrt(size))
  const multiply = (vector: Float64Array): Float64Array => {
    const scaled = vector.map((value, i) => value * scale[i]!),
      product = Float64Array.from(scaled)
    let all = 0
    for (let i = 0; i < N; i++) {
      all += scaled[i]!
      product[i]! += scaled[N]!
    }
    product[N]! += all
    for (let e = 0; e < pairs.length; e += 2) {
      product[pairs[e]!]! += scaled[pairs[e + 1]!]!
      product[pairs[e + 1]!]! += scaled[pairs[e]!]!
    }
    return product.map((value, i) => value * scale[i]!)
  }
  const { values, vectors } = leadingEigenpairs({ size: V, multiply }, Math.min(count + 1, V), uniform, interrupt)
  const own = new Float64Array(N * count)
  for (let c = 1; c < values.length; c++) for (let i = 0; i < N; i++) own[i * count + c - 1] = vectors[c * V + i]!
  return own
}

/**
 * The vectors turned and mirrored to lie nearest to others of the same channels: V Q with Q = U Wᵀ of the singular vectors of
 * Vᵀ T. The polar factor is found by Newton's iteration on a matrix that is never quite singular.
 * @param own, target [channelCount, count]
 */
export function turnedTo(own: Float64Array, target: Float64Array, count: number, uniform: Draw): Float64Array {
  const cross = new Float64Array(count * count)
  for (let at = 0; at < own.length; at += count) {
    for (let a = 0; a < count; a++) for (let b = 0; b < count; b++) cross[a * count + b]! += own[at + a]! * target[at + b]!
  }
  const turn = polarFactor(cross, count, normalDraws(uniform))
  const turned = new Float64Array(own.length)
  for (let at = 0; at < own.length; at += count) {
    for (let a = 0; a < count; a++) for (let b = 0; b < count; b++) turned[at + b]! += own[at + a]! * turn[a * count + b]!
  }
  return turned
}

/** The orthogonal matrix nearest to a square one; directions without any weight get some orthogonal choice. */
function polarFactor(matrix: Float64Array, size: number, normal: Draw): Float64Array {
  const length = Math.sqrt(matrix.reduce((sum, value) => sum + value * value, 0)) || 1
  let turn = matrix.map((value) => value / length + 1e-9 * normal())
  for (let round = 0; round < 100; round++) {
    const inverse = transposedInverse(turn, size)
    const scale = Math.sqrt(norm(inverse) / norm(turn))
    const next = turn.map((value, at) => (scale * value + inverse[at]! / scale) / 2)
    const change = next.reduce((most, value, at) => Math.max(most, Math.abs(value - turn[at]!)), 0)
    turn = next
    if (change < 1e-13) break
  }
  return turn
}

const norm = (matrix: Float64Array): number => Math.sqrt(matrix.reduce((sum, value) => sum + value * value, 0))

/** (M⁻¹)ᵀ by elimination with row exchange. */
function transposedInverse(matrix: Float64Array, size: number): Float64Array {
  const left = Float64Array.from(matrix),
    right = new Float64Array(size * size)
  for (let k = 0; k < size; k++) right[k * size + k] = 1
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(left[row * size + column]!) > Math.abs(left[pivot * size + column]!)) pivot = row
    }
    for (const side of [left, right]) {
      for (let k = 0; k < size; k++) {
        const kept = side[column * size + k]!
        side[column * size + k] = side[pivot * size + k]!
        side[pivot * size + k] = kept
      }
    }
    const divisor = left[column * size + column]!
    for (const side of [left, right]) for (let k = 0; k < size; k++) side[column * size + k]! /= divisor
    for (let row = 0; row < size; row++) {
      const factor = left[row * size + column]!
      if (row === column || factor === 0) continue
      for (const side of [left, right]) for (let k = 0; k < size; k++) side[row * size + k]! -= factor * side[column * size + k]!
    }
  }
  const transposed = new Float64Array(size * size)
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) transposed[j * size + i] = right[i * size + j]!
  return transposed
}
