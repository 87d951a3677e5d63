import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { startProjection, type ProjectionKernels } from '../../../../src/main/engine/cpu/projection.ts'
import { jointProbabilities } from '../../../../src/main/science/projection/affinities.ts'
import { nearestNeighbours, type Points } from '../../../../src/main/science/projection/neighbours.ts'
import { tsne, type TsneResult } from '../../../../src/main/science/projection/tsne.ts'
import { fiveClusters, finish } from '../../science/projection/clusters.ts'
import { neverInterrupts } from '../../science/spike-trains.ts'

const byThreads = new Map([1, 2, 3].map((count) => [count, startProjection(count)!])),
  one = byThreads.get(1)!
afterAll(() => byThreads.forEach((kernels) => kernels.close()))

const { points } = fiveClusters(60, 1),
  neighboursOf = (given: Points, count: number) => finish(nearestNeighbours(given, count, neverInterrupts))
const picture = (kernels: ProjectionKernels | undefined, iterations: number, given = points): TsneResult =>
  finish(tsne(given, neighboursOf(given, 30), { perplexity: 10, iterations, seed: 1 }, neverInterrupts, kernels))

test('neighbours are those of the plain search, bit for bit, whatever the points and the threads', () => {
  const coordinate = fc.oneof(
    fc.integer({ min: 0, max: 2 }),
    fc.float({ min: -2, max: 2, noNaN: true }),
    fc.float({ min: -1000, max: 1000, noNaN: true }),
  )
  const cloud = fc.record({ dimensions: fc.integer({ min: 1, max: 9 }), points: fc.integer({ min: 2, max: 300 }) }).chain((size) =>
    fc.record({
      dimensionCount: fc.constant(size.dimensions),
      data: fc.array(coordinate, { minLength: size.dimensions * size.points, maxLength: size.dimensions * size.points }),
      count: fc.integer({ min: 1, max: 40 }),
      threads: fc.constantFrom(1, 2, 3),
    }),
  )
  fc.assert(
    fc.property(cloud, ({ dimensionCount, data, count, threads }) => {
      const given: Points = { data: Float32Array.from(data), pointCount: data.length / dimensionCount, dimensionCount }
      const { search } = byThreads.get(threads)!
      expect(finish(nearestNeighbours(given, count, neverInterrupts, { search }))).toEqual(neighboursOf(given, count))
    }),
    { numRuns: 60 },
  )
})

test('numbers that float32 cannot part are left to the plain search', () => {
  const far = (data: Float32Array | Float64Array): Points => ({ data, pointCount: 3, dimensionCount: 1 })
  for (const data of [new Float64Array([0, 1e-9, 1]), new Float32Array([0, 1e16, 1e30])]) {
    expect(one.search({} as never, far(data), 1, neverInterrupts)).toBeNull()
  }
})

test('joint probabilities are those of the plain loop to float32', () => {
  const neighbours = neighboursOf(points, 31),
    plain = jointProbabilities(neighbours, 10, neverInterrupts)
  for (const { conditional } of byThreads.values()) {
    const found = jointProbabilities(neighbours, 10, neverInterrupts, conditional)
    expect(found.columns).toEqual(plain.columns)
    found.values.forEach((value, e) => expect(Math.abs(value - plain.values[e]!)).toBeLessThan(1e-4 * plain.values[e]! + 1e-12))
  }
})

test('the first steps are those of the plain loop', () => {
  const plain = picture(undefined, 10),
    found = picture(one, 10)
  const size = Math.hypot(...plain.coordinates)
  expect(Math.hypot(...plain.coordinates.map((value, at) => value - found.coordinates[at]!))).toBeLessThan(0.01 * size)
  expect(Math.abs(found.kl - plain.kl)).toBeLessThan(1e-3 * plain.kl)
})

test('a whole picture is as good as the plain loop’s', () => {
  const plain = picture(undefined, 600),
    found = picture(one, 600)
  expect(Math.abs(found.kl - plain.kl)).toBeLessThan(0.02 * plain.kl)
})

test('the same bits for any number of threads and again', () => {
  const usual = picture(one, 60)
  for (const kernels of byThreads.values()) {
    for (let round = 0; round < 3; round++) expect(picture(kernels, 60)).toEqual(usual)
  }
})

test('few points, numbers that are no multiple of a packet and points that coincide', () => {
  for (const pointCount of [10, 11, 13, 62, 65, 130]) {
    const spread: Points = {
        data: Float32Array.from({ length: 3 * pointCount }, (_, at) => (at * at) % 17),
        pointCount,
        dimensionCount: 3,
      },
      same: Points = { ...spread, data: new Float32Array(3 * pointCount).fill(2) }
    for (const given of [spread, same]) {
      const usual = picture(one, 30, given)
      expect(usual.coordinates.every((value) => Number.isFinite(value) && Math.abs(value) < 1e4)).toBe(true)
      expect(Number.isFinite(usual.kl)).toBe(true)
      expect(picture(byThreads.get(3), 30, given)).toEqual(usual)
    }
  }
})

test('an interrupt ends the work, and the kernels go on with the next', () => {
  for (const kernels of byThreads.values()) {
    for (const limit of [2, 40, 200]) {
      let calls = 0
      const stopsLater = (): void => {
        if (++calls > limit) throw new Error('stopped')
      }
      const work = (): TsneResult =>
        finish(
          tsne(
            points,
            finish(nearestNeighbours(points, 30, stopsLater, { search: kernels.search })),
            { perplexity: 10, iterations: 300, seed: 1 },
            stopsLater,
            kernels,
          ),
        )
      expect(work).toThrow('stopped')
    }
    expect(picture(kernels, 20)).toEqual(picture(one, 20))
  }
})
