/**
 * Ranks from 1; equal values share the mean of their ranks.
 * @param values finite numbers
 * @returns [values.length]
 */
export function meanRanks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, k) => k).sort((a, b) => values[a]! - values[b]! || a - b)
  const ranks = new Float64Array(values.length)
  for (let first = 0; first < order.length;) {
    let end = first + 1
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++
    for (let k = first; k < end; k++) ranks[order[k]!] = (first + 1 + end) / 2
    first = end
  }
  return ranks
}

/** By the values: sums of equal numbers may differ from them by rounding. */
function isConstant(values: ArrayLike<number>): boolean {
  for (let k = 1; k < values.length; k++) if (values[k] !== values[0]) return false
  return true
}

/** Pearson correlation of two series of one length, clipped to [−1, 1]; NaN where one is constant or there are under two. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (isConstant(x) || isConstant(y)) return NaN
  const count = x.length
  let meanX = 0,
    meanY = 0
  for (let k = 0; k < count; k++) {
    meanX += x[k]!
    meanY += y[k]!
  }
  meanX /= count
  meanY /= count
  let xx = 0,
    yy = 0,
    xy = 0
  for (let k = 0; k < count; k++) {
    const dx = x[k]! - meanX,
      dy = y[k]! - meanY
    xx += dx * dx
    yy += dy * dy
    xy += dx * dy
  }
  return xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : NaN
}

/**
 * Spearman's ρ with mean ranks, over the places where both series have a number; lengths are cut to the shorter.
 * @param leastCount places there must be
 * @returns [−1, 1]; NaN where there are fewer places, or one series is constant on them
 */
export function spearman(x: readonly (number | null)[], y: readonly (number | null)[], leastCount = 3): number {
  const bothX: number[] = [],
    bothY: number[] = []
  for (let k = 0; k < Math.min(x.length, y.length); k++) {
    const a = x[k] ?? NaN,
      b = y[k] ?? NaN
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue
    bothX.push(a)
    bothY.push(b)
  }
  return bothX.length < leastCount ? NaN : pearson(meanRanks(bothX), meanRanks(bothY))
}
