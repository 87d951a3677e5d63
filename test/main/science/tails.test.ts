import { expect, test } from 'vitest'
import fc from 'fast-check'
import { boundAbove, twoSidedP, upperTail } from '../../../src/main/science/tails.ts'
import reference from '../../fixtures/statistics/circular_null.json' with { type: 'json' }

/** Largest distance in shares of the expected value. */
const expectNear = (value: number, expected: number, share: number): void => expect(Math.abs(value / expected - 1)).toBeLessThan(share)

test('tails agree with SciPy to 10 digits, for means from 0.01 to 50,000 and variances up to 900 times the mean', () => {
  for (const [count = 0, mean = 0, variance = 0, upper = 0, twoSided = 0] of reference.tails.rows) {
    expectNear(upperTail(count, mean, variance), upper, 1e-10)
    expectNear(twoSidedP(count, mean, variance), twoSided, 1e-10)
  }
})

const anyMean = fc.double({ min: 0.01, max: 300, noNaN: true }),
  anyExcess = fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 50, noNaN: true }))

/** P(X = 0), P(X = 1), … by the recurrence of the negative binomial, in size and probability. */
function plainProbabilities(count: number, mean: number, variance: number): number[] {
  const excess = Math.max(0, variance / mean - 1),
    size = mean / excess,
    x = excess / (1 + excess)
  let log = excess > 0 ? -size * Math.log(1 + excess) : -mean
  return Array.from({ length: count + 1 }, (_, k) => {
    const probability = Math.exp(log)
    log += excess > 0 ? Math.log(((size + k) / (k + 1)) * x) : Math.log(mean / (k + 1))
    return probability
  })
}

test('p is twice the smaller sum of probabilities, at most 1', () => {
  fc.assert(
    fc.property(fc.nat(600), anyMean, fc.constantFrom(0, 0.01, 1, 20), (count, mean, excess) => {
      const variance = mean * (1 + excess),
        probabilities = plainProbabilities(count, mean, variance)
      const below = probabilities.reduce((sum, value) => sum + value, 0),
        above = 1 - below + probabilities[count]!
      const p = twoSidedP(count, mean, variance)
      expect(p).toBeLessThanOrEqual(1)
      expect(p).toBeCloseTo(Math.min(1, 2 * Math.min(below, above)), 9)
    }),
  )
})

test('the further above the mean, the smaller the tail', () => {
  fc.assert(
    fc.property(fc.nat(2000), anyMean, anyExcess, (count, mean, excess) => {
      const variance = mean * (1 + excess),
        tail = upperTail(count, mean, variance)
      expect(upperTail(count + 1, mean, variance)).toBeLessThanOrEqual(tail)
      if (count > mean) expect(twoSidedP(count + 1, mean, variance)).toBeLessThanOrEqual(twoSidedP(count, mean, variance) * (1 + 1e-12))
    }),
  )
})

test('there is no step where the Poisson law takes over', () => {
  fc.assert(
    fc.property(fc.nat(400), anyMean, (count, mean) => {
      expect(twoSidedP(count, mean, mean * (1 + 1e-12))).toBeCloseTo(twoSidedP(count, mean, mean), 9)
      expect(twoSidedP(count, mean, mean / 2)).toBe(twoSidedP(count, mean, mean))
    }),
  )
})

test('where nothing can happen together, nothing is remarkable', () => {
  expect(twoSidedP(0, 0, 0)).toBe(1)
  expect(upperTail(0, 3, 5)).toBe(1)
})

test('a bound above a level is right, and reached by most counts of quiet pairs', () => {
  const positive = fc.double({ min: -7, max: 5, noNaN: true }).map((exponent) => 10 ** exponent)
  const levels = fc.oneof(fc.constantFrom(1, 0.5, 0.05), fc.double({ min: 1e-4, max: 1, noNaN: true }))
  fc.assert(
    fc.property(levels, positive, positive, fc.oneof(fc.nat(3), fc.nat(200)), (level, mean, spread, count) => {
      for (const at of [count, Math.round(mean)]) {
        const variance = mean * (0.5 + spread)
        if (boundAbove(level)(at, mean, variance)) expect(twoSidedP(at, mean, variance)).toBeGreaterThan(Math.min(level, 1 - 1e-12))
      }
    }),
    { numRuns: 20_000 },
  )
  for (const [count, mean, variance] of [
    [0, 3.6, 9],
    [0, 0.1, 2],
    [1, 1, 1],
    [1, 0.3, 0.5],
    [2, 2, 3],
  ] as const)
    expect(boundAbove(0.05)(count, mean, variance)).toBe(true)
})
