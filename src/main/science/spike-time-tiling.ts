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

/** Share of the window within ±Δt of a spike. */
function tiledShare(train: Float64Array, deltaNs: number, lengthNs: number): number {
  let sum = 0,
    reached = 0
  for (let k = 0; k < train.length; k++) {
    const begin = Math.max(reached, train[k]! - deltaNs)
    reached = Math.min(lengthNs, train[k]! + deltaNs)
    sum += reached - begin
  }
  return sum / lengthNs
}

/** Spikes of all channels in the order of time, by buckets that hold one spike on average. */
function merged({ trains, lengthNs }: WindowTrains): { times: Float64Array; channels: Uint16Array } {
  const count = trains.reduce((sum, train) => sum + train.length, 0),
    starts = new Uint32Array(count + 1),
    bucketOf = (time: number): number => Math.min(count - 1, Math.floor((time / lengthNs) * count))
  for (const train of trains) for (let k = 0; k < train.length; k++) starts[bucketOf(train[k]!) + 1]!++
  for (let bucket = 0; bucket < count; bucket++) starts[bucket + 1]! += starts[bucket]!
  const times = new Float64Array(count),
    channels = new Uint16Array(count),
    ends = starts.slice()
  trains.forEach((train, c) => {
    for (let k = 0; k < train.length; k++) {
      const time = train[k]!,
        bucket = bucketOf(time)
      let at = ends[bucket]!++
      for (; at > starts[bucket]! && times[at - 1]! > time; at--) {
        times[at] = times[at - 1]!
        channels[at] = channels[at - 1]!
      }
      times[at] = time
      channels[at] = c
    }
  })
  return { times, channels }
}

/**
 * How many of A's spikes lie within ±Δt, the bounds included, of a spike of B: at every spike of A, all channels with a spike
 * in reach are counted at once, so that the work grows with the pairs that are near and not with all.
 * @returns [channelCount, channelCount], A by rows
 */
function nearCounts(window: WindowTrains, deltaNs: number, interrupt: () => void): Uint32Array {
  const { times, channels } = merged(window),
    channelCount = window.trains.length,
    near = new Uint32Array(channelCount * channelCount)
  const inReach = new Uint32Array(channelCount),
    listed = new Uint16Array(channelCount),
    placeOf = new Uint16Array(channelCount)
  let listedCount = 0,
    first = 0,
    end = 0
  for (let k = 0; k < times.length; k++) {
    if (k % 20_000 === 0) interrupt()
    for (; end < times.length && times[end]! <= times[k]! + deltaNs; end++) {
      const c = channels[end]!
      if (inReach[c]!++ > 0) continue
      placeOf[c] = listedCount
      listed[listedCount++] = c
    }
    for (; times[first]! < times[k]! - deltaNs; first++) {
      const c = channels[first]!
      if (--inReach[c]! > 0) continue
      const moved = listed[--listedCount]!
      listed[placeOf[c]!] = moved
      placeOf[moved] = placeOf[c]!
    }
    const row = channels[k]! * channelCount
    for (let at = 0; at < listedCount; at++) near[row + listed[at]!]!++
  }
  return near
}

/** (P − T)/(1 − P T); 1 where the denominator is 0: all of the time is near, and all spikes are. */
const part = (share: number, time: number): number => (share * time === 1 ? 1 : (share - time) / (1 - share * time))

/** Coefficients of all pairs, and what they are made of. */
export type Tiling = {
  /** [−1, 1], upper triangle by rows, [pairCount]; 0 where a channel has no spike */
  coefficients: Float64Array
  /** spikes of A within ±Δt of a spike of B, [channelCount, channelCount], A by rows */
  near: Uint32Array
  /** of each channel: share of the time within ±Δt of a spike */
  tiled: Float64Array
}

/**
 * Spike time tiling coefficient of every pair: ½[(P_A − T_B)/(1 − P_A T_B) + (P_B − T_A)/(1 − P_B T_A)], P_A the share of A's
 * spikes within ±Δt of a spike of B, T_A the share of time within ±Δt of a spike of A.
 * @param deltaNs Δt
 * @param interrupt called at least every 0.3 s
 * @source Cutts & Eglen 2014; model spec 1.4
 */
export function spikeTimeTiling(window: WindowTrains, deltaNs: number, interrupt: () => void): Tiling {
  const { trains, lengthNs } = window,
    count = trains.length,
    coefficients = new Float64Array(pairCountOf(count)),
    near = nearCounts(window, deltaNs, interrupt),
    tiled = Float64Array.from(trains, (train) => tiledShare(train, deltaNs, lengthNs))
  for (let i = 0, pair = 0; i < count; i++) {
    const a = trains[i]!.length
    for (let j = i + 1; j < count; j++, pair++) {
      const b = trains[j]!.length
      if (a > 0 && b > 0) coefficients[pair] = (part(near[i * count + j]! / a, tiled[j]!) + part(near[j * count + i]! / b, tiled[i]!)) / 2
    }
  }
  return { coefficients, near, tiled }
}
