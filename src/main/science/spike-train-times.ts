import type { SpikeTrains } from './bins.ts'
import { nanoseconds } from './bins.ts'

/** Spikes of the chosen channels: per channel, ascending whole nanoseconds from one moment on. */
export type TrainTimes = readonly Float64Array[]

/** @param startS the moment they count from, on the clock of the spikes; spikes before it are negative */
export function trainTimes(spikes: SpikeTrains, channelIndexes: Int32Array, startS: number, interrupt: () => void): TrainTimes {
  return Array.from(channelIndexes, (index) => {
    interrupt()
    const times = spikes.timesS.slice(spikes.offsets[index], spikes.offsets[index + 1])
    for (let k = 0; k < times.length; k++) times[k] = nanoseconds(times[k]! - startS)
    return isAscending(times) ? times : times.sort()
  })
}

function isAscending(times: Float64Array): boolean {
  for (let k = 1; k < times.length; k++) if (times[k]! < times[k - 1]!) return false
  return true
}

/** Spikes of one channel in [startNs, endNs), not copied. */
export function within(times: Float64Array, startNs: number, endNs: number): Float64Array {
  return times.subarray(firstFrom(times, startNs), firstFrom(times, endNs))
}

function firstFrom(times: Float64Array, moment: number): number {
  let low = 0,
    high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! < moment) low = middle + 1
    else high = middle
  }
  return low
}
