/** Indexes of the scores from the highest down, ties in the order given. */
const fromHighest = (scores: ArrayLike<number>): Uint32Array =>
  Uint32Array.from({ length: scores.length }, (_, k) => k).sort((a, b) => scores[b]! - scores[a]! || a - b)

/**
 * Area under the ROC curve: the chance that a positive case scores above a negative one, ties counting half.
 * @param isPositive 1 for a positive case, 0 for a negative one
 * @returns 0 to 1; NaN where either kind is missing
 */
export function areaUnderCurve(scores: ArrayLike<number>, isPositive: ArrayLike<number>): number {
  const order = fromHighest(scores)
  let positives = 0,
    negatives = 0,
    area = 0
  for (let k = 0; k < order.length;) {
    let tiedPositives = 0,
      tiedNegatives = 0
    const score = scores[order[k]!]!
    for (; k < order.length && scores[order[k]!]! === score; k++) {
      if (isPositive[order[k]!] === 1) tiedPositives++
      else tiedNegatives++
    }
    area += tiedNegatives * (positives + tiedPositives / 2)
    positives += tiedPositives
    negatives += tiedNegatives
  }
  return positives > 0 && negatives > 0 ? area / (positives * negatives) : NaN
}

/**
 * Average precision: Σ (R_n − R_{n−1}) P_n over the thresholds from the highest down, without interpolation.
 * @returns 0 to 1; NaN where no case is positive
 * @source as scikit-learn's average_precision_score
 */
export function averagePrecision(scores: ArrayLike<number>, isPositive: ArrayLike<number>): number {
  const order = fromHighest(scores)
  let positives = 0,
    sum = 0
  for (let k = 0; k < order.length;) {
    let tied = 0
    const score = scores[order[k]!]!
    for (; k < order.length && scores[order[k]!]! === score; k++) tied += isPositive[order[k]!] === 1 ? 1 : 0
    positives += tied
    sum += tied * (positives / k)
  }
  return positives > 0 ? sum / positives : NaN
}
