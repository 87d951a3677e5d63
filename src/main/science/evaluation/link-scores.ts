import { areaUnderCurve, averagePrecision } from './rank-scores.ts'

/** How well a score tells edges from other pairs; NaN where there are only edges or none. */
export type LinkScores = { auc: number; averagePrecision: number; edgeCount: number; pairCount: number }

/** Pairs i < j with a 1 for each edge among them. */
export type LinkTest = { pairs: Uint16Array; isEdge: Uint8Array }

/** Scores of pairs against their edges. */
export function linkScores(scores: ArrayLike<number>, { isEdge }: Pick<LinkTest, 'isEdge'>): LinkScores {
  return {
    auc: areaUnderCurve(scores, isEdge),
    averagePrecision: averagePrecision(scores, isEdge),
    edgeCount: isEdge.reduce((sum, one) => sum + one, 0),
    pairCount: isEdge.length,
  }
}

/**
 * Products μ_i · μ_j of pairs of channels: the decoder's log-odds of an edge.
 * @param vectors [channelCount, latentCount] of one snapshot
 */
export function productScores(vectors: ArrayLike<number>, latentCount: number, pairs: Uint16Array): Float64Array {
  return Float64Array.from({ length: pairs.length / 2 }, (_, e) => {
    const i = pairs[2 * e]! * latentCount,
      j = pairs[2 * e + 1]! * latentCount
    let sum = 0
    for (let z = 0; z < latentCount; z++) sum += vectors[i + z]! * vectors[j + z]!
    return sum
  })
}

/** Product of both degrees (preferential attachment): who is linked a lot is linked anyway. */
export function degreeProducts(degree: ArrayLike<number>, pairs: Uint16Array): Float64Array {
  return Float64Array.from({ length: pairs.length / 2 }, (_, e) => degree[pairs[2 * e]!]! * degree[pairs[2 * e + 1]!]!)
}
