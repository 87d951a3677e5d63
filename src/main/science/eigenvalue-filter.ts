import { uniformSequence } from '../../shared/domain/random.ts'
import { rowOffset } from './correlation.ts'
import { leadingEigenpairs } from './leading-eigenpairs.ts'
import type { SymmetricOperator } from './leading-eigenpairs.ts'

/** Surrogates whose largest eigenvalue is looked at, and the share of them that stays below the bound. */
export const filterTurns = 40
const boundShare = 0.95
/** A channel with less than this left of itself has correlation 0 with everybody. */
const leastLeft = 1e-12

/** λ₊ = (1 + √(N/L))², the largest eigenvalue of independent channels without autocorrelation. @source model spec 1.5 */
export const marchenkoPasturBound = (channelCount: number, binCount: number): number => (1 + Math.sqrt(channelCount / binCount)) ** 2

/** The correlation of the channels that vary, as what it does to a vector. */
function operatorOf(r: Float64Array, channelCount: number, varies: Int32Array): SymmetricOperator {
  const n = varies.length,
    matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    matrix[i * n + i] = 1
    for (let j = i + 1; j < n; j++) matrix[i * n + j] = matrix[j * n + i] = r[rowOffset(channelCount, varies[i]!) + varies[j]!]!
  }
  return {
    size: n,
    multiply: (vector) => {
      const product = new Float64Array(n)
      for (let i = 0; i < n; i++) {
        let sum = 0
        for (let j = 0, at = i * n; j < n; j++, at++) sum += matrix[at]! * vector[j]!
        product[i] = sum
      }
      return product
    },
  }
}

const startOf = (): (() => number) => uniformSequence(0, 'surrogates', [0xffffffff, 0])

/** Largest eigenvalue of a window's correlation. */
function largestEigenvalue(r: Float64Array, channelCount: number, varies: Int32Array, interrupt: () => void): number {
  return leadingEigenpairs(operatorOf(r, channelCount, varies), 1, startOf(), interrupt).values[0] ?? 0
}

/**
 * The 95th percentile of the largest eigenvalue of 40 surrogates: what independent channels with these rates and
 * autocorrelations reach.
 * @param turned correlation of one turn of the window, upper triangle by rows
 * @source model spec 1.5
 */
export function surrogateBound(
  turned: (turn: number) => Float64Array,
  { channelCount, varies }: { channelCount: number; varies: Int32Array },
  interrupt: () => void,
): number {
  const largest = Float64Array.from({ length: filterTurns }, (_, turn) =>
    largestEigenvalue(turned(turn), channelCount, varies, interrupt),
  ).sort()
  const place = boundShare * (filterTurns - 1),
    below = Math.floor(place)
  return largest[below]! + (place - below) * (largest[Math.min(filterTurns - 1, below + 1)]! - largest[below]!)
}

/**
 * What is left of a window's correlation when only the eigenpairs above a bound are kept: R′ = Σ λ v vᵀ, brought back to unit
 * diagonal.
 * @param r upper triangle by rows, of all channels
 * @param varies channels with variance, ascending
 * @param dropsFirst leaves the first pair out too, the mode that all channels share
 * @returns [−1, 1], upper triangle by rows; 0 where a channel is constant or nothing is left of it
 * @source model spec 1.5
 */
export function filteredCorrelation(
  r: Float64Array,
  { channelCount, varies, bound, dropsFirst }: { channelCount: number; varies: Int32Array; bound: number; dropsFirst: boolean },
  interrupt: () => void,
): Float64Array {
  const n = varies.length,
    operator = operatorOf(r, channelCount, varies),
    filtered = new Float64Array(r.length)
  if (n === 0) return filtered
  let wanted = Math.min(n, 8),
    pairs = leadingEigenpairs(operator, wanted, startOf(), interrupt)
  while (wanted < n && pairs.values.at(-1)! > bound) {
    wanted = Math.min(n, 2 * wanted)
    pairs = leadingEigenpairs(operator, wanted, startOf(), interrupt)
  }
  const kept = Array.from(pairs.values.keys()).filter((k) => pairs.values[k]! > bound && !(dropsFirst && k === 0))
  const left = (i: number, j: number): number =>
    kept.reduce((sum, k) => sum + pairs.values[k]! * pairs.vectors[k * n + i]! * pairs.vectors[k * n + j]!, 0)
  const own = Float64Array.from({ length: n }, (_, i) => left(i, i))
  for (let i = 0; i < n; i++) {
    interrupt()
    for (let j = i + 1; j < n; j++) {
      if (own[i]! < leastLeft || own[j]! < leastLeft) continue
      const value = left(i, j) / Math.sqrt(own[i]! * own[j]!)
      filtered[rowOffset(channelCount, varies[i]!) + varies[j]!] = value > 1 ? 1 : value < -1 ? -1 : value
    }
  }
  return filtered
}
