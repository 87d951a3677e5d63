import { PCA } from 'ml-pca'
import type { Points } from './neighbours.ts'

export type PrincipalComponents = {
  /** centred, [pointCount, 2]; a component that does not exist is 0 */
  coordinates: Float64Array
  /** share of the variance in the two components, 0 to 1; 0 where nothing varies */
  explainedVariance: number
}

/**
 * The first two principal components. Signs are fixed: the largest |loading| of a component is positive, the first
 * of equals counting.
 * @param points at least two points of finite coordinates
 */
export function principalComponents({ data, pointCount, dimensionCount }: Points): PrincipalComponents {
  const rows = Array.from({ length: pointCount }, (_, i) => Array.from(data.subarray(i * dimensionCount, (i + 1) * dimensionCount)))
  const centre = new Float64Array(dimensionCount)
  for (const row of rows)
    row.forEach((value, d) => {
      centre[d]! += value / pointCount
    })
  const coordinates = new Float64Array(2 * pointCount)
  if (rows.every((row) => row.every((value, d) => value === rows[0]![d]))) return { coordinates, explainedVariance: 0 }

  // the covariance is small however many points there are
  const covariance = Array.from({ length: dimensionCount }, () => new Array<number>(dimensionCount).fill(0))
  for (const row of rows) {
    for (let a = 0; a < dimensionCount; a++) {
      for (let b = 0; b < dimensionCount; b++) covariance[a]![b]! += ((row[a]! - centre[a]!) * (row[b]! - centre[b]!)) / (pointCount - 1)
    }
  }
  const pca = new PCA(covariance, { isCovarianceMatrix: true }),
    loadings = pca.getLoadings().to2DArray()
  loadings.slice(0, 2).forEach((loading, component) => {
    const strongest = loading.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0)
    const sign = strongest < 0 ? -1 : 1
    rows.forEach((row, i) => {
      let projected = 0
      for (let d = 0; d < dimensionCount; d++) projected += loading[d]! * (row[d]! - centre[d]!)
      coordinates[2 * i + component] = sign * projected
    })
  })
  const explained = pca.getExplainedVariance()
  return { coordinates, explainedVariance: Math.min(1, (explained[0] ?? 0) + (explained[1] ?? 0)) }
}
