import { fail } from '../../shared/contract/errors.ts'
import { binAt, countBins, nanoseconds } from './bins.ts'
import type { BinSpan, SpikeTrains } from './bins.ts'

/** Traces of all channels of a recording. */
export type Traces = {
  /** [channels of the recording, sampleCount], channel by channel */
  values: Float32Array
  /** seconds on the recording's own clock, ascending, [sampleCount] */
  timesS: Float64Array
}

/** Real-valued channels over equal bins: rows [rowCount, columnCount], row-major. */
export type Rows = { rows: Float64Array; rowCount: number; columnCount: number }

/** The running baseline looks this far to both sides, and takes this share of what it sees. */
const baselineHalfS = 30,
  baselineShare = 0.08

/**
 * Mean of a trace's samples in every whole bin of the recording.
 * @param channelIndexes in the order the rows shall have
 * @param overBaseline ΔF/F in place of F
 * @param interrupt called at least every 0.3 s
 * @throws snapshots/bin-without-sample, snapshots/baseline-not-positive
 * @source model spec 1.2
 */
export function binTraces(
  { values, timesS }: Traces,
  channelIndexes: Int32Array,
  { span, overBaseline }: { span: BinSpan; overBaseline: boolean },
  interrupt: () => void,
): Rows {
  const columnCount = countBins(span),
    binNs = nanoseconds(span.binMs / 1000),
    sampleCount = timesS.length
  const bins = Int32Array.from(timesS, (timeS) => binAt(timeS, span.startS, binNs)),
    samples = new Uint32Array(columnCount)
  for (const bin of bins) if (bin >= 0 && bin < columnCount) samples[bin]!++
  const empty = samples.indexOf(0)
  if (empty >= 0) throw fail('snapshots/bin-without-sample', { binMs: span.binMs, atS: (empty * span.binMs) / 1000, ...gapsOf(timesS) })

  const rows = new Float64Array(channelIndexes.length * columnCount)
  channelIndexes.forEach((index, c) => {
    interrupt()
    const trace = values.subarray(index * sampleCount, (index + 1) * sampleCount),
      shown = overBaseline ? overRunningBaseline(trace, timesS, index, interrupt) : trace,
      row = rows.subarray(c * columnCount, (c + 1) * columnCount)
    for (let s = 0; s < sampleCount; s++) {
      const bin = bins[s]!
      if (bin >= 0 && bin < columnCount) row[bin]! += shown[s]!
    }
    for (let b = 0; b < columnCount; b++) row[b]! /= samples[b]!
  })
  return { rows, rowCount: channelIndexes.length, columnCount }
}

/**
 * Counts as spikes in the middle of their bins: as many as were counted, so that bins of whole multiples hold exactly the
 * counts, and a random subset of spikes is one of the counts.
 * @param values whole numbers from 0, [channels, sampleCount]
 */
export function trainsOfCounts({ values, timesS }: Traces): SpikeTrains {
  const channelCount = values.length / timesS.length,
    offsets = new Uint32Array(channelCount + 1),
    times = new Float64Array(values.reduce((sum, count) => sum + count, 0))
  let written = 0
  for (let c = 0, at = 0; c < channelCount; c++) {
    for (let s = 0; s < timesS.length; s++, at++) for (let k = values[at]!; k > 0; k--) times[written++] = timesS[s]!
    offsets[c + 1] = written
  }
  return { timesS: times, offsets }
}

/** Usual and largest distance between two samples, in ms. */
function gapsOf(timesS: Float64Array): { sampleMs: number; longestGapMs: number } {
  const gaps = Float64Array.from({ length: Math.max(0, timesS.length - 1) }, (_, s) => 1000 * (timesS[s + 1]! - timesS[s]!)).sort()
  const inTenths = (ms: number): number => Math.ceil(10 * ms - 1e-6) / 10
  return { sampleMs: inTenths(gaps[gaps.length >> 1] ?? 0), longestGapMs: inTenths(gaps.at(-1) ?? 0) }
}

/**
 * ΔF/F = (F − F₀)/F₀ with F₀ the 8th percentile of the samples up to 30 s before and after; less at the ends.
 * @param channelIndex for the error
 * @throws snapshots/baseline-not-positive: ΔF/F has no meaning where F₀ is zero or below
 */
export function overRunningBaseline(trace: Float32Array, timesS: Float64Array, channelIndex: number, interrupt: () => void): Float64Array {
  const baseline = runningPercentile(trace, timesS, interrupt)
  return Float64Array.from(trace, (value, s) => {
    const level = baseline[s]!
    if (!(level > 0)) throw fail('snapshots/baseline-not-positive', { channelIndex, atS: timesS[s]! - timesS[0]!, level })
    return (value - level) / level
  })
}

/** Which samples are in the window is kept by their rank in a binary indexed tree, so that a percentile takes log S steps. */
function runningPercentile(trace: Float32Array, timesS: Float64Array, interrupt: () => void): Float64Array {
  const count = trace.length,
    sorted = trace.slice().sort(),
    // samples of the same value may share a place: only the value is asked for
    rankOf = Int32Array.from(trace, (value) => lowerBound(sorted, value))
  const tree = new Int32Array(count + 1),
    top = 2 ** Math.floor(Math.log2(count))
  const add = (rank: number, change: 1 | -1): void => {
    for (let at = rank + 1; at <= count; at += at & -at) tree[at]! += change
  }
  const smallest = (order: number): number => {
    let place = 0,
      left = order
    for (let step = top; step > 0; step >>= 1) {
      if (place + step <= count && tree[place + step]! <= left) {
        place += step
        left -= tree[place]!
      }
    }
    return sorted[place]!
  }
  const found = new Float64Array(count)
  let first = 0,
    end = 0
  for (let s = 0; s < count; s++) {
    if (s % 100_000 === 0) interrupt()
    for (; end < count && timesS[end]! <= timesS[s]! + baselineHalfS; end++) add(rankOf[end]!, 1)
    for (; timesS[first]! < timesS[s]! - baselineHalfS; first++) add(rankOf[first]!, -1)
    const place = baselineShare * (end - first - 1),
      below = Math.floor(place),
      low = smallest(below)
    found[s] = place > below ? low + (place - below) * (smallest(below + 1) - low) : low
  }
  return found
}

function lowerBound(sorted: Float32Array, value: number): number {
  let low = 0,
    high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
