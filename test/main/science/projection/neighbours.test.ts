import { expect, test } from 'vitest'
import fc from 'fast-check'
import { nearestNeighbours } from '../../../../src/main/science/projection/neighbours.ts'
import type { Points } from '../../../../src/main/science/projection/neighbours.ts'
import reference from '../../../fixtures/statistics/projection.json' with { type: 'json' }
import { neverInterrupts } from '../spike-trains.ts'
import { fiveClusters, finish, plainNeighbours, pointsOf } from './clusters.ts'

const found = (points: Points, count: number, queries?: Int32Array) => {
  const { indexes, distances, neighbourCount } = finish(nearestNeighbours(points, count, neverInterrupts, { queries }))
  return Array.from({ length: indexes.length / neighbourCount }, (_, q) =>
    Array.from({ length: neighbourCount }, (_, k) => ({
      index: indexes[q * neighbourCount + k]!,
      distance: distances[q * neighbourCount + k]!,
    })),
  )
}

test('neighbours agree with SciPy', () => {
  found(pointsOf(reference.x), reference.neighbourCount).forEach((row, i) => {
    expect(row.map(({ index }) => index)).toEqual(reference.neighbours[i])
    row.forEach(({ distance }, k) => expect(distance).toBeCloseTo(reference.distances[i]![k]!, 10))
  })
})

test('neighbours are those of a full search, also among points that coincide', () => {
  const coordinate = fc.oneof(fc.integer({ min: 0, max: 2 }), fc.double({ min: -2, max: 2, noNaN: true }))
  const cloud = fc
    .integer({ min: 1, max: 4 })
    .chain((dimensions) =>
      fc.array(fc.array(coordinate, { minLength: dimensions, maxLength: dimensions }), { minLength: 2, maxLength: 150 }),
    )
  fc.assert(
    fc.property(cloud, fc.integer({ min: 1, max: 30 }), (rows, count) => {
      const points = pointsOf(rows)
      found(points, count).forEach((row, own) => expect(row).toEqual(plainNeighbours(points, own).slice(0, count)))
    }),
  )
})

test('neighbours in eight dimensions are those of a full search', () => {
  const { points } = fiveClusters(240, 3)
  found(points, 90).forEach((row, own) => {
    if (own % 40 === 0) expect(row).toEqual(plainNeighbours(points, own).slice(0, 90))
  })
})

test('chosen queries give the rows of all', () => {
  const { points } = fiveClusters(40, 4),
    queries = Int32Array.of(199, 0, 57)
  const all = found(points, 5)
  expect(found(points, 5, queries)).toEqual([all[199], all[0], all[57]])
})

test('a point is no neighbour of its own and there are never more than all others', () => {
  expect(found(pointsOf([[0], [1], [3]]), 10)).toEqual([
    [
      { index: 1, distance: 1 },
      { index: 2, distance: 3 },
    ],
    [
      { index: 0, distance: 1 },
      { index: 2, distance: 2 },
    ],
    [
      { index: 1, distance: 2 },
      { index: 0, distance: 3 },
    ],
  ])
})

test('an interrupt ends the search', () => {
  expect(() =>
    finish(
      nearestNeighbours(pointsOf(reference.x), 3, () => {
        throw new Error('stopped')
      }),
    ),
  ).toThrow('stopped')
})
