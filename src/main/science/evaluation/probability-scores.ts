import { areaUnderCurve } from './rank-scores.ts'

/** Probabilities of the classes, case after case, [caseCount, classCount]; each row sums to 1. */
export type Probabilities = Float64Array

/** Lower probabilities count as this one, so that a single certain mistake is not an infinite loss. */
const leastProbability = 1e-15

/** The likeliest class of each case, the first of equals. */
export function likeliestClass(probabilities: Probabilities, classCount: number): Int32Array {
  return Int32Array.from({ length: probabilities.length / classCount }, (_, k) => {
    let best = 0
    for (let c = 1; c < classCount; c++) if (probabilities[k * classCount + c]! > probabilities[k * classCount + best]!) best = c
    return best
  })
}

/** Mean −log of the probability given to the true class. */
export function logLoss(probabilities: Probabilities, truth: ArrayLike<number>, classCount: number): number {
  let sum = 0
  for (let k = 0; k < truth.length; k++) sum -= Math.log(Math.max(leastProbability, probabilities[k * classCount + truth[k]!]!))
  return sum / truth.length
}

/** Mean over cases of Σ_c (p_c − [c is true])²; 0 to 2, whatever the number of classes. */
export function brierScore(probabilities: Probabilities, truth: ArrayLike<number>, classCount: number): number {
  let sum = 0
  for (let k = 0; k < truth.length; k++) {
    for (let c = 0; c < classCount; c++) sum += (probabilities[k * classCount + c]! - (truth[k] === c ? 1 : 0)) ** 2
  }
  return sum / truth.length
}

/** Mean over the classes of the area under the curve of one against the rest; classes without both sides are left out. */
export function oneAgainstRest(probabilities: Probabilities, truth: ArrayLike<number>, classCount: number): number {
  const areas: number[] = []
  for (let c = 0; c < classCount; c++) {
    const scores = Float64Array.from({ length: truth.length }, (_, k) => probabilities[k * classCount + c]!)
    const area = areaUnderCurve(
      scores,
      Array.from(truth, (own) => (own === c ? 1 : 0)),
    )
    if (Number.isFinite(area)) areas.push(area)
  }
  return areas.length > 0 ? areas.reduce((sum, area) => sum + area, 0) / areas.length : NaN
}
