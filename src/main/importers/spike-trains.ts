import { channelLimit } from './labels.ts'

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

/** Ids up to here are looked up in a table. */
const mostTableIds = 1 << 20

/** Which row an id has, −1 where it has none; for a look at every one of millions of spikes. */
export function rowFinder(ids: readonly number[]): (id: number) => number {
  if (ids.every((id) => Number.isInteger(id) && id >= 0 && id < mostTableIds)) {
    const table = new Int32Array(ids.reduce((most, id) => Math.max(most, id), 0) + 1).fill(-1)
    ids.forEach((id, row) => (table[id] = row))
    return (id) => table[id] ?? -1
  }
  const rows = new Map(ids.map((id, row) => [id, row]))
  return (id) => rows.get(id) ?? -1
}

/**
 * The different ids of a list, in order of appearance.
 * @param check sees each new id and its place; throws for what is none
 * @throws what `tooMany` gives beyond `channelLimit`
 */
export function distinctIds(ids: ArrayLike<number>, check: (id: number, place: number) => void, tooMany: () => Error): number[] {
  const isKnown = new Uint8Array(channelLimit)
  const known = new Set<number>()
  for (let s = 0; s < ids.length; s++) {
    const id = ids[s]!
    if (isKnown[id] === 1 || known.has(id)) continue
    check(id, s)
    if (known.size >= channelLimit) throw tooMany()
    known.add(id)
    isKnown[id] = 1
  }
  return [...known]
}

/**
 * Sorts the times within every channel. Trains that are in order come back as they are, without a copy.
 * @returns the trains, and which channels were out of order; yields channels done
 */
export function* sortTrains({ timesS, offsets }: SpikeTrains): Generator<number, { trains: SpikeTrains; unsortedChannels: number[] }> {
  let sorted = timesS
  const unsortedChannels: number[] = []
  for (let c = 0; c + 1 < offsets.length; c++) {
    if (!isAscending(timesS.subarray(offsets[c], offsets[c + 1]))) {
      if (sorted === timesS) sorted = timesS.slice()
      unsortedChannels.push(c)
      sorted.subarray(offsets[c], offsets[c + 1]).sort()
    }
    yield c + 1
  }
  return { trains: { timesS: sorted, offsets }, unsortedChannels }
}

function isAscending(times: Float64Array): boolean {
  for (let i = 1; i < times.length; i++) if (times[i]! < times[i - 1]!) return false
  return true
}

/** Keeps the spikes of [startS, endS); the trains themselves where that is all of them. Trains must be sorted within channels. */
export function cutTrains({ timesS, offsets }: SpikeTrains, startS: number, endS: number): SpikeTrains {
  const span = spanOf({ timesS, offsets })
  if (span && span.firstS >= startS && span.lastS < endS) return { timesS, offsets }
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
