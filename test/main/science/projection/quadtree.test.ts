import { expect, test } from 'vitest'
import fc from 'fast-check'
import { createQuadtree } from '../../../../src/main/science/projection/quadtree.ts'
import { neverInterrupts } from '../spike-trains.ts'

function plainRepulsion(y: Float64Array): { forces: Float64Array; sum: number } {
  const forces = new Float64Array(y.length)
  let sum = 0
  for (let i = 0; i < y.length; i += 2) {
    for (let j = 0; j < y.length; j += 2) {
      if (i === j) continue
      const dx = y[i]! - y[j]!,
        dy = y[i + 1]! - y[j + 1]!,
        w = 1 / (1 + dx * dx + dy * dy)
      sum += w
      forces[i]! += w * w * dx
      forces[i + 1]! += w * w * dy
    }
  }
  return { forces, sum }
}

const coordinate = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ min: -30, max: 30, noNaN: true }))
const plane = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 120 }).map((rows) => Float64Array.from(rows.flat()))

test('with θ = 0 the sums are those over all pairs, also where points coincide', () => {
  fc.assert(
    fc.property(plane, (y) => {
      const tree = createQuadtree(y.length / 2),
        forces = new Float64Array(y.length),
        expected = plainRepulsion(y)
      tree.build(y)
      expect(tree.repulsion(0, forces, neverInterrupts)).toBeCloseTo(expected.sum, 8)
      expected.forces.forEach((value, at) => expect(forces[at]).toBeCloseTo(value, 8))
    }),
  )
})

test('with θ = 0.5 the sums are within a hundredth', () => {
  fc.assert(
    fc.property(plane, (y) => {
      const tree = createQuadtree(y.length / 2),
        forces = new Float64Array(y.length),
        expected = plainRepulsion(y)
      tree.build(y)
      expect(Math.abs(tree.repulsion(0.5, forces, neverInterrupts) - expected.sum)).toBeLessThanOrEqual(0.01 * expected.sum)
      const largest = expected.forces.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      expected.forces.forEach((value, at) => expect(Math.abs(forces[at]! - value)).toBeLessThanOrEqual(0.05 * largest))
    }),
  )
})

test('a tree built again gives the sums of a new one', () => {
  const first = Float64Array.from({ length: 400 }, (_, at) => Math.sin(at * 12.9) * 20),
    second = first.map((value) => value * value)
  const used = createQuadtree(200),
    fresh = createQuadtree(200),
    a = new Float64Array(400),
    b = new Float64Array(400)
  used.build(first)
  used.build(second)
  fresh.build(second)
  expect(used.repulsion(0.5, a, neverInterrupts)).toBeCloseTo(fresh.repulsion(0.5, b, neverInterrupts), 8)
  a.forEach((value, at) => expect(value).toBeCloseTo(b[at]!, 8))
})
