import type { Points } from '../projection/neighbours.ts'

/** Scores of a clustering from the points alone, without labels. */
export type ClusterScores = { silhouette: number; daviesBouldin: number; calinskiHarabasz: number }

/**
 * Silhouette (mean over points; 0 for a point alone in its cluster), Davies–Bouldin and Calinski–Harabasz indices, by
 * Euclidean distance in the space given: the embedding's, never a picture's.
 * @param cluster of each point, from 0; every cluster has a point
 * @returns null where there are fewer than 2 clusters or as many as points
 * @source model spec 6.3; Rousseeuw 1987, Davies & Bouldin 1979, Caliński & Harabasz 1974
 */
export function clusterScores(points: Points, cluster: Int32Array, interrupt: () => void = () => {}): ClusterScores | null {
  const clusterCount = cluster.reduce((most, one) => Math.max(most, one), -1) + 1
  if (clusterCount < 2 || clusterCount >= points.pointCount) return null
  const sizes = new Float64Array(clusterCount)
  for (const one of cluster) sizes[one]!++
  const centres = centresOf(points, cluster, sizes)
  return {
    silhouette: silhouette(points, cluster, sizes, interrupt),
    daviesBouldin: daviesBouldin(points, cluster, sizes, centres),
    calinskiHarabasz: calinskiHarabasz(points, cluster, sizes, centres),
  }
}

function centresOf({ data, pointCount, dimensionCount }: Points, cluster: Int32Array, sizes: Float64Array): Float64Array {
  const centres = new Float64Array(sizes.length * dimensionCount)
  for (let k = 0; k < pointCount; k++) {
    for (let d = 0; d < dimensionCount; d++)
      centres[cluster[k]! * dimensionCount + d]! += data[k * dimensionCount + d]! / sizes[cluster[k]!]!
  }
  return centres
}

function square(a: ArrayLike<number>, atA: number, b: ArrayLike<number>, atB: number, dimensionCount: number): number {
  let sum = 0
  for (let d = 0; d < dimensionCount; d++) sum += (a[atA * dimensionCount + d]! - b[atB * dimensionCount + d]!) ** 2
  return sum
}

function silhouette({ data, pointCount, dimensionCount }: Points, cluster: Int32Array, sizes: Float64Array, interrupt: () => void): number {
  const sums = new Float64Array(sizes.length)
  let total = 0
  for (let k = 0; k < pointCount; k++) {
    if (k % 64 === 0) interrupt()
    const own = cluster[k]!
    if (sizes[own] === 1) continue
    sums.fill(0)
    for (let other = 0; other < pointCount; other++) sums[cluster[other]!]! += Math.sqrt(square(data, k, data, other, dimensionCount))
    const inside = sums[own]! / (sizes[own]! - 1)
    let nearest = Infinity
    sums.forEach((sum, one) => {
      if (one !== own && sizes[one]! > 0) nearest = Math.min(nearest, sum / sizes[one]!)
    })
    const larger = Math.max(inside, nearest)
    if (larger > 0) total += (nearest - inside) / larger
  }
  return total / pointCount
}

function daviesBouldin(
  { data, pointCount, dimensionCount }: Points,
  cluster: Int32Array,
  sizes: Float64Array,
  centres: Float64Array,
): number {
  const spread = new Float64Array(sizes.length)
  for (let k = 0; k < pointCount; k++)
    spread[cluster[k]!]! += Math.sqrt(square(data, k, centres, cluster[k]!, dimensionCount)) / sizes[cluster[k]!]!
  let sum = 0
  for (let a = 0; a < sizes.length; a++) {
    let worst = 0
    for (let b = 0; b < sizes.length; b++) {
      const apart = Math.sqrt(square(centres, a, centres, b, dimensionCount))
      if (a !== b && apart > 0) worst = Math.max(worst, (spread[a]! + spread[b]!) / apart)
    }
    sum += worst
  }
  return sum / sizes.length
}

function calinskiHarabasz(
  { data, pointCount, dimensionCount }: Points,
  cluster: Int32Array,
  sizes: Float64Array,
  centres: Float64Array,
): number {
  const middle = new Float64Array(dimensionCount)
  for (let k = 0; k < pointCount; k++) for (let d = 0; d < dimensionCount; d++) middle[d]! += data[k * dimensionCount + d]! / pointCount
  let within = 0,
    between = 0
  for (let k = 0; k < pointCount; k++) within += square(data, k, centres, cluster[k]!, dimensionCount)
  for (let c = 0; c < sizes.length; c++) between += sizes[c]! * square(centres, c, middle, 0, dimensionCount)
  return within === 0 ? 1 : (between * (pointCount - sizes.length)) / (within * (sizes.length - 1))
}
