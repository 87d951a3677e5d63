import type { Points } from '../projection/neighbours.ts'
import { minimise } from './minimise.ts'

/** Log-odds of the classes: one column for two classes (the second against the first), else one per class. */
export type LogisticModel = {
  classCount: number
  /** [columns, dimensionCount + 1], the intercept last */
  weights: Float64Array
}

/**
 * Multinomial logistic regression with a ridge: minimises Σ −log p(own class) + λ/2 Σ w², intercepts free. With two classes
 * there is one set of weights, with more one per class.
 * @param ridge λ, above 0
 * @param from where the search begins; the minimum is one, so this only saves time
 * @source model spec 6.2; scikit-learn's LogisticRegression with C = 1/λ
 */
export function fitLogistic(
  points: Points,
  labels: ArrayLike<number>,
  { classCount, ridge, from }: { classCount: number; ridge: number; from?: LogisticModel },
): LogisticModel {
  const columns = classCount === 2 ? 1 : classCount
  const start = from?.weights ?? new Float64Array(columns * (points.dimensionCount + 1))
  const weights = minimise(start, (at, gradient) => lossAt(points, labels, { classCount, ridge, weights: at }, gradient))
  return { classCount, weights }
}

/** Probabilities of the classes for each point, [pointCount, classCount]. */
export function logisticProbabilities(
  { classCount, weights }: LogisticModel,
  { data, pointCount, dimensionCount: D }: Points,
): Float64Array {
  const probabilities = new Float64Array(pointCount * classCount),
    row = new Float64Array(classCount)
  for (let k = 0; k < pointCount; k++) {
    oddsOf(row, classCount, weights, data, k, D)
    softmax(row)
    probabilities.set(row, k * classCount)
  }
  return probabilities
}

/** Log-odds of a point's classes into `row`; the first of two classes has 0. */
function oddsOf(row: Float64Array, classCount: number, weights: Float64Array, data: ArrayLike<number>, k: number, D: number): void {
  const first = classCount === 2 ? 1 : 0
  row[0] = 0
  for (let c = first; c < classCount; c++) {
    const own = (c - first) * (D + 1)
    let sum = weights[own + D]!
    for (let d = 0; d < D; d++) sum += weights[own + d]! * data[k * D + d]!
    row[c] = sum
  }
}

function softmax(row: Float64Array): void {
  let highest = -Infinity,
    sum = 0
  for (const value of row) highest = Math.max(highest, value)
  for (let c = 0; c < row.length; c++) sum += row[c] = Math.exp(row[c]! - highest)
  for (let c = 0; c < row.length; c++) row[c]! /= sum
}

function lossAt(
  { data, pointCount, dimensionCount: D }: Points,
  labels: ArrayLike<number>,
  { classCount, ridge, weights }: LogisticModel & { ridge: number },
  gradient: Float64Array,
): number {
  const row = new Float64Array(classCount),
    first = classCount === 2 ? 1 : 0
  let loss = 0
  for (let at = 0; at < weights.length; at++) {
    const isIntercept = at % (D + 1) === D
    gradient[at] = isIntercept ? 0 : ridge * weights[at]!
    if (!isIntercept) loss += (ridge / 2) * weights[at]! ** 2
  }
  for (let k = 0; k < pointCount; k++) {
    const label = labels[k]!
    oddsOf(row, classCount, weights, data, k, D)
    const own = row[label]!
    let highest = -Infinity,
      sum = 0
    for (const value of row) highest = Math.max(highest, value)
    for (const value of row) sum += Math.exp(value - highest)
    loss += highest + Math.log(sum) - own
    for (let c = first; c < classCount; c++) {
      const excess = Math.exp(row[c]! - highest) / sum - (c === label ? 1 : 0),
        at = (c - first) * (D + 1)
      for (let d = 0; d < D; d++) gradient[at + d]! += excess * data[k * D + d]!
      gradient[at + D]! += excess
    }
  }
  return loss
}
