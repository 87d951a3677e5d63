import type { Draw } from '../draws.ts'
import type { Points } from '../projection/neighbours.ts'
import { fitComponents } from './principal-components.ts'

/** The points of some indexes, in that order. */
export function chosenPoints({ data, dimensionCount }: Points, indexes: ArrayLike<number>): Points {
  const chosen = new Float64Array(indexes.length * dimensionCount)
  for (let k = 0; k < indexes.length; k++) {
    for (let d = 0; d < dimensionCount; d++) chosen[k * dimensionCount + d] = data[indexes[k]! * dimensionCount + d]!
  }
  return { data: chosen, pointCount: indexes.length, dimensionCount }
}

/** Beyond so many numbers a vector is brought down to its principal components. */
const mostDimensions = 40,
  mostComponents = 20

/**
 * Scales points as the training points are: every number z-scored (0 where it is constant in training); vectors longer than
 * 40 brought to at most 20 principal components of the training points, together scaled to unit mean variance. Nothing is
 * learned from points that come later.
 * @source model spec 6.1, 6.2
 */
export function fitScaling(train: Points, uniform: Draw, interrupt: () => void = () => {}): (points: Points) => Points {
  const { data, pointCount, dimensionCount: D } = train
  const mean = new Float64Array(D),
    variance = new Float64Array(D)
  for (let k = 0; k < pointCount; k++) for (let d = 0; d < D; d++) mean[d]! += data[k * D + d]! / pointCount
  for (let k = 0; k < pointCount; k++) for (let d = 0; d < D; d++) variance[d]! += (data[k * D + d]! - mean[d]!) ** 2 / pointCount
  const zScored = (points: Points): Points => ({
    ...points,
    data: Float64Array.from({ length: points.pointCount * D }, (_, at) => {
      const d = at % D
      return variance[d]! > 1e-12 * (1 + mean[d]! ** 2) ? (points.data[at]! - mean[d]!) / Math.sqrt(variance[d]!) : 0
    }),
  })
  if (D <= mostDimensions) return zScored
  const ours = zScored(train)
  const toComponents = fitComponents(ours, mostComponents, uniform, interrupt)
  const projected = toComponents(ours)
  let square = 0
  for (const value of projected.data) square += value * value
  const meanVariance = square / Math.max(1, projected.data.length)
  const scale = meanVariance > 0 ? 1 / Math.sqrt(meanVariance) : 0
  return (points) => {
    const components = toComponents(zScored(points))
    return { ...components, data: components.data.map((value) => value * scale) }
  }
}
