import { expect, test } from 'vitest'
import { nearestNeighbours } from '../../../../src/main/science/projection/neighbours.ts'
import type { Points, Progress } from '../../../../src/main/science/projection/neighbours.ts'
import { othersOf, umap } from '../../../../src/main/science/projection/umap.ts'
import { neverInterrupts } from '../spike-trains.ts'
import { fiveClusters, finish, pointsOf, purity } from './clusters.ts'

const options = { minimumDistance: 0.1, seed: 1 }
const neighboursOf = (points: Points) => finish(nearestNeighbours(points, othersOf(15, points.pointCount), neverInterrupts))
const picture = (points: Points, given = options): Float64Array => finish(umap(points, neighboursOf(points), given, neverInterrupts))
const { points, labels } = fiveClusters(30, 1),
  usual = picture(points)

test('planted clusters stay apart', () => {
  expect(purity(usual, labels)).toBeGreaterThan(0.99)
  const distances = Array.from(labels, (label, i) =>
    Math.min(
      ...Array.from(labels, (other, j) =>
        other === label ? Infinity : Math.hypot(usual[2 * i]! - usual[2 * j]!, usual[2 * i + 1]! - usual[2 * j + 1]!),
      ),
    ),
  )
  expect(Math.min(...distances)).toBeGreaterThan(1)
})

test('the same seed gives the same bits, another seed another picture', () => {
  expect(picture(points)).toEqual(usual)
  expect(picture(points, { ...options, seed: 2 })).not.toEqual(usual)
})

test('points come closer where the minimum distance is smaller', () => {
  const nearest = (coordinates: Float64Array): number => {
    const { distances } = finish(nearestNeighbours({ data: coordinates, pointCount: 150, dimensionCount: 2 }, 1, neverInterrupts))
    return distances.reduce((sum, distance) => sum + distance) / 150
  }
  expect(nearest(picture(points, { ...options, minimumDistance: 0.01 }))).toBeLessThan(
    nearest(picture(points, { ...options, minimumDistance: 0.9 })),
  )
})

test('ten points and points that coincide give a finite picture', () => {
  const ten = pointsOf(Array.from({ length: 10 }, (_, i) => [i, (i * i) % 7, -i]))
  const same = pointsOf(Array.from({ length: 400 }, (_, i) => [i < 300 ? 1 : i, 2, 3]))
  for (const few of [ten, same]) expect(picture(few).every(Number.isFinite)).toBe(true)
})

test('progress counts epochs, and an interrupt ends the work', () => {
  const seen: Progress[] = [...umap(points, neighboursOf(points), options, neverInterrupts)]
  expect(seen.at(-1)).toEqual({ done: 499, total: 500 })
  let calls = 0
  const stopsLater = (): void => {
    if (++calls > 100) throw new Error('stopped')
  }
  expect(() => finish(umap(points, neighboursOf(points), options, stopsLater))).toThrow('stopped')
})
