/** Spike times of all channels: one array, channel after channel. */
export type SpikeTrains = {
  /** seconds on the recording's own clock, [spikeCount], in any order within a channel */
  timesS: Float64Array
  /** channel c owns timesS[offsets[c] … offsets[c + 1]), [channels of the recording + 1] */
  offsets: Uint32Array
}

/**
 * Spike counts per bin and channel without the zeros: most bins of most channels are empty.
 * Bin b owns the entries [binStarts[b], binStarts[b + 1]), in ascending order of channel.
 */
export type BinnedCounts = {
  binCount: number
  channelCount: number
  /** [binCount + 1] */
  binStarts: Uint32Array
  /** [entryCount], index of the channel among the chosen ones */
  channels: Uint16Array
  /** [entryCount], at least 1 */
  counts: Uint32Array
}

export type BinSpan = { startS: number; endS: number; binMs: number }

const spikesBetweenInterrupts = 1e6

/** Whole nanoseconds: 0.15 s is bin 3 of 50 ms although 0.15 / 0.05 is below 3 in floating point. */
export const nanoseconds = (seconds: number): number => Math.round(seconds * 1e9)

/** The bin that a time falls into, by whole nanoseconds; negative before the start. */
export const binAt = (timeS: number, startS: number, binNs: number): number => Math.floor(nanoseconds(timeS - startS) / binNs)

/** How many whole bins fit into [startS, endS); a last partial bin does not count. */
export function countBins({ startS, endS, binMs }: BinSpan): number {
  return Math.max(0, Math.floor(nanoseconds(endS - startS) / nanoseconds(binMs / 1000)))
}

/**
 * Spike counts of the chosen channels; bin k is [k·Δ, (k + 1)·Δ) from the start of the recording.
 * Times are rounded to nanoseconds and compared as integers. Spikes outside the whole bins are not counted.
 * @param channelIndexes channels of the recording, in the order the result shall have; at most 65,535
 * @param span seconds on the clock of the spikes, width in milliseconds
 * @param interrupt called at least every 0.3 s
 * @source model spec 1.2
 */
export function binSpikes(spikes: SpikeTrains, channelIndexes: Int32Array, span: BinSpan, interrupt: () => void): BinnedCounts {
  const binCount = countBins(span),
    binNs = nanoseconds(span.binMs / 1000)
  const channelCount = channelIndexes.length
  // the bin of every spike, −1 outside, channel after channel
  let spikeCount = 0
  for (const index of channelIndexes) spikeCount += spikes.offsets[index + 1]! - spikes.offsets[index]!
  const binOf = new Int32Array(spikeCount)

  // first pass: in how many channels is each bin active; channels come in order, so a stamp tells new from known
  const binStarts = new Uint32Array(binCount + 1),
    stamp = new Int32Array(binCount).fill(-1)
  for (let c = 0, spike = 0; c < channelCount; c++) {
    const index = channelIndexes[c]!
    for (let s = spikes.offsets[index]!; s < spikes.offsets[index + 1]!; s++, spike++) {
      if (spike % spikesBetweenInterrupts === 0) interrupt()
      const bin = Math.floor(nanoseconds(spikes.timesS[s]! - span.startS) / binNs)
      if (bin < 0 || bin >= binCount) {
        binOf[spike] = -1
        continue
      }
      binOf[spike] = bin
      if (stamp[bin] === c) continue
      stamp[bin] = c
      binStarts[bin + 1]!++
    }
  }
  for (let b = 0; b < binCount; b++) binStarts[b + 1]! += binStarts[b]!

  const channels = new Uint16Array(binStarts[binCount]!),
    counts = new Uint32Array(binStarts[binCount]!)
  const next = binStarts.slice(0, binCount)
  stamp.fill(-1)
  for (let c = 0, spike = 0; c < channelCount; c++) {
    const index = channelIndexes[c]!,
      end = spike + spikes.offsets[index + 1]! - spikes.offsets[index]!
    for (; spike < end; spike++) {
      if (spike % spikesBetweenInterrupts === 0) interrupt()
      const bin = binOf[spike]!
      if (bin < 0) continue
      if (stamp[bin] !== c) {
        stamp[bin] = c
        channels[next[bin]!++] = c
      }
      counts[next[bin]! - 1]!++
    }
  }
  return { binCount, channelCount, binStarts, channels, counts }
}

/** The same bins with 1 where there is a spike, as in the published DishBrain matrices (model spec 1.2). */
export function asOccupancy(bins: BinnedCounts): BinnedCounts {
  return { ...bins, counts: new Uint32Array(bins.counts.length).fill(1) }
}
