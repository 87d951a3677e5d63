import type { ConnectedVectors } from './connected-vectors.ts'
import { difference } from './difference.ts'
import { motor, sensory, type LabelStatistic } from './labels.ts'

/**
 * Coupling: the mean of x_i·x_j over pairs of a sensory and a motor channel, less half of the means over pairs i ≠ j within
 * each role. On μ these are the decoder's logits, on centred units cosines. Sums of vectors do for sums of products, so a
 * relabelling costs a pass over the vectors.
 * @returns NaN where a role has fewer than two connected channels
 * @source model spec 7.1
 */
export function couplingOf({ channels, data, dimensionCount }: ConnectedVectors): LabelStatistic {
  const count = channels.length,
    byDimension = Float64Array.from({ length: data.length }, (_, at) => data[(at % count) * dimensionCount + Math.floor(at / count)]!)
  const squares = new Float64Array(count)
  for (let at = 0; at < data.length; at++) squares[Math.floor(at / dimensionCount)]! += data[at]! ** 2
  const isSensory = new Float64Array(count),
    isMotor = new Float64Array(count)
  return ({ roles }) => {
    let sensoryCount = 0,
      motorCount = 0,
      amongSensory = 0,
      amongMotor = 0,
      across = 0
    for (let i = 0; i < count; i++) {
      const role = roles[channels[i]!]!,
        s = Number(role === sensory),
        m = Number(role === motor)
      isSensory[i] = s
      isMotor[i] = m
      sensoryCount += s
      motorCount += m
      amongSensory -= s * squares[i]!
      amongMotor -= m * squares[i]!
    }
    if (sensoryCount < 2 || motorCount < 2) return NaN
    // products with 0 and 1 instead of branches: labels are random, and a guess at them is wrong half of the time
    for (let d = 0, at = 0; d < dimensionCount; d++) {
      let s = 0,
        m = 0
      for (let i = 0; i < count; i++, at++) {
        const value = byDimension[at]!
        s += value * isSensory[i]!
        m += value * isMotor[i]!
      }
      across += s * m
      amongSensory += s * s
      amongMotor += m * m
    }
    return difference(
      across / (sensoryCount * motorCount),
      (amongSensory / (sensoryCount * (sensoryCount - 1)) + amongMotor / (motorCount * (motorCount - 1))) / 2,
    )
  }
}
