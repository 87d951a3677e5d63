import { PCA } from 'ml-pca'
import type { Points } from './neighbours.ts'

export type PrincipalComponents = {
  /** centred, [pointCount, componentCount]; a component that does not exist is 0 */
  coordinates: Float64Array
  /** share of the variance in these components, 0 to 1; 0 where nothing varies */
  explainedVariance: number
}

/**
 * The first principal components. Signs are fixed: the largest |loading| of a component is positive, the first of equals
 * counting.
 * @param points at least two points of finite coordinates
 * @param interrupt called now and then
 */
export function principalComponents(points: Points, componentCount = 2, interrupt = (): void => {}): PrincipalComponents {
  const { data, pointCount, dimensionCount } = points,
    coordinates = new Float64Array(componentCount * pointCount)
  if (allCoincide(points)) return { coordinates, explainedVariance: 0 }
  const centre = centreOf(points)
  // the covariance is small however many points there are
  const covariance = covarianceOf(points, centre, interrupt)
  const rows = Array.from({ length: dimensionCount }, (_, d) =>
    Array.from(covariance.subarray(d * dimensionCount, (d + 1) * dimensionCount)),
  )
  const pca = new PCA(rows, { isCovarianceMatrix: true }),
    loadings = pca.getLoadings().to2DArray()
  loadings.slice(0, componentCount).forEach((loading, component) => {
    const strongest = loading.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0)
    const sign = strongest < 0 ? -1 : 1
    for (let i = 0; i < pointCount; i++) {
      let projected = 0
      for (let d = 0; d < dimensionCount; d++) projected += loading[d]! * (data[i * dimensionCount + d]! - centre[d]!)
      coordinates[componentCount * i + component] = sign * projected
    }
  })
  const explained = pca.getExplainedVariance().slice(0, componentCount)
  return {
    coordinates,
    explainedVariance: Math.min(
      1,
      explained.reduce((sum, share) => sum + share, 0),
    ),
  }
}

function allCoincide({ data, dimensionCount }: Points): boolean {
  for (let at = dimensionCount; at < data.length; at++) if (data[at] !== data[at - dimensionCount]) return false
  return true
}

function centreOf({ data, pointCount, dimensionCount }: Points): Float64Array {
  const centre = new Float64Array(dimensionCount)
  for (let i = 0, at = 0; i < pointCount; i++) for (let d = 0; d < dimensionCount; d++, at++) centre[d]! += data[at]! / pointCount
  return centre
}

/** [dimensionCount, dimensionCount], over pointCount − 1 */
function covarianceOf({ data, pointCount, dimensionCount }: Points, centre: Float64Array, interrupt: () => void): Float64Array {
  const covariance = new Float64Array(dimensionCount * dimensionCount),
    row = new Float64Array(dimensionCount)
  for (let i = 0; i < pointCount; i++) {
    if (i % 64 === 0) interrupt()
    for (let d = 0; d < dimensionCount; d++) row[d] = data[i * dimensionCount + d]! - centre[d]!
    for (let a = 0; a < dimensionCount; a++) {
      const value = row[a]! / (pointCount - 1)
      if (value === 0) continue
      for (let b = a, at = a * dimensionCount + a; b < dimensionCount; b++, at++) covariance[at]! += value * row[b]!
    }
  }
  for (let a = 0; a < dimensionCount; a++) {
    for (let b = 0; b < a; b++) covariance[a * dimensionCount + b] = covariance[b * dimensionCount + a]!
  }
  return covariance
}
