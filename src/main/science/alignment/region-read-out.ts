import { classScores, confusionOf } from '../evaluation/confusion.ts'
import { likeliestClass } from '../evaluation/probability-scores.ts'
import { readFold } from '../evaluation/read-out.ts'
import type { Fold } from '../evaluation/splits.ts'

export type RegionReadOutTask = {
  /** of one snapshot, [channelCount, dimensionCount] */
  vectors: Float32Array
  dimensionCount: number
  /** of the same snapshot, [channelCount] */
  degree: Int32Array
  /** [channelCount], −1 without one */
  regions: Int16Array
  regionCount: number
  /** of channels, by blocks of the array */
  folds: readonly Fold[]
}

/** Nothing of it is drawn: eight numbers need no principal components. */
const undrawn = (): number => 0.5

/**
 * Region read-out: how well the regions of connected channels are told from their five nearest among the channels of other
 * blocks of the array, as balanced accuracy over all folds; chance is one over the number of regions.
 * @returns NaN where fewer than two regions have connected channels, or the array cannot be cut into blocks
 * @source model spec 6.2, 7.1
 */
export function regionReadOut(task: RegionReadOutTask, interrupt: () => void): number {
  const { vectors, dimensionCount, degree, regions, regionCount, folds } = task
  const labels = Int32Array.from(regions, (region, c) => (degree[c]! > 0 ? region : -1)),
    present = new Set(labels.filter((label) => label >= 0))
  if (present.size < 2) return NaN
  const truth: number[] = [],
    read: number[] = []
  const points = { data: vectors, pointCount: degree.length, dimensionCount }
  for (const fold of folds) {
    const { test, train } = fold
    if (!train.some((c) => labels[c]! >= 0) || !test.some((c) => labels[c]! >= 0)) continue
    const { tested, probabilities } = readFold('neighbours', fold, {
      points,
      labels,
      classCount: regionCount,
      innerFolds: () => [],
      uniform: undrawn,
      interrupt,
    })
    for (const c of tested) truth.push(labels[c]!)
    read.push(...likeliestClass(probabilities, regionCount))
  }
  return truth.length > 0 ? classScores(confusionOf(truth, read, regionCount)).balancedAccuracy : NaN
}
