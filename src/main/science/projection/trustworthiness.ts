import { uniformSequence } from '../../../shared/domain/random.ts'
import { nearestNeighbours } from './neighbours.ts'
import type { Points, Progress } from './neighbours.ts'

const neighbourhood = 12
const mostPointsInFull = 3000
const sampleSize = 1500
/** The sample is the same for every projection of the same number of points, so that two can be compared. */
const sampleSeed = 12
const queriesBetweenInterrupts = 16

/** A fixed sample of points without repetition, ascending. */
function sampleOf(pointCount: number): Int32Array {
  if (pointCount <= mostPointsInFull) return Int32Array.from({ length: pointCount }, (_, i) => i)
  const indexes = Int32Array.from({ length: pointCount }, (_, i) => i),
    uniform = uniformSequence(sampleSeed, 'projection')
  for (let i = 0; i < sampleSize; i++) {
    const other = i + Math.floor(uniform() * (pointCount - i)),
      swapped = indexes[i]!
    indexes[i] = indexes[other]!
    indexes[other] = swapped
  }
  return indexes.slice(0, sampleSize).sort()
}

/**
 * Share of neighbourhoods kept, 0 to 1: T = 1 − 2/(n k (2n − 3k − 1)) Σ_i Σ_j (rank(i, j) − k) over those j that are among
 * the k = 12 nearest of i in the picture and not in the space; rank is j's place by distance from i in the space, ties by
 * index. Above 3,000 points the sum is over a fixed sample of 1,500 of them, each ranked exactly against all points.
 * With fewer than 25 points k is the largest below half of them.
 * @param picture [pointCount, 2]
 * @param interrupt called at least every 0.3 s
 * @returns yields progress over points
 * @source Venna & Kaski 2001
 */
export function* trustworthiness(space: Points, picture: Points, interrupt: () => void): Generator<Progress, number> {
  const { data, pointCount, dimensionCount } = space
  const k = Math.min(neighbourhood, Math.floor((pointCount - 1) / 2)),
    sample = sampleOf(pointCount)
  const { indexes } = yield* nearestNeighbours(picture, k, interrupt, { queries: sample })
  const squares = new Float64Array(pointCount),
    near = new Int32Array(k)
  let excess = 0
  for (let s = 0; s < sample.length; s++) {
    if (s % queriesBetweenInterrupts === 0) interrupt()
    const own = sample[s]!
    for (let j = 0; j < pointCount; j++) {
      let square = 0
      for (let d = 0, at = j * dimensionCount, from = own * dimensionCount; d < dimensionCount; d++, at++, from++) {
        const gap = data[at]! - data[from]!
        square += gap * gap
      }
      squares[j] = square
    }
    near.set(indexes.subarray(s * k, (s + 1) * k))
    for (let n = 0; n < k; n++) excess += Math.max(0, rankOf(squares, own, near[n]!) - k)
  }
  return 1 - (2 * excess) / (sample.length * k * (2 * pointCount - 3 * k - 1))
}

/** The place of `other` by distance from `own`, 1 for the nearest, ties by index. */
function rankOf(squares: Float64Array, own: number, other: number): number {
  const limit = squares[other]!
  let rank = 1
  for (let j = 0; j < squares.length; j++) {
    if (squares[j]! < limit || (squares[j]! === limit && j < other)) rank++
  }
  // the point itself is at distance 0 and no neighbour of its own
  return squares[own]! < limit || own < other ? rank - 1 : rank
}
