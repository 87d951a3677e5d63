import type { BinnedCounts } from './bins.ts'
import { pairCountOf, rowOffset } from './correlation.ts'
import type { WindowCounts } from './correlation.ts'
import { addSymmetricProduct } from './symmetric-product.ts'
import type { AddSymmetricProduct } from './symmetric-product.ts'
import { logDiscoveryCut } from './multiple-testing.ts'
import { boundAbove, twoSidedP } from './tails.ts'

/** Lags that are worked on together: bounds the memory, and a few rows of them fit into the first cache. */
const lagsTogether = 512
/** Pairs of spikes between two calls of `interrupt`: some 50 ms. */
const updatesBetweenInterrupts = 2e7

type Window = Pick<WindowCounts, 'firstBin' | 'binCount'>

/** Moments of the co-count S_ij over all relative circular offsets of one window; the mean is total_i·total_j/binCount. */
export type OffsetMoments = {
  /** n_i: spikes of every channel in the window, [channelCount] */
  total: Float64Array
  /** v_ij, upper triangle by rows, [pairCount]; 0 where a channel is constant */
  variance: Float64Array
}

/** The non-zero bins of one channel, once around the window and once more behind it, so that a turn never wraps. */
type Train = { times: Int32Array; counts: Float64Array; spikeBinCount: number; total: number; squares: number }

function trainsOf(bins: BinnedCounts, { firstBin, binCount }: Window): Train[] {
  const sizes = new Uint32Array(bins.channelCount),
    first = bins.binStarts[firstBin]!,
    end = bins.binStarts[firstBin + binCount]!
  for (let e = first; e < end; e++) sizes[bins.channels[e]!]!++
  const trains = Array.from(sizes, (size): Train => ({
    times: new Int32Array(2 * size),
    counts: new Float64Array(2 * size),
    spikeBinCount: size,
    total: 0,
    squares: 0,
  }))
  const written = new Uint32Array(bins.channelCount)
  for (let b = 0; b < binCount; b++) {
    for (let e = bins.binStarts[firstBin + b]!; e < bins.binStarts[firstBin + b + 1]!; e++) {
      const channel = bins.channels[e]!,
        train = trains[channel]!,
        at = written[channel]!++,
        count = bins.counts[e]!
      train.times[at] = b
      train.times[at + train.spikeBinCount] = b + binCount
      train.counts[at] = train.counts[at + train.spikeBinCount] = count
      train.total += count
      train.squares += count * count
    }
  }
  return trains
}

/** Adds R(k) = Σ_b x_b x_b+k to row[k − firstLag] for the lags [firstLag, endLag); `next` keeps where each spike goes on. */
function addAutocorrelation(
  row: Float64Array,
  { times, counts, spikeBinCount }: Train,
  next: Uint32Array,
  firstLag: number,
  endLag: number,
): number {
  let updates = 0
  for (let a = 0; a < spikeBinCount; a++) {
    const origin = times[a]! + firstLag,
      end = times[a]! + endLag,
      count = counts[a]!
    let at = next[a]!
    updates -= at
    // the second round lies a whole window behind the first and lags reach half of it, so this ends within the train
    for (; times[at]! < end; at++) row[times[at]! - origin]! += count * counts[at]!
    updates += at
    next[a] = at
  }
  return updates
}

/**
 * Mean and variance of the co-count of every pair over all circular offsets of the two channels in one window:
 * m_ij = n_i n_j/L and v_ij = (1/L) Σ_k (R_i(k) − n_i²/L)(R_j(k) − n_j²/L), with R the circular autocorrelation.
 *
 * Exact: R is a whole number, and so is what is left of it when the whole number next to its mean n²/L is taken away;
 * of those the products are summed without rounding, in any order. R(k) = R(L − k), so half of the lags are enough.
 * @param interrupt called at least every 0.3 s
 * @source model spec 1.5
 */
export function offsetMoments(
  bins: BinnedCounts,
  window: Window,
  interrupt: () => void,
  addProduct: AddSymmetricProduct = addSymmetricProduct,
): OffsetMoments {
  const { binCount } = window,
    { channelCount } = bins,
    lagCount = Math.floor(binCount / 2) + 1
  const trains = trainsOf(bins, window)
  const total = Float64Array.from(trains, (train) => train.total)
  const varying = trains.flatMap(({ squares }, c) => (binCount * squares > total[c]! ** 2 ? [c] : []))
  const meanOf = (c: number): number => total[c]! ** 2 / binCount
  const centres = varying.map((c) => Math.round(meanOf(c)))

  const width = Math.ceil(lagCount / Math.ceil(lagCount / lagsTogether)),
    rowCount = varying.length
  const sums = new Float64Array(pairCountOf(rowCount)),
    rows = new Float64Array(rowCount * width)
  const next = varying.map((c) => Uint32Array.from({ length: trains[c]!.spikeBinCount }, (_, a) => a))
  const atZero = new Float64Array(rowCount),
    atHalf = new Float64Array(rowCount)
  for (let firstLag = 0; firstLag < lagCount; firstLag += width) {
    const columnCount = Math.min(width, lagCount - firstLag)
    let updates = 0
    for (let i = 0; i < rowCount; i++) {
      const row = rows.subarray(i * columnCount, (i + 1) * columnCount).fill(-centres[i]!)
      updates += addAutocorrelation(row, trains[varying[i]!]!, next[i]!, firstLag, firstLag + columnCount)
      if (firstLag === 0) atZero[i] = row[0]!
      if (firstLag + columnCount === lagCount && binCount % 2 === 0) atHalf[i] = row[columnCount - 1]!
      if (updates < updatesBetweenInterrupts) continue
      interrupt()
      updates = 0
    }
    addProduct(sums, rows, { rowCount, columnCount }, interrupt)
  }

  const offCentre = Float64Array.from(varying, (c, i) => meanOf(c) - centres[i]!)
  // where every channel varies the sums are turned into variances in place: a fresh array of this size costs more than the loop
  const variance = rowCount === channelCount ? sums : new Float64Array(pairCountOf(channelCount))
  for (let i = 0, pair = 0; i < rowCount; i++) {
    const row = rowOffset(channelCount, varying[i]!),
      zero = atZero[i]!,
      half = atHalf[i]!,
      off = offCentre[i]!
    for (let j = i + 1; j < rowCount; j++, pair++) {
      // lags 1 … L − 1 come twice, but for L/2 of an even window
      const allLags = 2 * sums[pair]! - zero * atZero[j]! - half * atHalf[j]!,
        own = allLags / binCount - off * offCentre[j]!
      variance[row + varying[j]!] = own > 0 ? own : 0
    }
  }
  return { total, variance }
}

/**
 * Two-sided p of every pair's co-count under the circular-shift null, without surrogates: exact moments over all
 * offsets, tail of a negative binomial with these moments, or Poisson where the variance is not above the mean.
 * @param level a p that is certainly above it may come as 1, which saves most of the tails
 * @returns upper triangle by rows, [pairCount]; 1 where a channel is constant
 * @source model spec 1.5
 */
export function circularShiftP(
  bins: BinnedCounts,
  window: WindowCounts,
  interrupt: () => void,
  addProduct: AddSymmetricProduct = addSymmetricProduct,
  level = 1,
): Float64Array {
  const { total, variance } = offsetMoments(bins, window, interrupt, addProduct)
  const { channelCount } = bins,
    { coCounts, binCount } = window
  const p = new Float64Array(coCounts.length).fill(1),
    isSurelyAbove = boundAbove(level)
  let pair = 0
  for (let i = 0; i < channelCount; i++) {
    if (i % 16 === 0) interrupt()
    for (let j = i + 1; j < channelCount; j++, pair++) {
      const count = coCounts[pair]!,
        mean = (total[i]! * total[j]!) / binCount,
        own = variance[pair]!
      if (own > 0 && !isSurelyAbove(count, mean, own)) p[pair] = twoSidedP(count, mean, own)
    }
  }
  return p
}

/** What a faster loop finds of one window: the moments, and of every pair a bound below log p. */
export type BoundedMoments = OffsetMoments & { logLeastP: Float32Array }

/**
 * The same p, but 1 for every pair that is certainly no discovery at the level among all of them (Benjamini and Hochberg):
 * with bounds below p in its place more would be discoveries, and a pair that is none even then is none.
 */
export function likelyP(
  { total, variance, logLeastP }: BoundedMoments,
  { coCounts, binCount }: Pick<WindowCounts, 'coCounts' | 'binCount'>,
  level: number,
  interrupt: () => void,
): Float64Array {
  const channelCount = total.length,
    p = new Float64Array(coCounts.length).fill(1),
    cut = logDiscoveryCut(logLeastP, level)
  for (let i = 0, pair = 0; i < channelCount; i++) {
    if (i % 16 === 0) interrupt()
    for (let j = i + 1; j < channelCount; j++, pair++) {
      if (logLeastP[pair]! <= cut) p[pair] = twoSidedP(coCounts[pair]!, (total[i]! * total[j]!) / binCount, variance[pair]!)
    }
  }
  return p
}
