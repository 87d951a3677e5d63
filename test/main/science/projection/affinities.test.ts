import { expect, test } from 'vitest'
import { jointProbabilities, neighbourCountOf } from '../../../../src/main/science/projection/affinities.ts'
import { nearestNeighbours } from '../../../../src/main/science/projection/neighbours.ts'
import { neverInterrupts } from '../spike-trains.ts'
import { fiveClusters, finish, pointsOf } from './clusters.ts'

const { points } = fiveClusters(30, 8)
const neighbours = finish(nearestNeighbours(points, neighbourCountOf(10, points.pointCount), neverInterrupts))
const { rowStarts, columns, values } = jointProbabilities(neighbours, 10, neverInterrupts)
const entries = Array.from(
  { length: points.pointCount },
  (_, i) =>
    new Map(Array.from(columns.subarray(rowStarts[i], rowStarts[i + 1]), (column, e) => [column, values[rowStarts[i]! + e]!] as const)),
)

test('joint probabilities are symmetric and sum to 1', () => {
  entries.forEach((row, i) => row.forEach((value, j) => expect(entries[j]!.get(i)).toBe(value)))
  expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12)
})

test('every pair of neighbours is there once, columns ascending, nobody with itself', () => {
  entries.forEach((row, i) => {
    expect([...row.keys()]).toEqual([...row.keys()].sort((a, b) => a - b))
    expect(row.has(i)).toBe(false)
    for (const j of neighbours.indexes.subarray(i * 30, (i + 1) * 30)) expect(row.has(j)).toBe(true)
  })
})

/** p_j|i of one point, with a plain bisection on β. */
function plainConditional(own: number): Map<number, number> {
  const near = Array.from({ length: 30 }, (_, k) => ({
    index: neighbours.indexes[own * 30 + k]!,
    square: neighbours.distances[own * 30 + k]! ** 2,
  }))
  let low = 0,
    high = 1e4,
    weights: number[] = []
  for (let halving = 0; halving < 200; halving++) {
    const beta = (low + high) / 2
    weights = near.map(({ square }) => Math.exp(-beta * (square - near[0]!.square)))
    const sum = weights.reduce((total, weight) => total + weight)
    weights = weights.map((weight) => weight / sum)
    const entropy = -weights.reduce((total, p) => total + (p > 0 ? p * Math.log(p) : 0), 0)
    if (entropy > Math.log(10)) low = beta
    else high = beta
  }
  return new Map(near.map(({ index }, k) => [index, weights[k]!]))
}

test('probabilities are those of the perplexity asked for', () => {
  const conditional = Array.from({ length: points.pointCount }, (_, i) => plainConditional(i))
  entries.forEach((row, i) =>
    row.forEach((value, j) => {
      const expected = ((conditional[i]!.get(j) ?? 0) + (conditional[j]!.get(i) ?? 0)) / (2 * points.pointCount)
      expect(value * points.pointCount).toBeCloseTo(expected * points.pointCount, 5)
    }),
  )
})

test('points that all coincide are equally near', () => {
  const same = pointsOf(Array.from({ length: 10 }, () => [1, 2]))
  const joint = jointProbabilities(finish(nearestNeighbours(same, 9, neverInterrupts)), 3, neverInterrupts)
  joint.values.forEach((value) => expect(value).toBeCloseTo(1 / 90, 12))
})

test('an interrupt ends the work', () => {
  expect(() =>
    jointProbabilities(neighbours, 10, () => {
      throw new Error('stopped')
    }),
  ).toThrow('stopped')
})
