import { expect, test } from 'vitest'
import { regionReadOut, type RegionReadOutTask } from '../../../../src/main/science/alignment/region-read-out.ts'
import { spatialFolds } from '../../../../src/main/science/evaluation/spatial-blocks.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'

const channelCount = 100,
  dimensionCount = 4
const uniform = uniformSequence(1, 'simulate')
const regions = Int16Array.from({ length: channelCount }, () => Math.floor(uniform() * 3))
const positionsUm = Float64Array.from({ length: 2 * channelCount }, () => 1000 * uniform())
const noise = Float32Array.from({ length: channelCount * dimensionCount }, uniform)
const task: RegionReadOutTask = {
  vectors: noise,
  dimensionCount,
  degree: new Int32Array(channelCount).fill(1),
  regions,
  regionCount: 3,
  folds: spatialFolds(positionsUm),
}
const accuracy = (change: Partial<RegionReadOutTask> = {}): number => regionReadOut({ ...task, ...change }, () => {})

test('regions that lie apart are read without a mistake, regions alike at chance', () => {
  const apart = noise.map((value, at) => value + 10 * regions[Math.floor(at / dimensionCount)]!)
  expect(accuracy({ vectors: apart })).toBe(1)
  expect(Math.abs(accuracy() - 1 / 3)).toBeLessThan(0.15)
})

test('channels without an edge or a region are neither read nor read by', () => {
  // every tenth channel lies where another region is
  const misleading = noise.map((value, at) => {
    const c = Math.floor(at / dimensionCount)
    return value + 10 * (c % 10 === 0 ? (regions[c]! + 1) % 3 : regions[c]!)
  })
  expect(accuracy({ vectors: misleading })).toBeLessThan(0.95)
  expect(accuracy({ vectors: misleading, degree: task.degree.map((_, c) => Number(c % 10 !== 0)) })).toBe(1)
  expect(accuracy({ vectors: misleading, regions: regions.map((own, c) => (c % 10 === 0 ? -1 : own)) })).toBe(1)
})

test('one region, or an array without places, can be read by nobody', () => {
  expect(accuracy({ regions: new Int16Array(channelCount) })).toBeNaN()
  expect(accuracy({ folds: spatialFolds(new Float64Array(2 * channelCount).fill(NaN)) })).toBeNaN()
})
