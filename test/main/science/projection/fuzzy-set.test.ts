import { expect, test } from 'vitest'
import { UMAP } from 'umap-js'
import { fuzzySet } from '../../../../src/main/science/projection/fuzzy-set.ts'
import { nearestNeighbours } from '../../../../src/main/science/projection/neighbours.ts'
import { neverInterrupts } from '../spike-trains.ts'
import { fiveClusters, finish } from './clusters.ts'

const { points } = fiveClusters(40, 3),
  neighbours = finish(nearestNeighbours(points, 9, neverInterrupts))

test('bonds are those of umap-js', () => {
  const rows = (values: Int32Array | Float64Array, own: (i: number) => number): number[][] =>
    Array.from({ length: points.pointCount }, (_, i) => [own(i), ...values.subarray(9 * i, 9 * (i + 1))])
  const model = new UMAP({ nNeighbors: 10 })
  model.setPrecomputedKNN(
    rows(neighbours.indexes, (i) => i),
    rows(neighbours.distances, () => 0),
  )
  model.initializeFit(Array.from({ length: points.pointCount }, () => []))
  const { graph } = model as unknown as { graph: { getAll: () => { value: number; row: number; col: number }[] } }
  const wanted = new Map(graph.getAll().flatMap(({ value, row, col }) => (value > 0 ? [[`${row} ${col}`, value]] : [])))

  const { rowStarts, columns, values } = fuzzySet(neighbours, neverInterrupts)
  expect(values).toHaveLength(wanted.size)
  for (let row = 0; row < points.pointCount; row++) {
    for (let e = rowStarts[row]!; e < rowStarts[row + 1]!; e++) expect(values[e]).toBeCloseTo(wanted.get(`${row} ${columns[e]}`)!, 12)
  }
})
