/** Spike times one channel after the other; channel c has times [offsets[c], offsets[c + 1]). */
export type SpikeTrains = { timesS: Float64Array; offsets: Uint32Array }

/**
 * Brings spikes in order of the file to one channel after the other; the order within a channel stays.
 * @param timesS [spikes]
 * @param rowOfSpike [spikes], channel of each spike, in [0, channelCount)
 */
export function groupByChannel(timesS: Float64Array, rowOfSpike: Uint32Array, channelCount: number): SpikeTrains {
  const offsets = new Uint32Array(channelCount + 1)
  for (let s = 0; s < rowOfSpike.length; s++) offsets[rowOfSpike[s]! + 1]! += 1
  for (let c = 0; c < channelCount; c++) offsets[c + 1]! += offsets[c]!
  const next = offsets.slice()
  const grouped = new Float64Array(timesS.length)
  for (let s = 0; s < rowOfSpike.length; s++) {
    const row = rowOfSpike[s]!
    grouped[next[row]!] = timesS[s]!
    next[row]! += 1
  }
  return { timesS: grouped, offsets }
}

/**
 * Sorts the times within every channel.
 * @returns the trains, and how many channels were out of order; yields channels done
 */
export function* sortTrains({ timesS, offsets }: SpikeTrains): Generator<number, { trains: SpikeTrains; unsortedChannels: number[] }> {
  const sorted = timesS.slice()
  const unsortedChannels: number[] = []
  for (let c = 0; c + 1 < offsets.length; c++) {
    const train = sorted.subarray(offsets[c], offsets[c + 1])
    if (!isAscending(train)) {
      unsortedChannels.push(c)
      train.sort()
    }
    yield c + 1
  }
  return { trains: { timesS: sorted, offsets }, unsortedChannels }
}

function isAscending(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (times[i]! < times[i - 1]!) return false
  return true
}

/** Keeps the spikes of [startS, endS). Trains must be sorted within channels. */
export function cutTrains({ timesS, offsets }: SpikeTrains, startS: number, endS: number): SpikeTrains {
  const kept = new Uint32Array(offsets.length)
  const cut = new Float64Array(timesS.length)
  let length = 0
  for (let c = 0; c + 1 < offsets.length; c++) {
    for (let s = offsets[c]!; s < offsets[c + 1]!; s++) {
      const time = timesS[s]!
      if (time >= startS && time < endS) cut[length++] = time
    }
    kept[c + 1] = length
  }
  return { timesS: cut.slice(0, length), offsets: kept }
}

/** First and last spike of all channels; null without spikes. Trains must be sorted within channels. */
export function spanOf({ timesS, offsets }: SpikeTrains): { firstS: number; lastS: number } | null {
  let firstS = Infinity
  let lastS = -Infinity
  for (let c = 0; c + 1 < offsets.length; c++) {
    if (offsets[c] === offsets[c + 1]) continue
    firstS = Math.min(firstS, timesS[offsets[c]!]!)
    lastS = Math.max(lastS, timesS[offsets[c + 1]! - 1]!)
  }
  return timesS.length === 0 ? null : { firstS, lastS }
}
