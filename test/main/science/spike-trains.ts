import type { BinnedCounts, SpikeTrains } from '../../../src/main/science/bins.ts'

/** Spike trains from one list of times per channel. */
export function spikeTrains(timesS: readonly (readonly number[])[]): SpikeTrains {
  const offsets = new Uint32Array(timesS.length + 1)
  timesS.forEach((times, c) => {
    offsets[c + 1] = offsets[c]! + times.length
  })
  return { timesS: Float64Array.from(timesS.flat()), offsets }
}

export const firstChannels = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i)

/** Bins from a dense matrix, counts[bin][channel]. */
export function binsFrom(counts: readonly (readonly number[])[]): BinnedCounts {
  const binStarts = new Uint32Array(counts.length + 1),
    channels: number[] = [],
    values: number[] = []
  counts.forEach((row, b) => {
    row.forEach((count, c) => {
      if (count === 0) return
      channels.push(c)
      values.push(count)
    })
    binStarts[b + 1] = channels.length
  })
  return {
    binCount: counts.length,
    channelCount: counts[0]?.length ?? 0,
    binStarts,
    channels: Uint16Array.from(channels),
    counts: Uint32Array.from(values),
  }
}

/** The dense matrix of bins, counts[bin][channel]. */
export function denseCounts(bins: BinnedCounts): number[][] {
  return Array.from({ length: bins.binCount }, (_, b) => {
    const row = new Array<number>(bins.channelCount).fill(0)
    for (let e = bins.binStarts[b]!; e < bins.binStarts[b + 1]!; e++) row[bins.channels[e]!] = bins.counts[e]!
    return row
  })
}

export const neverInterrupts = (): void => {}
