import { controlNames, type ControlName, type PerformanceCorrelation, type ShiftTest } from '../../../shared/domain/alignment.ts'
import { orthogonal } from '../least-squares.ts'
import { centredRanks, rankedSeries, type RankedSeries } from './ranked-series.ts'
import { twoSided } from './two-sided.ts'

/** With fewer windows that have events and a value there is no correlation. @source model spec 7.1 */
export const leastWindows = 8

/** The hit ratio of every window, as played and with the event train turned. */
export type PerformanceNull = { seen: RankedSeries; shifted: RankedSeries[] }

export const performanceNull = (hitRatio: Float64Array, shifted: readonly Float64Array[]): PerformanceNull => ({
  seen: rankedSeries(hitRatio),
  shifted: shifted.map(rankedSeries),
})

/** What ranks are residualised on, [windowCount] each. */
export type Controls = { density: Float64Array; meanRateHz: Float64Array; windowIndex: Float64Array }

type Version = 'plain' | ControlName

/** A series on the windows that both it and a performance have: its ranks, and what controls leave of them. */
type Prepared = { chosen: Uint8Array; count: number; ranks: Map<Version, { left: Float64Array; squares: number; basis: Float64Array[] }> }

/** Residuals smaller than this share of the ranks are rounding. */
const leastShareLeft = 1e-9

function prepare(series: RankedSeries, chosen: Uint8Array, controls: Record<string, RankedSeries> | null): Prepared {
  const size = chosen.length,
    count = chosen.reduce((sum, one) => sum + one, 0),
    plain = new Float64Array(size),
    squares = centredRanks(series, chosen, count, plain)
  const ranks: Prepared['ranks'] = new Map([['plain', { left: plain, squares, basis: [] }]])
  if (controls) {
    const ranked = Object.entries(controls).map(([name, control]) => {
      const out = new Float64Array(size)
      centredRanks(control, chosen, count, out)
      return [name, out] as const
    })
    for (const name of controlNames) {
      // places that are not chosen are 0 in all columns, so the sums are over the chosen ones
      const columns = ranked.flatMap(([own, column]) => (name === 'all' || own === name ? [column] : [])),
        basis = orthogonal(columns, size).map(toLengthOne)
      const left = plain.slice()
      const square = takeOut(left, basis)
      ranks.set(name, { left, squares: square > leastShareLeft * squares ? square : 0, basis })
    }
  }
  return { chosen: chosen.slice(), count, ranks }
}

function toLengthOne(column: Float64Array): Float64Array {
  const length = Math.sqrt(dot(column, column))
  return column.map((value) => value / length)
}

/** Takes the part along an orthonormal basis out; returns what is left of the sum of squares. */
function takeOut(column: Float64Array, basis: readonly Float64Array[]): number {
  for (const direction of basis) {
    const share = dot(column, direction)
    for (let k = 0; k < column.length; k++) column[k]! -= share * direction[k]!
  }
  return dot(column, column)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}

/** ρ of each version with one performance; what was prepared serves as long as the windows stay the same. */
function correlator(series: RankedSeries, controls: Record<string, RankedSeries> | null) {
  const size = series.values.length,
    chosen = new Uint8Array(size),
    ranks = new Float64Array(size)
  let prepared: Prepared | null = null
  return (performance: RankedSeries): { count: number; rho: (version: Version) => number } => {
    for (let t = 0; t < size; t++) chosen[t] = Number.isNaN(series.values[t]!) || Number.isNaN(performance.values[t]!) ? 0 : 1
    if (!prepared || prepared.chosen.some((one, t) => one !== chosen[t])) prepared = prepare(series, chosen, controls)
    const { count } = prepared,
      held = prepared.ranks
    if (count < leastWindows) return { count, rho: () => NaN }
    const squares = centredRanks(performance, chosen, count, ranks)
    return {
      count,
      rho: (version) => {
        const own = held.get(version)
        if (!own || own.squares === 0) return NaN
        // the series' part is free of the controls, so the performance's own part along them adds nothing to the product
        let left = squares
        for (const direction of own.basis) left -= dot(ranks, direction) ** 2
        return left > leastShareLeft * squares ? Math.max(-1, Math.min(1, dot(ranks, own.left) / Math.sqrt(left * own.squares))) : NaN
      },
    }
  }
}

/** Spearman's ρ with the performance and two-sided p against the turned event trains, for a series without controls. */
export function shiftTestOf(values: ArrayLike<number>, performance: PerformanceNull): { rho: number; p: number } {
  const correlate = correlator(rankedSeries(values), null),
    rho = correlate(performance.seen).rho('plain')
  if (Number.isNaN(rho)) return { rho, p: NaN }
  const nulls = Float64Array.from(performance.shifted, (one) => correlate(one).rho('plain'))
  return { rho, p: twoSided(rho, nulls).p }
}

/**
 * Spearman's ρ of a measure with the hit ratio over the windows that have both, beside circular shifts of the event train,
 * as it is and with its ranks residualised on density, mean rate and window index, one by one and together.
 * @param values [windowCount], NaN where there is none
 * @source model spec 7.4, 1
 */
export function correlateWithPerformance(values: Float64Array, performance: PerformanceNull, controls: Controls): PerformanceCorrelation {
  const series = rankedSeries(values),
    ranked = Object.fromEntries(Object.entries(controls).map(([name, control]) => [name, rankedSeries(control)]))
  const correlate = correlator(series, ranked),
    versions: Version[] = ['plain', ...controlNames],
    seen = correlate(performance.seen),
    rhos = new Map(versions.map((version) => [version, seen.rho(version)])),
    nulls = new Map(versions.map((version) => [version, new Float64Array(performance.shifted.length)]))
  if (!Number.isNaN(rhos.get('plain')!)) {
    for (const [k, one] of performance.shifted.entries()) {
      const turned = correlate(one)
      for (const version of versions) nulls.get(version)![k] = turned.rho(version)
    }
  }
  const test = (version: Version): ShiftTest => {
    const rho = rhos.get(version)!
    return { rho: orNull(rho), p: orNull(twoSided(rho, nulls.get(version)!).p) }
  }
  const plain = test('plain')
  return {
    ...plain,
    windowCount: seen.count,
    null95: plain.p === null ? null : middle95(nulls.get('plain')!),
    residual: Object.fromEntries(controlNames.map((name) => [name, test(name)])) as PerformanceCorrelation['residual'],
    reason: plain.rho === null ? reasonOf(series, performance.seen, seen.count) : null,
    wholeLine: null,
  }
}

function reasonOf(series: RankedSeries, { values, order }: RankedSeries, count: number): PerformanceCorrelation['reason'] {
  if (order.length === 0) return 'no-events'
  if (count < leastWindows) return 'too-few-windows'
  const isConstant = order.every((t) => Number.isNaN(series.values[t]!) || values[t] === values[order[0]!])
  return isConstant ? 'performance-constant' : 'measure-constant'
}

/** The 2.5 and 97.5 % quantiles, by linear interpolation. */
function middle95(nulls: Float64Array): [number, number] {
  const sorted = nulls.filter((value) => !Number.isNaN(value)).sort()
  const quantile = (share: number): number => {
    const at = share * (sorted.length - 1),
      below = Math.floor(at)
    return sorted[below]! + (at - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - sorted[below]!)
  }
  return [quantile(0.025), quantile(0.975)]
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)
