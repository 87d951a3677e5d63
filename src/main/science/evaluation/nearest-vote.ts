import type { Points } from '../projection/neighbours.ts'

/**
 * Shares of the classes among the nearest training points by Euclidean distance; ties in distance by index.
 * @param neighbourCount capped at the number of training points
 * @returns [test points, classCount]
 * @source model spec 6.2
 */
export function nearestVote(
  train: Points,
  labels: ArrayLike<number>,
  test: Points,
  { classCount, neighbourCount = 5 }: { classCount: number; neighbourCount?: number },
): Float64Array {
  const count = Math.min(neighbourCount, train.pointCount),
    D = train.dimensionCount
  const shares = new Float64Array(test.pointCount * classCount),
    squares = new Float64Array(train.pointCount)
  for (let k = 0; k < test.pointCount; k++) {
    for (let other = 0; other < train.pointCount; other++) {
      let square = 0
      for (let d = 0; d < D; d++) square += (test.data[k * D + d]! - train.data[other * D + d]!) ** 2
      squares[other] = square
    }
    const nearest = Array.from(squares.keys())
      .sort((a, b) => squares[a]! - squares[b]! || a - b)
      .slice(0, count)
    for (const other of nearest) shares[k * classCount + labels[other]!]! += 1 / count
  }
  return shares
}
