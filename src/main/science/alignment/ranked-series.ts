/** A series that is ranked again and again on changing subsets of its places. */
export type RankedSeries = {
  values: Float64Array
  /** places with a number, by value */
  order: Int32Array
}

/** @param values NaN where there is none */
export function rankedSeries(values: ArrayLike<number>): RankedSeries {
  const own = Float64Array.from(values)
  const order = Int32Array.from(own.keys())
    .filter((k) => !Number.isNaN(own[k]!))
    .sort((a, b) => own[a]! - own[b]! || a - b)
  return { values: own, order }
}

/**
 * Mean ranks among the chosen places, less their mean: they add up to 0.
 * @param chosen 1 where a place counts; the series must have a number there
 * @param out written: [places], 0 where a place does not count
 * @returns sum of squares; 0 where all are equal
 */
export function centredRanks({ values, order }: RankedSeries, chosen: Uint8Array, chosenCount: number, out: Float64Array): number {
  out.fill(0)
  const middle = (chosenCount + 1) / 2
  let done = 0,
    squares = 0
  for (let k = 0; k < order.length;) {
    let end = k,
      tied = 0
    while (end < order.length && values[order[end]!] === values[order[k]!]) tied += chosen[order[end++]!]!
    if (tied > 0) {
      const rank = done + (tied + 1) / 2 - middle
      for (; k < end; k++) if (chosen[order[k]!] === 1) out[order[k]!] = rank
      squares += tied * rank * rank
      done += tied
    }
    k = end
  }
  return squares
}
