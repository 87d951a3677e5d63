import type { Role } from '../../shared/domain/region.ts'
import { uniformSequence } from '../../shared/domain/random.ts'
import { binAt, countBins, nanoseconds } from './bins.ts'
import type { BinSpan, SpikeTrains } from './bins.ts'

/** Channels with fewer spikes than this in any segment cannot be matched. */
export const leastSegmentSpikes = 5
/** A rate-matched graph of fewer channels is not made. */
export const leastMatchedChannels = 20

export type RateMatched = {
  /** of all channels of the recording; those that are left out have none */
  spikes: SpikeTrains
  /** the channels that could be matched, in their order */
  channelIndexes: Int32Array
  /** those with too few spikes in some segment, in their order */
  leftOut: Int32Array
}

/** Spikes of the chosen channels by bin of the whole segments, −1 outside of them; which spikes are channel c's as in `spikes`. */
type SpikeBins = { bins: Int32Array; binCount: number }

function spikeBinsOf(spikes: SpikeTrains, channelIndexes: Int32Array, span: BinSpan, interrupt: () => void): SpikeBins {
  const binCount = countBins(span),
    binNs = nanoseconds(span.binMs / 1000),
    bins = new Int32Array(spikes.timesS.length).fill(-1)
  for (const index of channelIndexes) {
    interrupt()
    for (let s = spikes.offsets[index]!; s < spikes.offsets[index + 1]!; s++) {
      const bin = binAt(spikes.timesS[s]!, span.startS, binNs)
      if (bin >= 0 && bin < binCount) bins[s] = bin
    }
  }
  return { bins, binCount }
}

/** Spikes of one channel in every whole segment, [segmentCount]; a last partial segment is in no window and does not count. */
function segmentSpikes({ bins, binCount }: SpikeBins, first: number, end: number, segmentBins: number): Uint32Array {
  const found = new Uint32Array(Math.floor(binCount / segmentBins))
  for (let s = first; s < end; s++) {
    const bin = bins[s]!,
      segment = Math.floor(bin / segmentBins)
    if (bin >= 0 && segment < found.length) found[segment]!++
  }
  return found
}

const least = (counts: Uint32Array): number => counts.reduce((fewest, count) => Math.min(fewest, count), Infinity)

/**
 * Leaves every channel with equally many spikes in every segment: a random subset as large as the channel's smallest count
 * in any segment. So no rate follows anything any more, neither over time nor, hence, the performance. What is drawn for a
 * channel and segment depends on the seed and on nothing else.
 * @param span of the recording, with the bins that say which segment a spike is in
 * @param segmentBins one step of the windows
 * @param interrupt called at least every 0.3 s
 * @source model spec 1.6
 */
export function matchRates(
  spikes: SpikeTrains,
  channelIndexes: Int32Array,
  { span, segmentBins, seed }: { span: BinSpan; segmentBins: number; seed: number },
  interrupt: () => void,
): RateMatched {
  const found = spikeBinsOf(spikes, channelIndexes, span, interrupt)
  const matched: number[] = [],
    leftOut: number[] = [],
    offsets = new Uint32Array(spikes.offsets.length),
    kept = new Float64Array(spikes.timesS.length)
  const order = Int32Array.from(channelIndexes).sort()
  const isMatched = new Uint8Array(spikes.offsets.length)
  let written = 0,
    channel = 0
  for (const index of order) {
    interrupt()
    for (; channel <= index; channel++) offsets[channel] = written
    const first = spikes.offsets[index]!,
      end = spikes.offsets[index + 1]!,
      counts = segmentSpikes(found, first, end, segmentBins),
      wanted = least(counts)
    if (!(wanted >= leastSegmentSpikes && wanted < Infinity)) continue
    isMatched[index] = 1
    // spike by spike: kept with the chance that a random subset of the wanted size holds it, given what was kept so far
    const left = counts.slice(),
      missing = new Uint32Array(counts.length).fill(wanted),
      draws = Array.from(counts, (_, segment) => uniformSequence(seed, 'thinning', [index, segment]))
    for (let s = first; s < end; s++) {
      const bin = found.bins[s]!,
        segment = Math.floor(bin / segmentBins)
      if (bin < 0 || segment >= counts.length) continue
      if (missing[segment]! > 0 && (missing[segment] === left[segment] || draws[segment]!() * left[segment]! < missing[segment]!)) {
        kept[written++] = spikes.timesS[s]!
        missing[segment]!--
      }
      left[segment]!--
    }
  }
  for (; channel < offsets.length; channel++) offsets[channel] = written
  for (const index of channelIndexes) (isMatched[index] === 1 ? matched : leftOut).push(index)
  return {
    spikes: { timesS: kept.slice(0, written), offsets },
    channelIndexes: Int32Array.from(matched),
    leftOut: Int32Array.from(leftOut),
  }
}

/** Channels with enough spikes in every whole segment. */
const enoughSpikes = (found: SpikeBins, { offsets }: SpikeTrains, channelIndexes: Int32Array, segmentBins: number): Int32Array =>
  channelIndexes.filter((index) => least(segmentSpikes(found, offsets[index]!, offsets[index + 1]!, segmentBins)) >= leastSegmentSpikes)

/** The channels that `matchRates` would keep, told without thinning anything. */
export const matchableChannels = (
  spikes: SpikeTrains,
  channelIndexes: Int32Array,
  { span, segmentBins }: { span: BinSpan; segmentBins: number },
  interrupt: () => void,
): Int32Array => enoughSpikes(spikeBinsOf(spikes, channelIndexes, span, interrupt), spikes, channelIndexes, segmentBins)

/** Why too few channels are left: which group has `kept` of `of` where `needed` would do. */
export type Shortage = { group: 'all' | 'sensory' | 'motor'; kept: number; of: number; needed: number }

/**
 * Says whether the channels that can be matched are enough for graphs: 20, and half of every role of the task.
 * @param roles of all channels of the recording; null without one
 * @returns null where they are enough
 * @source model spec 1.6
 */
export function shortageOf(kept: Int32Array, all: Int32Array, roles: readonly (Role | null)[]): Shortage | null {
  if (kept.length < leastMatchedChannels) return { group: 'all', kept: kept.length, of: all.length, needed: leastMatchedChannels }
  for (const group of ['sensory', 'motor'] as const) {
    const count = (channels: Int32Array): number => channels.reduce((sum, index) => sum + (roles[index] === group ? 1 : 0), 0)
    const of = count(all),
      needed = Math.ceil(of / 2),
      here = count(kept)
    if (here < needed) return { group, kept: here, of, needed }
  }
  return null
}

/**
 * The least step, longer than the present one, at which enough channels could be matched: parts of the window first, then
 * multiples of it, up to half of the recording.
 * @returns bins; null where no step would do
 * @source model spec 1.6
 */
export function longerSegment(
  spikes: SpikeTrains,
  channelIndexes: Int32Array,
  { span, segmentBins, windowBins, roles }: { span: BinSpan; segmentBins: number; windowBins: number; roles: readonly (Role | null)[] },
  interrupt: () => void,
): number | null {
  const found = spikeBinsOf(spikes, channelIndexes, span, interrupt)
  const parts: number[] = [],
    multiples: number[] = []
  for (let part = windowBins / segmentBins; part >= 1; part--) if (windowBins % part === 0) parts.push(windowBins / part)
  for (let times = 2; 2 * times * windowBins <= found.binCount; times++) multiples.push(times * windowBins)
  for (const bins of [...parts, ...multiples]) {
    interrupt()
    if (bins <= segmentBins || 2 * bins > found.binCount) continue
    if (shortageOf(enoughSpikes(found, spikes, channelIndexes, bins), channelIndexes, roles) === null) return bins
  }
  return null
}
