import { expect, test } from 'vitest'
import { uniformSequence } from '../../../src/shared/domain/random.ts'
import { autoregressive, normalDraws, poissonDraw } from '../../../src/main/science/draws.ts'

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
const variance = (values: ArrayLike<number>): number => {
  const centre = mean(values)
  return mean(Array.from(values, (value) => (value - centre) ** 2))
}

test('each place of a stream has a sequence of its own, and the first place is the sequence without one', () => {
  const first = (place?: [number, number]): number[] => {
    const uniform = uniformSequence(7, 'simulate', place)
    return Array.from({ length: 6 }, uniform)
  }
  expect(first([0, 0])).toEqual(first())
  const all = [first(), first([1, 0]), first([0, 1]), first([2, 0]), first([0, 4_000_000_000])].flat()
  expect(new Set(all).size).toBe(all.length)
})

test('normal numbers have mean 0, variance 1 and the tails of the bell curve', () => {
  const normal = normalDraws(uniformSequence(1, 'simulate'))
  const values = Float64Array.from({ length: 200_000 }, normal)
  expect(Math.abs(mean(values))).toBeLessThan(0.01)
  expect(Math.abs(variance(values) - 1)).toBeLessThan(0.015)
  const beyond = (limit: number): number => values.filter((value) => Math.abs(value) > limit).length / values.length
  expect(beyond(1)).toBeCloseTo(0.3173, 2)
  expect(beyond(2)).toBeCloseTo(0.0455, 2)
  // numbers one after the other know nothing of each other, also the two of a pair
  expect(Math.abs(mean(values.slice(1).map((value, i) => value * values[i]!)))).toBeLessThan(0.01)
})

test('counts follow the Poisson distribution, whatever their mean', () => {
  for (const rate of [0.02, 0.7, 5, 15.9, 16, 40, 333]) {
    const uniform = uniformSequence(3, 'simulate'),
      draws = 40_000
    const counts = Float64Array.from({ length: draws }, () => poissonDraw(rate, uniform))
    const standardError = Math.sqrt(rate / draws)
    expect(Math.abs(mean(counts) - rate)).toBeLessThan(4 * standardError)
    expect(Math.abs(variance(counts) / rate - 1)).toBeLessThan(4 * Math.sqrt((2 + 1 / rate) / draws))
    const mode = Math.floor(rate)
    let logProbability = -rate
    for (let k = 1; k <= mode; k++) logProbability += Math.log(rate / k)
    const expected = Math.exp(logProbability),
      found = counts.filter((count) => count === mode).length / draws
    expect(Math.abs(found - expected)).toBeLessThan(4 * Math.sqrt(expected / draws))
  }
  expect(poissonDraw(0, uniformSequence(3, 'simulate'))).toBe(0)
})

test('an autoregressive series keeps unit variance from its first value on and forgets with its time constant', () => {
  const timeConstant = 4
  const series = autoregressive(400_000, timeConstant, normalDraws(uniformSequence(5, 'simulate')))
  expect(Math.abs(mean(series))).toBeLessThan(0.02)
  expect(Math.abs(variance(series) - 1)).toBeLessThan(0.03)
  for (const lag of [1, 4, 12]) {
    const covariance = mean(series.subarray(lag).map((value, b) => value * series[b]!))
    expect(Math.abs(covariance - Math.exp(-lag / timeConstant))).toBeLessThan(0.02)
  }
  const starts = Float64Array.from({ length: 4000 }, (_, k) => autoregressive(1, 1000, normalDraws(uniformSequence(k, 'simulate')))[0]!)
  expect(Math.abs(variance(starts) - 1)).toBeLessThan(0.1)
})
