import { expect, test } from 'vitest'
import {
  blockLength,
  blockStandardError,
  highMinusLow,
  performanceMap,
  seedStandardError,
} from '../../../../src/main/science/alignment/maps.ts'
import { performanceNull } from '../../../../src/main/science/alignment/performance-correlation.ts'
import { normalDraws } from '../../../../src/main/science/draws.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'

test('a block is one window longer than the windows that share samples', () => {
  const blockOf = (lengthS: number, stepS: number): number => {
    const startS = Float64Array.from({ length: 10 }, (_, t) => t * stepS)
    return blockLength(
      startS,
      startS.map((s) => s + lengthS),
    )
  }
  // ⌈length/step⌉ + 1
  expect([blockOf(120, 60), blockOf(60, 60), blockOf(150, 60), blockOf(30, 60)]).toEqual([3, 2, 4, 2])
})

test('High minus Low sets the best three windows against the worst three', () => {
  const level = { data: Float32Array.of(1, 2, 3, 10, 20, NaN, 99), windowCount: 7, channelCount: 1 }
  expect([...highMinusLow(level, Float64Array.of(0.1, 0.2, 0.3, 0.7, 0.8, 0.9, NaN))]).toEqual([13])
  expect([...highMinusLow(level, Float64Array.of(0.1, 0.2, NaN, 0.7, 0.8, 0.9, NaN))]).toEqual([NaN])
})

test('the block standard error of independent windows is that of the mean', () => {
  const windowCount = 400,
    normal = normalDraws(uniformSequence(1, 'simulate')),
    data = Float32Array.from({ length: 2 * windowCount }, (_, at) => (at % 2 === 0 ? normal() : NaN))
  const [found, none] = blockStandardError({ data, windowCount, channelCount: 2 }, 2, uniformSequence(1, 'bootstrap'))
  expect(found! * Math.sqrt(windowCount)).toBeGreaterThan(0.8)
  expect(found! * Math.sqrt(windowCount)).toBeLessThan(1.2)
  expect(none).toBeNaN()
})

test('windows that say the same twice do not halve the error', () => {
  const windowCount = 400,
    normal = normalDraws(uniformSequence(2, 'simulate')),
    data = new Float32Array(windowCount)
  for (let t = 0; t < windowCount; t += 4) data.fill(normal(), t, t + 4)
  const [found] = blockStandardError({ data, windowCount, channelCount: 1 }, 12, uniformSequence(1, 'bootstrap'))
  expect(found! * Math.sqrt(windowCount / 4)).toBeGreaterThan(0.75)
})

test('seeds have a standard error from two on', () => {
  expect([...seedStandardError([Float32Array.of(1, 1), Float32Array.of(3, NaN)])]).toEqual([1, NaN])
})

test('b of a channel that follows the hit ratio is 1 and has the smallest p; q is of the channels that have one', () => {
  const windowCount = 12,
    uniform = uniformSequence(3, 'simulate'),
    hitRatio = Float64Array.from({ length: windowCount }, uniform),
    shifted = Array.from({ length: 99 }, () => Float64Array.from({ length: windowCount }, uniform))
  const data = Float32Array.from(hitRatio.keys()).map((at) => at)
  const level = new Float32Array(3 * windowCount)
  for (let t = 0; t < windowCount; t++) level.set([5 * hitRatio[t]!, t < 6 ? NaN : data[t]!, data[t]!], 3 * t)
  const { b, p, q } = performanceMap({ data: level, windowCount, channelCount: 3 }, performanceNull(hitRatio, shifted), () => {})
  expect([b[0], p[0], b[1], p[1], q[1]]).toEqual([1, Math.fround(0.01), NaN, NaN, NaN])
  expect(q[0]).toBeCloseTo(2 * p[0]!, 6)
})
