import type { HeldOutScores } from '../../../shared/domain/model-run.ts'
import { degrees } from '../rates.ts'
import { holdOutEdges } from './held-out-edges.ts'
import { degreeProducts, linkScores, productScores, type LinkTest } from './link-scores.ts'

export type HeldOutInput = {
  /** per snapshot: pairs i < j, sorted, [2·edgeCount]; the whole graph */
  edges: readonly Uint16Array[]
  channelCount: number
  /** μ of a training that did not see the pairs, [snapshotCount, channelCount, latentCount] */
  mean: Float32Array
  latentCount: number
  heldOut: { share: number; seed: number }
}

/**
 * How well μ_i·μ_j tells the edges that a training did not see from as many other pairs, beside the product of the degrees
 * that it did see: means over the snapshots that have both.
 * @source model spec 6.4
 */
export function heldOutLinks({ edges, channelCount, mean, latentCount, heldOut }: HeldOutInput): HeldOutScores {
  const perSnapshot = edges.flatMap((own, snapshot) => {
    const test = holdOutEdges(own, { channelCount, snapshot, ...heldOut }),
      model = linkScores(productScores(mean.subarray(snapshot * channelCount * latentCount), latentCount, test.pairs), test),
      seen = degrees(own, channelCount).map((degree, c) => degree - heldDegree(test, c)),
      plain = linkScores(degreeProducts(seen, test.pairs), test)
    return Number.isNaN(model.auc) ? [] : [{ model, plain, edgeCount: model.edgeCount }]
  })
  const over = (pick: (one: (typeof perSnapshot)[number]) => number): number | null =>
    perSnapshot.length > 0 ? perSnapshot.reduce((sum, one) => sum + pick(one), 0) / perSnapshot.length : null
  return {
    auc: over(({ model }) => model.auc),
    averagePrecision: over(({ model }) => model.averagePrecision),
    degreeProductAuc: over(({ plain }) => plain.auc),
    degreeProductAveragePrecision: over(({ plain }) => plain.averagePrecision),
    edgeCount: perSnapshot.reduce((sum, one) => sum + one.edgeCount, 0),
    snapshotCount: perSnapshot.length,
  }
}

function heldDegree({ pairs, isEdge }: LinkTest, channel: number): number {
  let count = 0
  for (let e = 0; e < isEdge.length; e++) if (isEdge[e] === 1 && (pairs[2 * e] === channel || pairs[2 * e + 1] === channel)) count++
  return count
}
