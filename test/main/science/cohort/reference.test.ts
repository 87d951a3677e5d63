import { expect, test } from 'vitest'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'
import { bootstrapInterval } from '../../../../src/main/science/cohort/bootstrap-interval.ts'
import { permuteSubjects } from '../../../../src/main/science/cohort/mixed-form.ts'
import { powerOf } from '../../../../src/main/science/cohort/power.ts'
import { signFlip } from '../../../../src/main/science/cohort/sign-flip.ts'
import { swapTest } from '../../../../src/main/science/cohort/swap-test.ts'
import { residualsOf, slopeOf } from '../../../../src/main/science/least-squares.ts'
import { correctedP } from '../../../../src/main/science/multiple-testing.ts'
import { spearman } from '../../../../src/main/science/rank-correlation.ts'
import reference from '../../../fixtures/statistics/cohort.json' with { type: 'json' }

const noDraw = (): number => {
  throw new Error('an exact test draws nothing')
}

test('Spearman’s ρ with ties and gaps is SciPy’s', () => {
  for (const { x, y, rho } of reference.spearman) expect(spearman(x, y)).toBeCloseTo(rho, 12)
})

test('the exact sign-flip test is SciPy’s permutation test of samples', () => {
  for (const { values, p } of reference.signFlip)
    expect(signFlip(values, noDraw)).toEqual({ p, exact: true, permutationCount: 2 ** values.length })
})

test('the exact swap test is that over all permutations written out', () => {
  for (const { matrix, positive, negative } of reference.swap) {
    expect(swapTest(Float64Array.from(matrix), 1, noDraw).p).toBeCloseTo(positive, 12)
    expect(swapTest(Float64Array.from(matrix), -1, noDraw).p).toBeCloseTo(negative, 12)
  }
})

test('power is that of the noncentral t distribution', () => {
  for (const { subjects, effect, power } of reference.power) expect(powerOf(subjects, effect)).toBeCloseTo(power, 7)
})

test('the bootstrap interval is SciPy’s percentile interval, within what 10,000 resamples can say', () => {
  for (const [place, { values, low, high, spread }] of reference.interval.entries()) {
    const interval = bootstrapInterval(values, uniformSequence(3, 'bootstrap', [place, 0])) ?? [NaN, NaN]
    expect(Math.abs(interval[0] - low)).toBeLessThan(0.06 * spread)
    expect(Math.abs(interval[1] - high)).toBeLessThan(0.06 * spread)
  }
})

test('q is SciPy’s false discovery control; what is no test counts in no family', () => {
  for (const { p, q } of reference.discovery) {
    const found = correctedP(Float64Array.from([NaN, ...p]))
    expect(found[0]).toBeNaN()
    for (const [k, value] of q.entries()) expect(found[k + 1]).toBeCloseTo(value, 12)
  }
})

test('slopes and residuals are NumPy’s least squares, also where a covariate is a combination of others', () => {
  for (const { x, y, covariates, slope, residuals } of reference.slope) {
    const others = covariates.map((column) => Float64Array.from(column))
    expect(slopeOf(Float64Array.from(y), Float64Array.from(x), others)).toBeCloseTo(slope, 10)
    residualsOf(Float64Array.from(y), others).forEach((value, k) => expect(value).toBeCloseTo(residuals[k] ?? NaN, 10))
  }
})

test('two groups of whole subjects are compared over all ways to deal them out', () => {
  for (const { first, second, p } of reference.groups) expect(permuteSubjects(first, second, noDraw)).toMatchObject({ exact: true, p })
})
