import { uniformSequence } from '../../../../src/shared/domain/random.ts'
import type { Points } from '../../../../src/main/science/projection/neighbours.ts'

export const pointsOf = (rows: readonly (readonly number[])[]): Points => ({
  data: Float64Array.from(rows.flat()),
  pointCount: rows.length,
  dimensionCount: rows[0]!.length,
})

/** Five Gaussian clusters in eight dimensions, 3 apart along an axis each, SD 0.5; labels[i] tells the cluster. */
export function fiveClusters(perCluster: number, seed: number): { points: Points; labels: Int32Array } {
  const uniform = uniformSequence(seed, 'simulate')
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
  const labels = Int32Array.from({ length: 5 * perCluster }, (_, i) => i % 5)
  const data = Float32Array.from({ length: 8 * labels.length }, (_, at) => 0.5 * normal() + (at % 8 === labels[Math.floor(at / 8)] ? 3 : 0))
  return { points: { data, pointCount: labels.length, dimensionCount: 8 }, labels }
}

/** The result of a stepper, its progress thrown away. */
export function finish<Notice, Result>(stepper: Generator<Notice, Result>): Result {
  for (;;) {
    const next = stepper.next()
    if (next.done) return next.value
  }
}

/** All other points by distance, ties by index: what every faster search must find. */
export function plainNeighbours({ data, pointCount, dimensionCount }: Points, own: number): { index: number; distance: number }[] {
  return Array.from({ length: pointCount }, (_, index) => {
    let square = 0
    for (let d = 0; d < dimensionCount; d++) square += (data[index * dimensionCount + d]! - data[own * dimensionCount + d]!) ** 2
    return { index, square }
  })
    .filter(({ index }) => index !== own)
    .sort((a, b) => a.square - b.square || a.index - b.index)
    .map(({ index, square }) => ({ index, distance: Math.sqrt(square) }))
}

/** Share of the ten nearest in the picture that have the point's own label. */
export function purity(coordinates: Float64Array | Float32Array, labels: Int32Array): number {
  const picture: Points = { data: coordinates, pointCount: labels.length, dimensionCount: 2 }
  let same = 0
  labels.forEach((label, own) => {
    same += plainNeighbours(picture, own)
      .slice(0, 10)
      .filter(({ index }) => labels[index] === label).length
  })
  return same / (10 * labels.length)
}
