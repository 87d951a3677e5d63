import type { Points } from '../projection/neighbours.ts'
import type { Draw } from '../draws.ts'

export type KMeans = {
  /** of each point, from 0 */
  cluster: Int32Array
  /** [clusterCount, dimensionCount] */
  centres: Float64Array
  /** sum of squared distances to the own centre */
  inertia: number
}

const mostRounds = 300

/**
 * k-means: the best of several starts, each seeded by k-means++ and moved by Lloyd's rounds until nothing changes. A cluster
 * that loses all its points takes the point farthest from its centre.
 * @param clusterCount at most the number of points
 * @param uniform the only source of chance
 * @source model spec 6.3; Arthur & Vassilvitskii 2007
 */
export function kMeans(
  points: Points,
  clusterCount: number,
  { uniform, startCount = 50, interrupt = () => {} }: { uniform: Draw; startCount?: number; interrupt?: () => void },
): KMeans {
  let best: KMeans | null = null
  for (let start = 0; start < startCount; start++) {
    interrupt()
    const found = lloyd(points, plusPlusCentres(points, clusterCount, uniform), interrupt)
    if (best === null || found.inertia < best.inertia) best = found
  }
  return best!
}

function squareTo({ data, dimensionCount }: Points, k: number, centres: Float64Array, c: number): number {
  let sum = 0
  for (let d = 0, at = k * dimensionCount, to = c * dimensionCount; d < dimensionCount; d++) sum += (data[at + d]! - centres[to + d]!) ** 2
  return sum
}

/** Centres at points, each next one drawn in proportion to the squared distance from those already there. */
function plusPlusCentres(points: Points, clusterCount: number, uniform: Draw): Float64Array {
  const { data, pointCount, dimensionCount } = points
  const centres = new Float64Array(clusterCount * dimensionCount),
    nearest = new Float64Array(pointCount).fill(Infinity)
  let chosen = Math.min(pointCount - 1, Math.floor(uniform() * pointCount))
  for (let c = 0; c < clusterCount; c++) {
    for (let d = 0; d < dimensionCount; d++) centres[c * dimensionCount + d] = data[chosen * dimensionCount + d]!
    let total = 0
    for (let k = 0; k < pointCount; k++) total += nearest[k] = Math.min(nearest[k]!, squareTo(points, k, centres, c))
    let left = uniform() * total
    chosen = 0
    while (chosen < pointCount - 1 && (left -= nearest[chosen]!) > 0) chosen++
  }
  return centres
}

function lloyd(points: Points, centres: Float64Array, interrupt: () => void): KMeans {
  const { data, pointCount, dimensionCount } = points,
    clusterCount = centres.length / dimensionCount
  const cluster = new Int32Array(pointCount).fill(-1),
    squares = new Float64Array(pointCount)
  for (let round = 0; ; round++) {
    if (round % 16 === 15) interrupt()
    let changed = false
    for (let k = 0; k < pointCount; k++) {
      let nearest = 0,
        least = Infinity
      for (let c = 0; c < clusterCount; c++) {
        const square = squareTo(points, k, centres, c)
        if (square < least) {
          least = square
          nearest = c
        }
      }
      squares[k] = least
      if (cluster[k] !== nearest) changed = true
      cluster[k] = nearest
    }
    if (!changed || round === mostRounds) break
    moveCentres(centres, cluster, squares, { data, pointCount, dimensionCount })
  }
  return { cluster, centres, inertia: squares.reduce((sum, square) => sum + square, 0) }
}

function moveCentres(centres: Float64Array, cluster: Int32Array, squares: Float64Array, points: Points): void {
  const { data, pointCount, dimensionCount } = points,
    sizes = new Uint32Array(centres.length / dimensionCount)
  for (const one of cluster) sizes[one]!++
  sizes.forEach((size, c) => {
    if (size > 0) return
    const farthest = squares.reduce((most, square, k) => (square > squares[most]! ? k : most), 0)
    sizes[cluster[farthest]!]!--
    cluster[farthest] = c
    squares[farthest] = 0
    sizes[c] = 1
  })
  centres.fill(0)
  for (let k = 0; k < pointCount; k++) {
    for (let d = 0; d < dimensionCount; d++) centres[cluster[k]! * dimensionCount + d]! += data[k * dimensionCount + d]!
  }
  for (let at = 0; at < centres.length; at++) centres[at]! /= Math.max(1, sizes[Math.floor(at / dimensionCount)]!)
}
