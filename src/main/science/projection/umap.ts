import { UMAP } from 'umap-js'
import { uniformSequence } from '../../../shared/domain/random.ts'
import type { Affinities } from './affinities.ts'
import { fuzzySet } from './fuzzy-set.ts'
import type { Neighbours, Points, Progress } from './neighbours.ts'
import { principalComponents } from './pca.ts'

export type UmapOptions = { minimumDistance: number; seed: number }

/** The start reaches this far from the middle, as in umap-learn. */
const startReach = 10
const startNoise = 1e-4
/** Other points to find for a neighbour count, which counts the point itself; umap-js wants fewer than all points. */
export const othersOf = (neighbourCount: number, pointCount: number): number => Math.min(neighbourCount, pointCount - 1) - 1

/** The matrix of bonds as umap-js asks for it; its own is keyed by text, which takes seconds for 20,000 points. */
type Graph = {
  nRows: number
  nCols: number
  getValues: () => Float64Array
  map: (change: (value: number) => number) => Graph
  getAll: () => { value: number; row: number; col: number }[]
}

function graphOf({ rowStarts, columns, values }: Affinities): Graph {
  const pointCount = rowStarts.length - 1
  return {
    nRows: pointCount,
    nCols: pointCount,
    getValues: () => values,
    map: (change) => graphOf({ rowStarts, columns, values: values.map(change) }),
    getAll: () => {
      const all: ReturnType<Graph['getAll']> = []
      for (let row = 0; row < pointCount; row++) {
        for (let e = rowStarts[row]!; e < rowStarts[row + 1]!; e++) all.push({ value: values[e]!, row, col: columns[e]! })
      }
      return all
    },
  }
}

/**
 * UMAP by umap-js with the fuzzy set of our exact neighbours and, instead of its random start, the first two principal
 * components with seeded noise; its number of epochs (500 for up to 2,500 points, 200 for more than 7,500). Bit-equal for
 * equal input and seed.
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
  const graph = graphOf(fuzzySet(neighbours, interrupt))
  // the neighbours are in the graph already, and the search graph is for points that come later
  model.setPrecomputedKNN([], [])
  Object.assign(model, { fuzzySimplicialSet: () => graph, makeSearchGraph: () => graph })
  // umap-js asks the points only for their number
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
