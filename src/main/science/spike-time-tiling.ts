import { pairCountOf } from './correlation.ts'
import type { TrainTimes } from './spike-train-times.ts'
import { within } from './spike-train-times.ts'

/** Spikes of one window: per channel, ascending whole nanoseconds from the start of the window. */
export type WindowTrains = { trains: Float64Array[]; lengthNs: number }

/** Spikes in [startNs, endNs), counted from there. */
export function trainsInWindow(times: TrainTimes, startNs: number, endNs: number): WindowTrains {
  return { trains: times.map((own) => within(own, startNs, endNs).map((time) => time - startNs)), lengthNs: endNs - startNs }
}

/** Every train turned around the window by its own offset. */
export function turnedTrains({ trains, lengthNs }: WindowTrains, uniform: () => number): WindowTrains {
  return {
    lengthNs,
    trains: trains.map((train) => {
      const offset = Math.floor(uniform() * lengthNs),
        first = train.findIndex((time) => time + offset >= lengthNs),
        around = first < 0 ? train.length : first
      const turned = new Float64Array(train.length)
      for (let k = around; k < train.length; k++) turned[k - around] = train[k]! + offset - lengthNs
      for (let k = 0; k < around; k++) turned[train.length - around + k] = train[k]! + offset
      return turned
    }),
  }
}

/** Time within ±Δt of a spike, as separate stretches in order: begin, end, begin, end …; within the window. */
function tilesOf(train: Float64Array, deltaNs: number, lengthNs: number): Float64Array {
  const tiles: number[] = []
  for (const time of train) {
    const begin = Math.max(0, time - deltaNs),
      end = Math.min(lengthNs, time + deltaNs)
    if (tiles.length > 0 && begin <= tiles[tiles.length - 1]!) tiles[tiles.length - 1] = end
    else tiles.push(begin, end)
  }
  return Float64Array.from(tiles)
}

/** Share of A's spikes within ±Δt, the bounds included, of a spike of B. */
function shareNear(a: Float64Array, b: Float64Array, deltaNs: number): number {
  let near = 0,
    next = 0
  for (let k = 0; k < a.length; k++) {
    const time = a[k]!
    while (next < b.length && b[next]! < time - deltaNs) next++
    if (next < b.length && b[next]! <= time + deltaNs) near++
  }
  return near / a.length
}

/** (P − T)/(1 − P T); 1 where the denominator is 0: all of the time is near, and all spikes are. */
const part = (share: number, time: number): number => (share * time === 1 ? 1 : (share - time) / (1 - share * time))

/**
 * Spike time tiling coefficient of every pair: ½[(P_A − T_B)/(1 − P_A T_B) + (P_B − T_A)/(1 − P_B T_A)], P_A the share of A's
 * spikes within ±Δt of a spike of B, T_A the share of time within ±Δt of a spike of A.
 * @param deltaNs Δt
 * @param interrupt called at least every 0.3 s
 * @returns [−1, 1], upper triangle by rows, [pairCount]; 0 where a channel has no spike
 * @source Cutts & Eglen 2014; model spec 1.4
 */
export function tilingCoefficients({ trains, lengthNs }: WindowTrains, deltaNs: number, interrupt: () => void): Float64Array {
  const found = new Float64Array(pairCountOf(trains.length))
  const times = trains.map((train) => {
    const tiles = tilesOf(train, deltaNs, lengthNs)
    let sum = 0
    for (let k = 0; k < tiles.length; k += 2) sum += tiles[k + 1]! - tiles[k]!
    return sum / lengthNs
  })
  for (let i = 0, pair = 0; i < trains.length; i++) {
    interrupt()
    const a = trains[i]!
    for (let j = i + 1; j < trains.length; j++, pair++) {
      const b = trains[j]!
      if (a.length === 0 || b.length === 0) continue
      found[pair] = (part(shareNear(a, b, deltaNs), times[j]!) + part(shareNear(b, a, deltaNs), times[i]!)) / 2
    }
  }
  return found
}
