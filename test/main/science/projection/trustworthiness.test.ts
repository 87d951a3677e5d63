import { expect, test } from 'vitest'
import fc from 'fast-check'
import { trustworthiness } from '../../../../src/main/science/projection/trustworthiness.ts'
import type { Points } from '../../../../src/main/science/projection/neighbours.ts'
import reference from '../../../fixtures/statistics/projection.json' with { type: 'json' }
import { neverInterrupts } from '../spike-trains.ts'
import { fiveClusters, finish, plainNeighbours, pointsOf } from './clusters.ts'

const ours = (space: Points, picture: Points): number => finish(trustworthiness(space, picture, neverInterrupts))

/** Venna & Kaski word by word, over all points. */
function plainTrustworthiness(space: Points, picture: Points, k: number): number {
  let excess = 0
  for (let own = 0; own < space.pointCount; own++) {
    const inSpace = plainNeighbours(space, own).map(({ index }) => index)
    for (const { index } of plainNeighbours(picture, own).slice(0, k)) excess += Math.max(0, inSpace.indexOf(index) + 1 - k)
  }
  return 1 - (2 * excess) / (space.pointCount * k * (2 * space.pointCount - 3 * k - 1))
}

test('trustworthiness agrees with NumPy', () => {
  expect(ours(pointsOf(reference.x), pointsOf(reference.picture))).toBeCloseTo(reference.trustworthiness, 12)
})

test('a picture that is the space has trustworthiness 1, a shuffled one about one half', () => {
  const { points } = fiveClusters(60, 5),
    plane = { data: points.data.slice(0, 600), pointCount: 300, dimensionCount: 2 }
  expect(ours(plane, plane)).toBe(1)
  expect(ours(points, { ...plane, data: plane.data.toSorted() })).toBeLessThan(0.7)
})

test('ranks are exact also where points coincide and where there are few', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), { minLength: 10, maxLength: 40 })
  fc.assert(
    fc.property(rows, (drawn) => {
      const picture = pointsOf(drawn),
        space = pointsOf(drawn.map(([x, y], i) => [x, (y * 7 + i) % 4, i % 3]))
      const k = Math.min(12, Math.floor((drawn.length - 1) / 2))
      expect(ours(space, picture)).toBeCloseTo(plainTrustworthiness(space, picture, k), 12)
    }),
  )
})

test('above 3,000 points a fixed sample comes close to the sum over all', () => {
  const { points } = fiveClusters(602, 6),
    data = points.data.subarray(0, 8 * 3001)
  const plane = Float32Array.from({ length: 2 * 3001 }, (_, at) => data[Math.floor(at / 2) * 8 + (at % 2)]!)
  const stepper = (count: number) =>
    trustworthiness(
      { data: data.subarray(0, 8 * count), pointCount: count, dimensionCount: 8 },
      { data: plane.subarray(0, 2 * count), pointCount: count, dimensionCount: 2 },
      neverInterrupts,
    )
  const sampled = finish(stepper(3001)),
    inFull = finish(stepper(3000))
  expect(stepper(3001).next().value).toEqual({ done: 0, total: 1500 })
  expect(stepper(3000).next().value).toEqual({ done: 0, total: 3000 })
  expect(sampled).toBe(finish(stepper(3001)))
  expect(Math.abs(sampled - inFull)).toBeLessThan(0.01)
})
