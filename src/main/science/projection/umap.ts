import { UMAP } from 'umap-js'
import { uniformSequence } from '../../../shared/domain/random.ts'
import type { Neighbours, Points, Progress } from './neighbours.ts'
import { principalComponents } from './pca.ts'

export type UmapOptions = { minimumDistance: number; seed: number }

/** The start reaches this far from the middle, as in umap-learn. */
const startReach = 10
const startNoise = 1e-4
/** A neighbour at distance 0 would send umap-js through all points for each of its copies. */
const leastDistance = 1e-12

/** Other points to find for a neighbour count, which counts the point itself; umap-js wants fewer than all points. */
export const othersOf = (neighbourCount: number, pointCount: number): number => Math.min(neighbourCount, pointCount - 1) - 1

/** Rows as umap-js takes them: the point itself first, at distance 0. */
function rowsOf(values: Int32Array | Float64Array, width: number, own: (i: number) => number, least: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) => [
    own(i),
    ...Array.from(values.subarray(i * width, (i + 1) * width), (value) => Math.max(value, least)),
  ])
}

/**
 * UMAP by umap-js with our exact neighbours and, instead of its random start, the first two principal components with
 * seeded noise; its number of epochs (500 for up to 2,500 points, 200 for more than 7,500). Bit-equal for equal input
 * and seed. Weighing the neighbours cannot be interrupted: some seconds for 20,000 points.
 * @param neighbours of all points, `othersOf(neighbourCount, pointCount)` each
 * @param interrupt called after every epoch
 * @returns yields progress over epochs; coordinates, [pointCount, 2]
 * @source McInnes, Healy & Melville 2018; start: Kobak & Linderman 2021
 */
export function* umap(
  points: Points,
  neighbours: Neighbours,
  { minimumDistance, seed }: UmapOptions,
  interrupt: () => void,
): Generator<Progress, Float64Array> {
  yield { done: 0, total: 1 }
  const { pointCount } = points,
    { neighbourCount } = neighbours,
    random = uniformSequence(seed, 'projection')
  const model = new UMAP({ nComponents: 2, nNeighbors: neighbourCount + 1, minDist: minimumDistance, random })
  model.setPrecomputedKNN(
    rowsOf(neighbours.indexes, neighbourCount, (i) => i, 0),
    rowsOf(neighbours.distances, neighbourCount, () => 0, leastDistance),
  )
  // with neighbours given, umap-js asks the points only for their number
  const epochs = model.initializeFit(Array.from({ length: pointCount }, () => []))
  interrupt()

  const { coordinates } = principalComponents(points)
  const reach = coordinates.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1
  const embedding = model.getEmbedding() // the array that the steps move, not a copy
  for (let i = 0; i < pointCount; i++) {
    for (let axis = 0; axis < 2; axis++) {
      embedding[i]![axis] = (coordinates[2 * i + axis]! / reach) * startReach + (random() - 0.5) * startNoise
    }
  }
  for (let epoch = 0; epoch < epochs; epoch++) {
    yield { done: epoch, total: epochs }
    model.step()
    interrupt()
  }
  return Float64Array.from(model.getEmbedding().flat())
}
