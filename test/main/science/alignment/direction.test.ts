import { expect, test } from 'vitest'
import { centredUnits } from '../../../../src/main/science/alignment/connected-vectors.ts'
import { directionOf, paddlesOf } from '../../../../src/main/science/alignment/direction.ts'
import { region } from '../../../../src/shared/domain/region.ts'
import { randomVectors, turned } from './random-vectors.ts'

const regions = [
  { name: 'sensory', role: 'sensory', paddle: 'up' },
  { name: 'L_up', role: 'motor', paddle: 'up' },
  { name: 'R_up', role: 'motor', paddle: 'up' },
  { name: 'L_down', role: 'motor', paddle: 'down' },
  { name: 'R_down', role: 'motor', paddle: 'down' },
].map((one) => region.parse(one))
const paddles = paddlesOf(regions)

test('only motor regions move a paddle', () => {
  expect(paddles).toEqual([null, 'up', 'up', 'down', 'down'])
})

test('by hand: up and down point apart, so the direction is 2', () => {
  const units = { channels: Int32Array.of(0, 1, 2, 3, 4), data: Float64Array.of(0, 1, 1, 0, 1, 0, -1, 0, -1, 0), dimensionCount: 2 }
  expect(directionOf(units, Int16Array.of(0, 1, 2, 3, 4), paddles)).toBe(2)
  expect(directionOf(units, Int16Array.of(0, 1, 3, 2, 4), paddles)).toBe(-1)
})

test('channels of one region are no pair: cosines within a region do not count', () => {
  const units = { channels: Int32Array.of(0, 1, 2, 3), data: Float64Array.of(1, -1, 1, 1), dimensionCount: 1 }
  // L_up has 1 and −1, R_up 1, L_down 1: alike 0, apart (1 − 1 + 1)/3
  expect(directionOf(units, Int16Array.of(1, 1, 2, 3), paddles)).toBeCloseTo(-1 / 3, 12)
})

test('one way to move the paddle, or no two regions that move it alike, is no direction', () => {
  const units = { channels: Int32Array.of(0, 1), data: Float64Array.of(1, 1), dimensionCount: 1 }
  expect(directionOf(units, Int16Array.of(1, 2), paddles)).toBeNaN()
  expect(directionOf(units, Int16Array.of(1, 3), paddles)).toBeNaN()
})

test('turning all vectors alike changes nothing', () => {
  const vectors = randomVectors(20, 8, 1),
    regionOf = Int16Array.from({ length: 20 }, (_, i) => i % 5)
  expect(directionOf(centredUnits(turned(vectors, 2)), regionOf, paddles)).toBeCloseTo(
    directionOf(centredUnits(vectors), regionOf, paddles),
    10,
  )
})
