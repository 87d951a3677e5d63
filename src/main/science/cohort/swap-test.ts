import { spearman } from '../rank-correlation.ts'
import type { Draw } from '../draws.ts'
import { fisherZ, meanOf } from './fisher-z.ts'
import { drawnCount, type PermutationTest } from './sign-flip.ts'

/** More subjects than this are not enumerated: 8! = 40,320 permutations are looked at, 10,000 drawn ones beyond. */
const mostExactSubjects = 8

/** One recording's windows in order of time; null (or not finite) where a window has no value. */
export type WindowSeries = { measure: readonly (number | null)[]; performance: readonly (number | null)[] }

/**
 * M_ij: Fisher-z of ρ between subject i's measure and subject j's performance, the mean over all pairs of one recording of i
 * and one of j; a longer one is cut to the shorter. The diagonal is made as all else is, or the permutations would not be
 * of one kind. 0 where no pair has a ρ: nothing is known of a relation.
 * @param subjects recordings of each, [n]
 * @param rhoOf ρ of what one recording has with another's performance; NaN where there is none
 * @returns [n, n]
 * @source model spec 7.4.3
 */
export function swapMatrixBy<Recording extends Pick<WindowSeries, 'performance'>>(
  subjects: readonly (readonly Recording[])[],
  rhoOf: (own: Recording, performance: WindowSeries['performance']) => number,
): Float64Array {
  const count = subjects.length,
    matrix = new Float64Array(count * count)
  subjects.forEach((own, i) =>
    subjects.forEach((others, j) => {
      const z = own.flatMap((one) => others.map(({ performance }) => fisherZ(rhoOf(one, performance))))
      const mean = meanOf(z)
      matrix[i * count + j] = Number.isNaN(mean) ? 0 : mean
    }),
  )
  return matrix
}

/**
 * The same of a measure with one value a window.
 * @param leastWindows windows with both values that a ρ needs
 */
export const swapMatrix = (subjects: readonly (readonly WindowSeries[])[], leastWindows: number): Float64Array =>
  swapMatrixBy(subjects, ({ measure }, performance) => spearman(measure, performance, leastWindows))

/**
 * Whether the measure goes with a subject's own performance better than with another's: mean_i M_i,π(i) of the true pairing
 * among all permutations π, the true one included. Exact to 8 subjects, else (1 + b)/(1 + m) of 10,000 drawn permutations.
 * @param matrix M, [n, n]
 * @param direction +1 or −1: the side the sign-flip test found; p is one-sided
 * @param uniform of the stream `permutation`
 * @source model spec 7.4.3
 */
export function swapTest(matrix: Float64Array, direction: 1 | -1, uniform: Draw): PermutationTest {
  const count = Math.round(Math.sqrt(matrix.length))
  let own = 0,
    scale = 0
  for (let i = 0; i < count; i++) own += direction * matrix[i * count + i]!
  for (const value of matrix) scale += Math.abs(value)
  const reached = own - 1e-12 * scale
  return count <= mostExactSubjects ? exactSwap(matrix, count, direction, reached) : drawnSwap(matrix, count, direction, reached, uniform)
}

/** Heap's algorithm: two places change from one permutation to the next, and so do two terms of the sum. */
function exactSwap(matrix: Float64Array, count: number, direction: number, reached: number): PermutationTest {
  const partner = Uint8Array.from({ length: count }, (_, i) => i),
    counters = new Uint8Array(count)
  let sum = 0
  for (let i = 0; i < count; i++) sum += direction * matrix[i * count + i]!
  let atLeast = 1,
    permutationCount = 1
  for (let k = 1; k < count;) {
    if (counters[k]! >= k) {
      counters[k++] = 0
      continue
    }
    const other = k % 2 === 0 ? 0 : counters[k]!,
      a = partner[other]!,
      b = partner[k]!
    sum += direction * (matrix[other * count + b]! - matrix[other * count + a]! + matrix[k * count + a]! - matrix[k * count + b]!)
    partner[other] = b
    partner[k] = a
    if (sum >= reached) atLeast++
    permutationCount++
    counters[k]!++
    k = 1
  }
  return { p: atLeast / permutationCount, exact: true, permutationCount }
}

function drawnSwap(matrix: Float64Array, count: number, direction: number, reached: number, uniform: Draw): PermutationTest {
  const partner = Uint32Array.from({ length: count }, (_, i) => i)
  let atLeast = 0
  for (let k = 0; k < drawnCount; k++) {
    let sum = 0
    for (let i = count - 1; i >= 0; i--) {
      const other = Math.floor(uniform() * (i + 1)),
        chosen = partner[other]!
      partner[other] = partner[i]!
      partner[i] = chosen
      sum += direction * matrix[i * count + chosen]!
    }
    if (sum >= reached) atLeast++
  }
  return { p: (1 + atLeast) / (1 + drawnCount), exact: false, permutationCount: drawnCount }
}
