import { rowOffset } from './correlation.ts'
import type { Tiling, WindowTrains } from './spike-time-tiling.ts'
import { twoSidedP } from './tails.ts'

/** From so many coincidences expected by chance on, counts are near enough to normal. */
const manyExpected = 25

/** Counts of near spikes in turned windows, beside what chance expects: n_A · T_B. */
type NearCountNull = {
  /** takes in one turn of the window */
  add: (near: Uint32Array) => void
  /**
   * two-sided p of every pair, the larger of both directions, in the order of the coefficients; 0 where many are expected in
   * both, for there the normal tail speaks alone
   */
  p: () => Float64Array
}

/**
 * How far from chance the number of coincidences is by the tail of a count. With a dozen spikes in a window one coincidence is
 * many standard deviations from its mean, and a normal tail calls some per cent of independent pairs edges.
 * @param found the window as recorded
 */
export function nearCountNull({ near, tiled }: Tiling, { trains }: WindowTrains): NearCountNull {
  const count = trains.length,
    squares = new Float64Array(near.length),
    expected = Float64Array.from(near, (_, at) => trains[Math.floor(at / count)]!.length * tiled[at % count]!)
  let turns = 0
  const pOf = (at: number): number => {
    const mean = expected[at]!
    return mean < manyExpected ? twoSidedP(near[at]!, mean, squares[at]! / Math.max(1, turns)) : 0
  }
  return {
    add: (turned) => {
      turns++
      for (let at = 0; at < squares.length; at++) squares[at]! += (turned[at]! - expected[at]!) ** 2
    },
    p: () => {
      const found = new Float64Array((count * (count - 1)) / 2)
      for (let i = 0; i < count; i++)
        for (let j = i + 1; j < count; j++) found[rowOffset(count, i) + j] = Math.max(pOf(i * count + j), pOf(j * count + i))
      return found
    },
  }
}
