/** The array's rectangle with opposite sides joined. */
export type ArrayTorus = {
  /** channels that have a position, ascending */
  placed: Int32Array
  /** of the placed ones from the rectangle's corner, [placedCount, 2] */
  placesUm: Float64Array
  /** from the leftmost to the rightmost channel, and from the lowest to the highest */
  extentUm: readonly [number, number]
  /** after which the torus repeats: the extent and one distance between neighbours */
  periodUm: readonly [number, number]
  /** median distance of a channel to its nearest other */
  spacingUm: number
}

/**
 * @param positionsUm [channelCount, 2], NaN where a channel has none
 * @returns null where fewer than two channels have a position, or all have the same
 */
export function arrayTorusOf(positionsUm: Float64Array): ArrayTorus | null {
  const placed = Int32Array.from({ length: positionsUm.length / 2 }, (_, c) => c).filter(
    (c) => Number.isFinite(positionsUm[2 * c]) && Number.isFinite(positionsUm[2 * c + 1]),
  )
  if (placed.length < 2) return null
  const x = Float64Array.from(placed, (c) => positionsUm[2 * c]!),
    y = Float64Array.from(placed, (c) => positionsUm[2 * c + 1]!)
  const left = least(x),
    low = least(y),
    extentUm = [-least(x.map((value) => -value)) - left, -least(y.map((value) => -value)) - low] as const
  const placesUm = Float64Array.from({ length: 2 * placed.length }, (_, at) => (at % 2 === 0 ? x[at >> 1]! - left : y[at >> 1]! - low))
  const spacingUm = medianSpacing(placesUm)
  if (!(spacingUm > 0)) return null
  return { placed, placesUm, extentUm, periodUm: [extentUm[0] + spacingUm, extentUm[1] + spacingUm], spacingUm }
}

const least = (values: Float64Array): number => values.reduce((smallest, value) => Math.min(smallest, value), Infinity)

/** Median distance to the nearest other place that is not the same. */
function medianSpacing(placesUm: Float64Array): number {
  const nearest: number[] = []
  for (let i = 0; i < placesUm.length; i += 2) {
    let best = Infinity
    for (let j = 0; j < placesUm.length; j += 2) {
      const distance = Math.hypot(placesUm[i]! - placesUm[j]!, placesUm[i + 1]! - placesUm[j + 1]!)
      if (distance > 0 && distance < best) best = distance
    }
    if (best < Infinity) nearest.push(best)
  }
  return nearest.sort((a, b) => a - b)[nearest.length >> 1] ?? 0
}
