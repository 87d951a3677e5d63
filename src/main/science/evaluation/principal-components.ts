import type { Draw } from '../draws.ts'
import { leadingEigenpairs } from '../leading-eigenpairs.ts'
import type { Points } from '../projection/neighbours.ts'

/** Components this much smaller than the first are rounding. */
const leastShare = 1e-10

/**
 * Principal components of some points, for projecting these and others: centre and basis come from the points given only.
 * Works on the smaller of both sides, so that a hundred windows of ten thousand numbers are quick.
 * @param most components at most; fewer where fewer vary
 * @returns a function that projects points of the same dimensions
 * @source model spec 6.2
 */
export function fitComponents(points: Points, most: number, uniform: Draw, interrupt: () => void = () => {}): (others: Points) => Points {
  const { data, pointCount: n, dimensionCount: D } = points
  const centre = new Float64Array(D)
  for (let k = 0; k < n; k++) for (let d = 0; d < D; d++) centre[d]! += data[k * D + d]! / n
  const centred = Float64Array.from({ length: n * D }, (_, at) => data[at]! - centre[at % D]!)
  const count = Math.min(most, n - 1, D)
  const basis = n <= D ? fromPoints(centred, n, D, count, uniform, interrupt) : fromDimensions(centred, n, D, count, uniform, interrupt)
  const kept = basis.length / D

  return (others) => {
    const projected = new Float64Array(others.pointCount * kept)
    for (let k = 0; k < others.pointCount; k++) {
      for (let c = 0; c < kept; c++) {
        let sum = 0
        for (let d = 0; d < D; d++) sum += (others.data[k * D + d]! - centre[d]!) * basis[c * D + d]!
        projected[k * kept + c] = sum
      }
    }
    return { data: projected, pointCount: others.pointCount, dimensionCount: kept }
  }
}

/** Axes [components, D] from the products of points with points. */
function fromPoints(centred: Float64Array, n: number, D: number, count: number, uniform: Draw, interrupt: () => void): Float64Array {
  const products = new Float64Array(n * n)
  for (let a = 0; a < n; a++) {
    interrupt()
    for (let b = 0; b <= a; b++) {
      let sum = 0
      for (let d = 0; d < D; d++) sum += centred[a * D + d]! * centred[b * D + d]!
      products[a * n + b] = products[b * n + a] = sum
    }
  }
  const { values, vectors } = leadingEigenpairs(denseOperator(products, n), count, uniform, interrupt)
  const kept = keptOf(values),
    basis = new Float64Array(kept * D)
  for (let c = 0; c < kept; c++) {
    for (let k = 0; k < n; k++) {
      const weight = vectors[c * n + k]! / Math.sqrt(values[c]!)
      for (let d = 0; d < D; d++) basis[c * D + d]! += weight * centred[k * D + d]!
    }
  }
  return basis
}

/** Axes [components, D] from the products of dimensions with dimensions. */
function fromDimensions(centred: Float64Array, n: number, D: number, count: number, uniform: Draw, interrupt: () => void): Float64Array {
  const products = new Float64Array(D * D)
  for (let k = 0; k < n; k++) {
    if (k % 64 === 0) interrupt()
    for (let a = 0; a < D; a++) {
      const value = centred[k * D + a]!
      for (let b = 0; b < D; b++) products[a * D + b]! += value * centred[k * D + b]!
    }
  }
  const { values, vectors } = leadingEigenpairs(denseOperator(products, D), count, uniform, interrupt)
  return vectors.slice(0, keptOf(values) * D)
}

const keptOf = (values: Float64Array): number => values.filter((value) => value > leastShare * Math.max(values[0] ?? 0, 1e-300)).length

/** A symmetric matrix [size, size] as an operator. */
export function denseOperator(matrix: Float64Array, size: number) {
  return {
    size,
    multiply: (vector: Float64Array): Float64Array => {
      const product = new Float64Array(size)
      for (let i = 0; i < size; i++) {
        let sum = 0
        for (let j = 0, at = i * size; j < size; j++, at++) sum += matrix[at]! * vector[j]!
        product[i] = sum
      }
      return product
    },
  }
}
