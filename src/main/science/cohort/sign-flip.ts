import type { Draw } from '../draws.ts'

/** More subjects than this are not enumerated: 2¹⁶ signs are looked at, 10,000 drawn ones beyond. */
const mostExactSubjects = 16
export const drawnCount = 10_000

/** A two-sided p and how it came about; `exact`: of all permutations, else of drawn ones. */
export type PermutationTest = { p: number; exact: boolean; permutationCount: number }

/**
 * Whether the mean over subjects is 0, were every subject's sign a coin's: the share of signs whose |mean| is at least the
 * one seen. Exact to 16 subjects (the signs seen included), else (1 + b)/(1 + m) of 10,000 drawn signs.
 * @param values one per subject, finite
 * @param uniform of the stream `permutation`
 * @source model spec 7.4.2
 */
export function signFlip(values: readonly number[], uniform: Draw): PermutationTest {
  const sum = values.reduce((total, value) => total + value, 0),
    scale = values.reduce((total, value) => total + Math.abs(value), 0),
    reached = Math.abs(sum) - 1e-12 * scale
  if (values.length <= mostExactSubjects) return exactSignFlip(values, sum, reached)
  let count = 0
  for (let k = 0; k < drawnCount; k++) {
    let flipped = 0
    for (const value of values) flipped += uniform() < 0.5 ? value : -value
    if (Math.abs(flipped) >= reached) count++
  }
  return { p: (1 + count) / (1 + drawnCount), exact: false, permutationCount: drawnCount }
}

/** All signs in the order of the Gray code: each differs from the one before in one subject. */
function exactSignFlip(values: readonly number[], sum: number, reached: number): PermutationTest {
  const permutationCount = 2 ** values.length,
    signs = new Int8Array(values.length).fill(1)
  let flipped = sum,
    count = 1
  for (let k = 1; k < permutationCount; k++) {
    const subject = 31 - Math.clz32(k & -k)
    flipped -= 2 * signs[subject]! * values[subject]!
    signs[subject]! *= -1
    if (Math.abs(flipped) >= reached) count++
  }
  return { p: count / permutationCount, exact: true, permutationCount }
}
