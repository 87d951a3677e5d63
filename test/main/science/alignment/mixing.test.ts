import { expect, test } from 'vitest'
import { mixingOf, neighbourhoodsOf, purityOf } from '../../../../src/main/science/alignment/mixing.ts'
import { motor, sensory, type Labels } from '../../../../src/main/science/alignment/labels.ts'
import { randomVectors, turned } from './random-vectors.ts'

const line = (places: number[]) => ({ channels: Int32Array.from(places.keys()), data: Float64Array.from(places), dimensionCount: 1 })
const labels = (roles: number[], regions = roles): Labels => ({ roles: Int8Array.from(roles), regions: Int16Array.from(regions) })
const near = (vectors: ReturnType<typeof randomVectors>, neighbourCount: number) => {
  const found = neighbourhoodsOf(vectors, neighbourCount, () => {})
  if (!found) throw new Error('no neighbours')
  return found
}

test('by hand: two roles far apart do not mix, alternating ones mix more than by chance', () => {
  const apart = labels([sensory, sensory, sensory, motor, motor, motor])
  expect(mixingOf(near(line([0, 1, 2, 100, 101, 102]), 2))(apart)).toBe(0)
  // each channel's nearest is of the other role; by chance 3 of 5 would be
  expect(mixingOf(near(line([0, 1, 10, 11, 20, 21]), 1))(labels([sensory, motor, motor, sensory, sensory, motor]))).toBeCloseTo(5 / 3, 12)
})

test('by hand: purity is the share of the own region over its expectation', () => {
  const regions = [0, 0, 1, 1, 2, -1]
  // nearest of 0 … 5: 1, 0, 3, 2, 5, 4; four of them in the own region; by chance (2 + 2 + 0)/5
  expect(purityOf(near(line([0, 1, 10, 11, 20, 21]), 1))(labels([-1, -1, -1, -1, -1, -1], regions))).toBeCloseTo(4 / (4 / 5), 12)
})

test('channels without a region are not of one region', () => {
  // the last two are nearest to each other
  expect(purityOf(near(line([0, 1, 20, 21]), 1))(labels([-1, -1, -1, -1], [0, 0, -1, -1]))).toBeCloseTo(2 / (2 / 3), 12)
})

test('where everybody is a neighbour of everybody nothing can be said', () => {
  expect(neighbourhoodsOf(line([0, 1, 2]), 2, () => {})).toBeNull()
  expect(neighbourhoodsOf(line([0, 1, 2, 3]), 2, () => {})).not.toBeNull()
})

test('a role or region without others gives no number', () => {
  const found = near(line([0, 1, 2, 3]), 1)
  expect(mixingOf(found)(labels([sensory, sensory, -1, -1]))).toBeNaN()
  expect(purityOf(found)(labels([0, 0, 0, 0], [0, 1, 2, 3]))).toBeNaN()
})

test('turning all vectors alike changes nothing', () => {
  const vectors = randomVectors(40, 8, 1),
    roles = labels(
      Array.from({ length: 40 }, (_, i) => i % 2),
      Array.from({ length: 40 }, (_, i) => i % 5),
    )
  expect(mixingOf(near(turned(vectors, 2), 10))(roles)).toBe(mixingOf(near(vectors, 10))(roles))
  expect(purityOf(near(turned(vectors, 2), 10))(roles)).toBe(purityOf(near(vectors, 10))(roles))
})
