import { fail } from '../../shared/contract/errors.ts'
import type { BinnedCounts } from './bins.ts'
import type { WindowBins, Windows } from './windows.ts'

/** Sums over pairs: exact integers, upper triangle by rows. Float64 only where 32 bits could overflow. */
export type PairSums = Int32Array | Float64Array

/** Adds Σ_b x_ib x_jb over the bins [firstBin, endBin) to the sums of all pairs i < j. */
export type AddCoCounts = (sums: PairSums, bins: BinnedCounts, firstBin: number, endBin: number, interrupt: () => void) => void

export const pairCountOf = (channelCount: number): number => (channelCount * (channelCount - 1)) / 2

/** Where row i of the upper triangle begins, less i + 1: pair (i, j) with i < j stands at rowOffset(i) + j. */
export const rowOffset = (channelCount: number, i: number): number => i * channelCount - (i * (i + 1)) / 2 - i - 1

/** Pair updates between two calls of `interrupt`: some 50 ms. */
const updatesBetweenInterrupts = 2e7
/** Segments of a window are kept while they fit into this; beyond, a leaving one is counted a second time. */
const defaultKeptBytes = 256e6

export type CorrelationKernels = { add?: AddCoCounts; keptBytes?: number }

/** Co-counts by the active channels of each bin; the work grows with the square of the channels that fire together. */
export const addCoCounts: AddCoCounts = (sums, bins, firstBin, endBin, interrupt) => {
  const { channels, counts, binStarts, channelCount } = bins
  let updates = 0
  for (let b = firstBin; b < endBin; b++) {
    const start = binStarts[b]!,
      end = binStarts[b + 1]!
    for (let p = start; p < end; p++) {
      const offset = rowOffset(channelCount, channels[p]!),
        count = counts[p]!
      for (let q = p + 1; q < end; q++) sums[offset + channels[q]!]! += count * counts[q]!
    }
    updates += ((end - start) * (end - start)) / 2
    if (updates > updatesBetweenInterrupts) {
      interrupt()
      updates = 0
    }
  }
}

/**
 * Σx and Σx² of every channel over the bins [firstBin, endBin).
 * @returns two arrays [channelCount] of exact integers
 */
function channelSums(bins: BinnedCounts, firstBin: number, endBin: number): { sum: Float64Array; squares: Float64Array } {
  const sum = new Float64Array(bins.channelCount),
    squares = new Float64Array(bins.channelCount)
  for (let e = bins.binStarts[firstBin]!; e < bins.binStarts[endBin]!; e++) {
    const channel = bins.channels[e]!,
      count = bins.counts[e]!
    sum[channel]! += count
    squares[channel]! += count * count
  }
  return { sum, squares }
}

/**
 * r_ij = (L Σxy − Σx Σy) / √((L Σx² − (Σx)²)(L Σy² − (Σy)²)); the numerator is an exact integer.
 * @returns r in [−1, 1], upper triangle by rows, [pairCount]; 0 where a channel is constant
 */
function pearson(binCount: number, sums: PairSums, { sum, squares }: ReturnType<typeof channelSums>): Float64Array {
  const channelCount = sum.length,
    r = new Float64Array(sums.length)
  const variance = Float64Array.from(sum, (total, i) => binCount * squares[i]! - total * total)
  let pair = 0
  for (let i = 0; i < channelCount; i++) {
    const total = sum[i]!,
      own = variance[i]!
    if (own === 0) {
      pair += channelCount - i - 1
      continue
    }
    for (let j = i + 1; j < channelCount; j++, pair++) {
      const product = own * variance[j]!
      if (product === 0) continue
      const value = (binCount * sums[pair]! - total * sum[j]!) / Math.sqrt(product)
      r[pair] = value > 1 ? 1 : value < -1 ? -1 : value
    }
  }
  return r
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b))

/** The sums over pairs of the windows one after another; a window takes over what it shares with the one before. */
function* slidingPairSums(
  bins: BinnedCounts,
  { windowCount, lengthBins, stepBins }: Windows,
  interrupt: () => void,
  { add = addCoCounts, keptBytes = defaultKeptBytes }: CorrelationKernels,
): Generator<PairSums> {
  const pairCount = pairCountOf(bins.channelCount)
  // by Cauchy and Schwarz no Σxy of a window is above the largest Σx² of a channel over the whole recording
  const largest = channelSums(bins, 0, bins.binCount).squares.reduce((most, value) => Math.max(most, value), 0)
  const emptySums = (): PairSums => (largest < 2 ** 31 ? new Int32Array(pairCount) : new Float64Array(pairCount))

  const segmentBins = greatestCommonDivisor(lengthBins, stepBins)
  const perWindow = lengthBins / segmentBins,
    perStep = stepBins / segmentBins
  const overlaps = stepBins < lengthBins
  const keeps = overlaps && perWindow * emptySums().byteLength <= keptBytes
  const kept = new Map<number, PairSums>()
  const addSegment = (sums: PairSums, segment: number): void => {
    add(sums, bins, segment * segmentBins, (segment + 1) * segmentBins, interrupt)
  }
  const addAll = (sums: PairSums, other: PairSums, sign: 1 | -1): void => {
    for (let pair = 0; pair < pairCount; pair++) sums[pair]! += sign * other[pair]!
    interrupt()
  }

  let sums = emptySums()
  for (let window = 0; window < windowCount; window++) {
    const first = window * perStep,
      end = first + perWindow
    const known = window > 0 && overlaps ? end - perStep : first
    if (known === first) sums = emptySums()
    else {
      for (let segment = first - perStep; segment < first; segment++) {
        const leaving = kept.get(segment) ?? emptySums()
        if (!kept.delete(segment)) addSegment(leaving, segment)
        addAll(sums, leaving, -1)
      }
    }
    for (let segment = known; segment < end; segment++) {
      if (!keeps) {
        addSegment(sums, segment)
        continue
      }
      const entering = emptySums()
      addSegment(entering, segment)
      addAll(sums, entering, 1)
      kept.set(segment, entering)
    }
    yield sums
  }
}

/** One window of a recording with what its pairs have in common. */
export type WindowCounts = {
  /** bins [firstBin, firstBin + binCount) of the recording */
  firstBin: number
  binCount: number
  /** Σ_b x_ib x_jb of every pair; the next window writes over it */
  coCounts: PairSums
  /** Pearson r in [−1, 1], 0 where a channel is constant; upper triangle by rows, [pairCount]; a new array per window */
  r: Float64Array
}

/**
 * Co-counts and Pearson correlation of every pair of channels, window after window in the order of time.
 * Sums are integers, so a window gives the same bits alone and among others.
 * @param bins counts, at most 65,535 channels
 * @param interrupt called at least every 0.3 s
 * @param kernels another co-counting kernel; bytes for sums that windows share
 * @throws snapshots/window-outside-recording
 * @source model spec 1.4
 */
export function* correlations(
  bins: BinnedCounts,
  windows: Windows,
  interrupt: () => void,
  kernels: CorrelationKernels = {},
): Generator<WindowCounts> {
  const { windowCount, lengthBins, stepBins } = windows
  const end = (windowCount - 1) * stepBins + lengthBins
  if (end > bins.binCount) throw fail('snapshots/window-outside-recording', { first: end - lengthBins, end, binCount: bins.binCount })
  let firstBin = 0
  for (const coCounts of slidingPairSums(bins, windows, interrupt, kernels)) {
    yield { firstBin, binCount: lengthBins, coCounts, r: pearson(lengthBins, coCounts, channelSums(bins, firstBin, firstBin + lengthBins)) }
    firstBin += stepBins
  }
}

/**
 * The same of one window by itself, wherever it lies.
 * @param interrupt called at least every 0.3 s
 * @source model spec 1.4
 */
export function windowCorrelation(
  bins: BinnedCounts,
  { firstBin, binCount }: WindowBins,
  interrupt: () => void,
  add: AddCoCounts = addCoCounts,
): WindowCounts {
  const coCounts = new Float64Array(pairCountOf(bins.channelCount))
  add(coCounts, bins, firstBin, firstBin + binCount, interrupt)
  return { firstBin, binCount, coCounts, r: pearson(binCount, coCounts, channelSums(bins, firstBin, firstBin + binCount)) }
}

/** r as it is stored: 16-bit fixed point, value/32767, at most 1.6·10⁻⁵ from the exact one. */
export function toFixedPoint(r: Float64Array): Int16Array {
  const fixed = new Int16Array(r.length)
  for (let pair = 0; pair < r.length; pair++) fixed[pair] = Math.round(r[pair]! * 32767)
  return fixed
}
