import fc from 'fast-check'
import { expect, test } from 'vitest'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'
import { permuteSubjects } from '../../../../src/main/science/cohort/mixed-form.ts'
import { subjectsNeeded } from '../../../../src/main/science/cohort/power.ts'
import { signFlip } from '../../../../src/main/science/cohort/sign-flip.ts'
import { swapMatrix, swapTest } from '../../../../src/main/science/cohort/swap-test.ts'
import '../../../property-seed.ts'

const values = (count: number) => fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: count, maxLength: count })
const draws = (seed: number) => uniformSequence(seed, 'permutation')

test('sign-flip p is two-sided, at least 2 of all signs, and knows no order of subjects', () => {
  fc.assert(
    fc.property(values(7), (z) => {
      const { p } = signFlip(z, draws(1))
      expect(p).toBeGreaterThanOrEqual(2 / 2 ** 7)
      expect(signFlip(z.toReversed(), draws(2)).p).toBe(p)
      expect(
        signFlip(
          z.map((value) => -value),
          draws(3),
        ).p,
      ).toBe(p)
    }),
  )
})

test('six subjects of one sign are the fewest with p < 0.05', () => {
  const alike = (count: number): number => signFlip(new Array<number>(count).fill(0.4), draws(1)).p
  expect([alike(5), alike(6)]).toEqual([2 / 32, 2 / 64])
})

test('beyond sixteen subjects signs are drawn, beyond eight permutations, and p comes near the exact one', () => {
  const z = Array.from({ length: 17 }, (_, k) => Math.sin(k) + 0.25)
  const drawn = signFlip(z, draws(4))
  let atLeast = 0
  const sum = Math.abs(z.reduce((total, value) => total + value, 0))
  for (let signs = 0; signs < 2 ** z.length; signs++) {
    let flipped = 0
    for (let k = 0; k < z.length; k++) flipped += (signs >>> k) & 1 ? z[k]! : -z[k]!
    if (Math.abs(flipped) >= sum - 1e-12) atLeast++
  }
  expect(drawn).toMatchObject({ exact: false, permutationCount: 10_000 })
  expect(Math.abs(drawn.p - atLeast / 2 ** z.length)).toBeLessThan(0.02)

  const nine = Float64Array.from({ length: 81 }, (_, k) => Math.sin(k * k) + (k % 10 === 0 ? 0.2 : 0))
  expect(swapTest(nine, 1, draws(5))).toMatchObject({ exact: false, permutationCount: 10_000 })
  const p = swapTest(nine, 1, draws(5)).p
  expect(swapTest(nine, 1, draws(5)).p).toBe(p)
  expect(Math.abs(swapTest(nine, 1, draws(6)).p - p)).toBeLessThan(0.03)
})

test('under no effect the swap test and the sign-flip test find one in no more cohorts than their level', () => {
  const draw = uniformSequence(11, 'simulate')
  const small = { swap: 0, sign: 0 }
  const cohorts = 600
  for (let cohort = 0; cohort < cohorts; cohort++) {
    const matrix = Float64Array.from({ length: 36 }, () => draw() - 0.5)
    if (swapTest(matrix, 1, draws(cohort)).p < 0.05) small.swap++
    if (
      signFlip(
        Array.from({ length: 6 }, () => draw() - 0.5),
        draws(cohort),
      ).p < 0.05
    )
      small.sign++
  }
  // upper 99.9 % of Binomial(600, 0.05)
  expect(small.swap).toBeLessThan(48)
  expect(small.sign).toBeLessThan(48)
  expect(small.swap).toBeGreaterThan(12)
})

test('the swap matrix is the mean over recordings of one and the other, cut to the shorter, and 0 where nothing is known', () => {
  const up = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    down = up.toReversed()
  const matrix = swapMatrix(
    [
      [{ measure: up, performance: up }],
      [
        { measure: down, performance: down },
        { measure: up, performance: up.slice(0, 8) },
      ],
      [{ measure: up.map(() => null), performance: up }],
    ],
    8,
  )
  const z = Math.atanh(0.99)
  expect(matrix[0]).toBeCloseTo(z, 12)
  expect(matrix[1]).toBeCloseTo((z - z) / 2, 12)
  expect(matrix[3]).toBeCloseTo((-z + z) / 2, 12)
  expect(matrix[2]).toBeCloseTo(z, 12)
  expect([...matrix.subarray(6)]).toEqual([0, 0, 0])
})

test('drawn deals of two large groups come near a known p, and the seed settles them', () => {
  const group = (shift: number): number[] => Array.from({ length: 12 }, (_, k) => Math.cos(3 * k) + shift)
  expect(permuteSubjects(group(0), group(0), draws(1)).p).toBeGreaterThan(0.9)
  const { p, exact } = permuteSubjects(group(0.9), group(0), draws(2))
  expect(exact).toBe(false)
  expect(p).toBeLessThan(0.1)
  expect(permuteSubjects(group(0.9), group(0), draws(2)).p).toBe(p)
})

test('subjects needed: six at least, more for a weak effect, and nothing is promised without one', () => {
  expect(subjectsNeeded([0.5, 0.6, 0.4])).toEqual({ forTest: 6, forPower: 6 })
  const weak = subjectsNeeded([0.5, -0.4, 0.3, 0.2]).forPower ?? 0
  expect(weak).toBeGreaterThan(20)
  expect(subjectsNeeded([0.5, -0.5, 0.1, -0.1]).forPower).toBe(null)
  expect(subjectsNeeded([0.5]).forPower).toBe(null)
})
