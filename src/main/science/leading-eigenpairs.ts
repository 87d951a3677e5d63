import type { Draw } from './draws.ts'
import { normalDraws } from './draws.ts'

/** A symmetric matrix as what it does to a vector. */
export type SymmetricOperator = { size: number; multiply: (vector: Float64Array) => Float64Array }

/** Largest first; vectors of length 1, one after another, [count, size]. */
export type Eigenpairs = { values: Float64Array; vectors: Float64Array }

/**
 * The algebraically largest eigenvalues of a symmetric matrix and their vectors, by Lanczos' method with every vector kept
 * orthogonal to all before; where a space is used up it goes on with a new direction, so that repeated values are found too.
 * Signs are fixed: the largest entry of a vector is positive, the first of equals counting.
 * @param count at most `size`
 * @param uniform for the starting directions
 * @param interrupt called before every product
 */
export function leadingEigenpairs(
  { size, multiply }: SymmetricOperator,
  count: number,
  uniform: Draw,
  interrupt: () => void = () => {},
): Eigenpairs {
  const normal = normalDraws(uniform),
    basis: Float64Array[] = [],
    diagonal: number[] = [],
    beside: number[] = []
  for (let next = newDirection(size, basis, normal); next !== null && basis.length < size;) {
    interrupt()
    basis.push(next)
    const product = multiply(next)
    diagonal.push(dot(product, next))
    const length = makeOrthogonal(product, basis)
    const scale = Math.max(...diagonal.map(Math.abs), ...beside, 1e-300)
    const isUsedUp = length <= 1e-12 * scale
    beside.push(isUsedUp ? 0 : length)
    if (basis.length >= 2 * count + 10 && basis.length % 10 === 0 && hasConverged(diagonal, beside, count)) break
    next = isUsedUp ? newDirection(size, basis, normal) : product.map((value) => value / length)
  }
  return combine(basis, diagonal, beside, Math.min(count, basis.length))
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}

/** Takes away what `vector` shares with the basis, twice for rounding's sake; gives the length that is left. */
function makeOrthogonal(vector: Float64Array, basis: readonly Float64Array[]): number {
  for (let pass = 0; pass < 2; pass++) {
    for (const one of basis) {
      const shared = dot(vector, one)
      for (let k = 0; k < vector.length; k++) vector[k]! -= shared * one[k]!
    }
  }
  return Math.sqrt(dot(vector, vector))
}

function newDirection(size: number, basis: readonly Float64Array[], normal: Draw): Float64Array | null {
  if (basis.length >= size) return null
  const vector = Float64Array.from({ length: size }, normal),
    length = makeOrthogonal(vector, basis)
  return length > 1e-9 ? vector.map((value) => value / length) : null
}

/** Whether the `count` leading values of the tridiagonal matrix are those of the whole, to 10⁻¹⁰ of the largest. */
function hasConverged(diagonal: readonly number[], beside: readonly number[], count: number): boolean {
  const { values, rows } = tridiagonal(diagonal, beside),
    order = fromLargest(values),
    last = beside.at(-1)!,
    size = diagonal.length
  const scale = Math.max(...values.map(Math.abs))
  return order.slice(0, count).every((k) => last * Math.abs(rows[(size - 1) * size + k]!) <= 1e-10 * scale)
}

const fromLargest = (values: Float64Array): number[] => Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b)

function combine(basis: readonly Float64Array[], diagonal: number[], beside: number[], count: number): Eigenpairs {
  const size = basis[0]?.length ?? 0,
    steps = basis.length
  const { values, rows } = tridiagonal(diagonal, beside)
  const vectors = new Float64Array(count * size),
    chosen = fromLargest(values).slice(0, count)
  chosen.forEach((k, rank) => {
    const vector = vectors.subarray(rank * size, (rank + 1) * size)
    for (let step = 0; step < steps; step++) {
      const weight = rows[step * steps + k]!
      for (let at = 0; at < size; at++) vector[at]! += weight * basis[step]![at]!
    }
    const strongest = vector.reduce((most, value, at) => (Math.abs(value) > Math.abs(vector[most]!) * (1 + 1e-9) ? at : most), 0)
    if (vector[strongest]! < 0) for (let at = 0; at < size; at++) vector[at]! *= -1
  })
  return { values: Float64Array.from(chosen, (k) => values[k]!), vectors }
}

/**
 * Eigenvalues and vectors of a symmetric tridiagonal matrix by implicit QL steps.
 * @param beside entry k stands beside diagonal entries k and k + 1
 * @returns `rows[i, k]`: entry i of vector k
 * @source EISPACK's tql2 (Bowdler, Martin, Reinsch & Wilkinson 1968), in the form of JAMA
 */
function tridiagonal(diagonal: readonly number[], beside: readonly number[]): { values: Float64Array; rows: Float64Array } {
  const n = diagonal.length,
    values = Float64Array.from(diagonal),
    off = Float64Array.from({ length: n + 1 }, (_, k) => (k < n - 1 ? beside[k]! : 0)),
    rows = new Float64Array(n * n)
  for (let k = 0; k < n; k++) rows[k * n + k] = 1
  let shift = 0,
    size = 0
  for (let l = 0; l < n; l++) {
    size = Math.max(size, Math.abs(values[l]!) + Math.abs(off[l]!))
    let m = l
    while (m < n - 1 && Math.abs(off[m]!) > Number.EPSILON * size) m++
    for (let round = 0; m > l && round < 100 && Math.abs(off[l]!) > Number.EPSILON * size; round++) shift += qlStep(values, off, rows, l, m)
    values[l]! += shift
    off[l] = 0
  }
  return { values, rows }
}

/** One step on the block l … m; gives by how much the values from l on were shifted. */
function qlStep(values: Float64Array, off: Float64Array, rows: Float64Array, l: number, m: number): number {
  const n = values.length,
    before = values[l]!,
    slope = (values[l + 1]! - before) / (2 * off[l]!),
    root = slope < 0 ? -Math.hypot(slope, 1) : Math.hypot(slope, 1)
  const beside = off[l]!
  values[l] = beside / (slope + root)
  values[l + 1] = beside * (slope + root)
  const below = values[l + 1]!,
    shift = before - values[l]!,
    offBelow = off[l + 1]!
  for (let i = l + 2; i < n; i++) values[i]! -= shift
  let p = values[m]!,
    cosine = 1,
    cosineBefore = 1,
    cosineBeforeThat = 1,
    sine = 0,
    sineBefore = 0
  for (let i = m - 1; i >= l; i--) {
    cosineBeforeThat = cosineBefore
    cosineBefore = cosine
    sineBefore = sine
    const g = cosine * off[i]!,
      h = cosine * p,
      r = Math.hypot(p, off[i]!)
    off[i + 1] = sine * r
    sine = off[i]! / r
    cosine = p / r
    p = cosine * values[i]! - sine * g
    values[i + 1] = h + sine * (cosine * g + sine * values[i]!)
    for (let k = 0; k < n; k++) {
      const right = rows[k * n + i + 1]!,
        left = rows[k * n + i]!
      rows[k * n + i + 1] = sine * left + cosine * right
      rows[k * n + i] = cosine * left - sine * right
    }
  }
  p = (-sine * sineBefore * cosineBeforeThat * offBelow * off[l]!) / below
  off[l] = sine * p
  values[l] = cosine * p
  return shift
}
