import { expect, test } from 'vitest'
import { couplingOf } from '../../../../src/main/science/alignment/coupling.ts'
import { mixingOf, neighbourhoodsOf } from '../../../../src/main/science/alignment/mixing.ts'
import { dealtLabels, type Labels, type LabelStatistic } from '../../../../src/main/science/alignment/labels.ts'
import { permuteWithin } from '../../../../src/main/science/alignment/strata.ts'
import { twoSided } from '../../../../src/main/science/alignment/two-sided.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'
import { randomVectors } from './random-vectors.ts'

test('p counts the null values that are at least as far from the mean', () => {
  // mean of all five: 2; far by 2 and more: 0 and the seen 4
  expect(twoSided(4, Float64Array.of(0, 1, 2, 3))).toMatchObject({ p: 2 / 5, mean: 1.5 })
  expect(twoSided(-100, Float64Array.of(0, 1, 2, 3)).p).toBe(1 / 5)
  expect(twoSided(1, Float64Array.of(1, 1, 1, NaN)).p).toBe(1)
})

test('without a value or a null there is no p', () => {
  expect(twoSided(NaN, Float64Array.of(1, 2)).p).toBeNaN()
  expect(twoSided(1, Float64Array.of(NaN)).p).toBeNaN()
})

test.each<[string, (vectors: ReturnType<typeof randomVectors>) => LabelStatistic]>([
  ['coupling', couplingOf],
  [
    'mixing',
    (vectors) => {
      const found = neighbourhoodsOf(vectors, 5, () => {})
      if (!found) throw new Error('no neighbours')
      return mixingOf(found)
    },
  ],
])('p of one snapshot is uniform under permuted labels: %s', (_name, measure) => {
  const count = 40,
    everybody = [Int32Array.from({ length: count }, (_, i) => i)],
    truth: Labels = { roles: Int8Array.from({ length: count }, (_, i) => i % 2), regions: new Int16Array(count) }
  const uniform = uniformSequence(20261125, 'permutation')
  const all = Array.from({ length: 500 }, (_, draw) => {
    const statistic = measure(randomVectors(count, 4, draw)),
      permuted = (): number => statistic(dealtLabels(truth, permuteWithin(everybody, count, uniform)))
    return twoSided(permuted(), Float64Array.from({ length: 199 }, permuted)).p
  }).sort((a, b) => a - b)
  // Kolmogorov and Smirnov: p > 0.01 for 500 numbers
  const distance = Math.max(...all.map((p, k) => Math.max(Math.abs(p - k / 500), Math.abs(p - (k + 1) / 500))))
  expect(distance).toBeLessThan(1.628 / Math.sqrt(500))
})
