import { expect, test } from 'vitest'
import { principalComponents } from '../../../../src/main/science/projection/pca.ts'
import reference from '../../../fixtures/statistics/projection.json' with { type: 'json' }
import { fiveClusters, pointsOf, purity } from './clusters.ts'

test('components, their signs and the explained variance agree with NumPy', () => {
  const { coordinates, explainedVariance } = principalComponents(pointsOf(reference.x))
  reference.components.flat().forEach((expected, at) => expect(coordinates[at]).toBeCloseTo(expected, 9))
  expect(explainedVariance).toBeCloseTo(reference.explainedVariance, 12)
})

test('mirrored points give mirrored coordinates, so the sign is of the loading and not of the data', () => {
  const plain = principalComponents(pointsOf(reference.x)).coordinates
  const mirrored = principalComponents(pointsOf(reference.x.map((row) => row.map((value) => -value)))).coordinates
  plain.forEach((value, at) => expect(mirrored[at]).toBeCloseTo(-value, 9))
})

test('planted clusters in a plane stay apart', () => {
  const { points, labels } = fiveClusters(40, 1)
  const plane = Float64Array.from(
    { length: 2 * points.pointCount },
    (_, at) => (at % 2 === 0 ? Math.cos : Math.sin)(labels[Math.floor(at / 2)]! * 1.2566) * 6 + points.data[at * 4 + 3]!,
  )
  const flat = principalComponents({ data: plane, pointCount: points.pointCount, dimensionCount: 2 })
  expect(purity(flat.coordinates, labels)).toBeGreaterThan(0.95)
  expect(flat.explainedVariance).toBeCloseTo(1, 12)
})

test('one dimension has no second component, and points that coincide have none at all', () => {
  const line = principalComponents(pointsOf([[1], [2], [6]]))
  expect([...line.coordinates]).toEqual([-2, 0, -1, 0, 3, 0])
  expect(line.explainedVariance).toBe(1)
  expect(
    principalComponents(
      pointsOf([
        [0.1, 3],
        [0.1, 3],
        [0.1, 3],
      ]),
    ),
  ).toEqual({ coordinates: new Float64Array(6), explainedVariance: 0 })
})
