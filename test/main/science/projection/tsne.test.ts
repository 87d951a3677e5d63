import { expect, test } from 'vitest'
import { jointProbabilities, neighbourCountOf } from '../../../../src/main/science/projection/affinities.ts'
import { nearestNeighbours } from '../../../../src/main/science/projection/neighbours.ts'
import type { Points, Progress } from '../../../../src/main/science/projection/neighbours.ts'
import { tsne } from '../../../../src/main/science/projection/tsne.ts'
import type { TsneOptions, TsneResult } from '../../../../src/main/science/projection/tsne.ts'
import { neverInterrupts } from '../spike-trains.ts'
import { fiveClusters, finish, pointsOf, purity } from './clusters.ts'

const options: TsneOptions = { perplexity: 20, iterations: 300, seed: 1 }
const neighboursOf = (points: Points, perplexity: number) =>
  finish(nearestNeighbours(points, neighbourCountOf(perplexity, points.pointCount), neverInterrupts))
const picture = (points: Points, given = options): TsneResult =>
  finish(tsne(points, neighboursOf(points, given.perplexity), given, neverInterrupts))

const { points, labels } = fiveClusters(60, 1),
  usual = picture(points)

test('planted clusters stay apart', () => {
  expect(purity(usual.coordinates, labels)).toBeGreaterThan(0.95)
})

test('the same seed gives the same bits, another seed another picture', () => {
  expect(picture(points)).toEqual(usual)
  expect(picture(points, { ...options, seed: 2 }).coordinates).not.toEqual(usual.coordinates)
})

test('KL is that of the picture, every pair counted', () => {
  const { rowStarts, columns, values } = jointProbabilities(neighboursOf(points, 20), 20, neverInterrupts),
    y = usual.coordinates
  const closeness = (i: number, j: number): number => 1 / (1 + (y[2 * i]! - y[2 * j]!) ** 2 + (y[2 * i + 1]! - y[2 * j + 1]!) ** 2)
  let sum = 0,
    kl = 0
  for (let i = 0; i < 300; i++) for (let j = 0; j < 300; j++) if (i !== j) sum += closeness(i, j)
  for (let i = 0; i < 300; i++) {
    for (let e = rowStarts[i]!; e < rowStarts[i + 1]!; e++) kl += values[e]! * Math.log(values[e]! / (closeness(i, columns[e]!) / sum))
  }
  expect(Math.abs(usual.kl - kl)).toBeLessThan(0.005 * kl)
})

test('more iterations lower KL', () => {
  expect(picture(points, { ...options, iterations: 1000 }).kl).toBeLessThan(usual.kl)
  expect(usual.kl).toBeLessThan(picture(points, { ...options, iterations: 100 }).kl)
})

test('at the end attraction and repulsion balance', () => {
  const { coordinates: y } = picture(points, { ...options, iterations: 1000 })
  const { rowStarts, columns, values } = jointProbabilities(neighboursOf(points, 20), 20, neverInterrupts)
  const attraction = new Float64Array(600),
    repulsion = new Float64Array(600)
  let sum = 0
  const pull = (forces: Float64Array, i: number, j: number, weight: (w: number) => number): void => {
    const dx = y[2 * i]! - y[2 * j]!,
      dy = y[2 * i + 1]! - y[2 * j + 1]!,
      w = 1 / (1 + dx * dx + dy * dy)
    forces[2 * i]! += weight(w) * dx
    forces[2 * i + 1]! += weight(w) * dy
    if (forces === repulsion) sum += w
  }
  for (let i = 0; i < 300; i++) {
    for (let e = rowStarts[i]!; e < rowStarts[i + 1]!; e++) pull(attraction, i, columns[e]!, (w) => values[e]! * w)
    for (let j = 0; j < 300; j++) if (j !== i) pull(repulsion, i, j, (w) => w * w)
  }
  const size = (forces: Float64Array): number => Math.hypot(...forces)
  expect(size(attraction.map((force, at) => force - repulsion[at]! / sum))).toBeLessThan(0.05 * size(attraction))
})

test('the picture is centred', () => {
  for (const axis of [0, 1]) {
    expect(usual.coordinates.reduce((sum, value, at) => (at % 2 === axis ? sum + value : sum), 0) / 300).toBeCloseTo(0, 9)
  }
})

test('ten points, points that coincide and points on a line give a finite picture', () => {
  const ten = pointsOf(Array.from({ length: 10 }, (_, i) => [i, (i * i) % 7, -i]))
  const line = pointsOf(Array.from({ length: 30 }, (_, i) => [i]))
  const same = pointsOf(Array.from({ length: 30 }, () => [1, 2, 3]))
  for (const few of [ten, line, same]) {
    const { coordinates, kl } = picture(few, { ...options, perplexity: 30 })
    expect(coordinates.every((value) => Number.isFinite(value) && Math.abs(value) < 1e4)).toBe(true)
    expect(Number.isFinite(kl)).toBe(true)
  }
})

test('progress comes every few iterations up to the last', () => {
  const seen: Progress[] = [...tsne(points, neighboursOf(points, 20), { ...options, iterations: 100 }, neverInterrupts)]
  expect(seen).toHaveLength(21)
  expect(seen.at(-1)).toEqual({ done: 100, total: 100 })
})

test('an interrupt ends the work', () => {
  let calls = 0
  const stopsLater = (): void => {
    if (++calls > 50) throw new Error('stopped')
  }
  expect(() => finish(tsne(points, neighboursOf(points, 20), options, stopsLater))).toThrow('stopped')
})
