import { expect, test } from 'vitest'
import { centredUnits, connectedVectors } from '../../../../src/main/science/alignment/connected-vectors.ts'
import { couplingOf } from '../../../../src/main/science/alignment/coupling.ts'
import { motor, sensory, type Labels } from '../../../../src/main/science/alignment/labels.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'
import { randomVectors, turned } from './random-vectors.ts'

const labelsOf = (roles: number[]): Labels => ({ roles: Int8Array.from(roles), regions: new Int16Array(roles.length).fill(-1) })

test('coupling by hand: products across the roles less half of those within each', () => {
  // sensory (1, 0), (3, 1); motor (2, 2), (0, 1); the last channel has no role
  const vectors = { channels: Int32Array.of(0, 1, 2, 3, 4), data: Float64Array.of(1, 0, 3, 1, 2, 2, 0, 1, 9, 9), dimensionCount: 2 }
  // across: 2, 0, 8, 1; within sensory 3, within motor 2
  expect(couplingOf(vectors)(labelsOf([sensory, sensory, motor, motor, -1]))).toBe(11 / 4 - (3 + 2) / 2)
})

test('a role with one connected channel has no pair within, so there is no coupling', () => {
  const vectors = randomVectors(4, 2, 1)
  expect(couplingOf(vectors)(labelsOf([sensory, motor, motor, motor]))).toBeNaN()
  expect(couplingOf(vectors)(labelsOf([-1, -1, motor, motor]))).toBeNaN()
})

test('sums of vectors give what all pairs give, for any labels', () => {
  const vectors = randomVectors(30, 8, 2),
    uniform = uniformSequence(3, 'simulate')
  const coupling = couplingOf(vectors)
  for (let draw = 0; draw < 20; draw++) {
    const labels = labelsOf(Array.from({ length: 30 }, () => Math.floor(uniform() * 3) - 1))
    expect(coupling(labels)).toBeCloseTo(byPairs(vectors, labels), 10)
  }
})

test('turning all vectors alike changes neither coupling nor its cosines', () => {
  const vectors = randomVectors(24, 8, 4),
    labels = labelsOf(Array.from({ length: 24 }, (_, i) => i % 2))
  const other = turned(vectors, 5)
  expect(other.data[0]).not.toBeCloseTo(vectors.data[0]!, 3)
  expect(couplingOf(other)(labels)).toBeCloseTo(couplingOf(vectors)(labels), 10)
  expect(couplingOf(centredUnits(other))(labels)).toBeCloseTo(couplingOf(centredUnits(vectors))(labels), 10)
})

test('cosines are of vectors from their common mean, whatever that is', () => {
  const vectors = randomVectors(20, 4, 6),
    labels = labelsOf(Array.from({ length: 20 }, (_, i) => i % 2))
  const moved = { ...vectors, data: vectors.data.map((value, at) => 3 * value + (at % 4)) }
  expect(couplingOf(centredUnits(moved))(labels)).toBeCloseTo(couplingOf(centredUnits(vectors))(labels), 10)
})

test('a channel without an edge is not among the connected', () => {
  const { channels, data } = connectedVectors(Float32Array.of(1, 2, 3, 4, 5, 6), Int32Array.of(1, 0, 2), 2)
  expect([[...channels], [...data]]).toEqual([
    [0, 2],
    [1, 2, 5, 6],
  ])
})

/** The definition, pair by pair. */
function byPairs({ data, dimensionCount }: ReturnType<typeof randomVectors>, { roles }: Labels): number {
  const sums = [0, 0, 0],
    counts = [0, 0, 0]
  for (let i = 0; i < roles.length; i++) {
    for (let j = 0; j < i; j++) {
      if (roles[i]! < 0 || roles[j]! < 0) continue
      let product = 0
      for (let d = 0; d < dimensionCount; d++) product += data[i * dimensionCount + d]! * data[j * dimensionCount + d]!
      sums[roles[i]! + roles[j]!]! += product
      counts[roles[i]! + roles[j]!]!++
    }
  }
  const [within, across, withinOther] = sums.map((sum, kind) => sum / counts[kind]!)
  return across! - (within! + withinOther!) / 2
}

test('channels with one and the same vector have no coupling, not what is left of rounding', () => {
  for (const value of [0.1, 0.7, 1.3, 3.3]) {
    const data = Float64Array.from({ length: 16 * 8 }, (_, at) => Math.fround(value / ((at % 8) + 1)))
    const vectors = { channels: Int32Array.from({ length: 16 }, (_, i) => i), data, dimensionCount: 8 },
      labels = labelsOf(Array.from({ length: 16 }, (_, i) => i % 2))
    expect(couplingOf(vectors)(labels)).toBe(0)
    expect(couplingOf(centredUnits(vectors))(labels)).toBe(0)
  }
})
