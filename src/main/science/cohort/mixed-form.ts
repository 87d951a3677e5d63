import type { Draw } from '../draws.ts'
import { slopeOf } from '../least-squares.ts'
import { meanRanks } from '../rank-correlation.ts'
import { leastWindows } from './measure-test.ts'
import { drawnCount, type PermutationTest } from './sign-flip.ts'

/** Windows of one subject, of one recording or several one after another; null where a window has no value. */
export type MixedWindows = {
  measure: readonly (number | null)[]
  performance: readonly (number | null)[]
  density: readonly number[]
  rateHz: readonly number[]
  /** place in its recording */
  index: readonly number[]
}

/**
 * Slope of one subject in rank(measure) = subject + slope·rank(performance) + density + rate + index, over the windows that
 * have both. Ranks are mean ranks over the subject's windows, between 0 and 1; density, rate and index enter as ranks too.
 * @returns NaN under eight windows, or where performance is a combination of the others
 * @source model spec 7.4.4
 */
export function mixedSlope(windows: MixedWindows): number {
  const { measure, performance, density, rateHz, index } = windows
  const kept = [...measure.keys()].filter((k) => Number.isFinite(measure[k] ?? NaN) && Number.isFinite(performance[k] ?? NaN))
  if (kept.length < leastWindows) return NaN
  const ranks = (values: readonly (number | null)[]): Float64Array =>
    meanRanks(kept.map((k) => values[k] ?? NaN)).map((rank) => (rank - 0.5) / kept.length)
  return slopeOf(ranks(measure), ranks(performance), [ranks(density), ranks(rateHz), ranks(index)])
}

/**
 * Whether two groups of subjects differ in the mean, two-sided, by permuting whole subjects: all ways to deal them out up to
 * 100,000, else (1 + b)/(1 + m) of 10,000 drawn ones.
 * @param uniform of the stream `permutation`
 * @source model spec 7.4.4
 */
export function permuteSubjects(first: readonly number[], second: readonly number[], uniform: Draw): PermutationTest {
  const all = [...first, ...second],
    total = all.reduce((sum, value) => sum + value, 0),
    scale = all.reduce((sum, value) => sum + Math.abs(value), 0)
  const difference = (sum: number): number => Math.abs(sum / first.length - (total - sum) / second.length)
  const reached = difference(first.reduce((sum, value) => sum + value, 0)) - 1e-12 * scale
  const ways = choose(all.length, first.length)
  let atLeast = 0
  if (ways <= 100_000) {
    const deal = (from: number, left: number, sum: number): void => {
      if (left === 0) {
        if (difference(sum) >= reached) atLeast++
        return
      }
      for (let k = from; k <= all.length - left; k++) deal(k + 1, left - 1, sum + all[k]!)
    }
    deal(0, first.length, 0)
    return { p: atLeast / ways, exact: true, permutationCount: ways }
  }
  for (let drawn = 0; drawn < drawnCount; drawn++) {
    let sum = 0
    for (let k = 0; k < first.length; k++) {
      const other = k + Math.floor(uniform() * (all.length - k)),
        chosen = all[other]!
      all[other] = all[k]!
      all[k] = chosen
      sum += chosen
    }
    if (difference(sum) >= reached) atLeast++
  }
  return { p: (1 + atLeast) / (1 + drawnCount), exact: false, permutationCount: drawnCount }
}

export function choose(count: number, chosen: number): number {
  let ways = 1
  for (let k = 1; k <= chosen; k++) ways = (ways * (count - chosen + k)) / k
  return Math.round(ways)
}
