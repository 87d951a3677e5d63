import type { BinnedCounts } from './bins.ts'
import { twoSidedNormalP } from './normal-tail.ts'
import type { Rows } from './trace-bins.ts'
import { uniformSequence } from '../../shared/domain/random.ts'

/** Turns of a window that measures without an exact null are compared with. */
export const turnCount = 100

/** With fewer spikes in either train a pair is not tested. */
export const leastTestedSpikes = 5

/** Uniforms of one turn of one window. */
export const turnUniforms = (seed: number, window: number, turn: number): (() => number) =>
  uniformSequence(seed, 'surrogates', [window, turn])

/** One offset per channel, uniform over the bins; each window and turn has its own. */
export function turnOffsets(seed: number, window: number, turn: number, size: { channelCount: number; binCount: number }): Int32Array {
  const draw = turnUniforms(seed, window, turn)
  return Int32Array.from({ length: size.channelCount }, () => Math.floor(draw() * size.binCount))
}

/** Bins [firstBin, firstBin + binCount) with every channel turned by its own offset. */
export function turnedCounts(bins: BinnedCounts, firstBin: number, binCount: number, offsets: Int32Array): BinnedCounts {
  const first = bins.binStarts[firstBin]!,
    end = bins.binStarts[firstBin + binCount]!
  // channel by channel, so that the channels of a bin come out in ascending order
  const perChannel = new Uint32Array(bins.channelCount + 1),
    binStarts = new Uint32Array(binCount + 1),
    places = new Uint32Array(end - first),
    target = new Uint32Array(end - first)
  for (let e = first; e < end; e++) perChannel[bins.channels[e]! + 1]!++
  for (let c = 0; c < bins.channelCount; c++) perChannel[c + 1]! += perChannel[c]!
  for (let b = 0; b < binCount; b++) {
    for (let e = bins.binStarts[firstBin + b]!; e < bins.binStarts[firstBin + b + 1]!; e++) {
      const channel = bins.channels[e]!,
        bin = (b + offsets[channel]!) % binCount
      target[e - first] = bin
      places[perChannel[channel]!++] = e
      binStarts[bin + 1]!++
    }
  }
  for (let b = 0; b < binCount; b++) binStarts[b + 1]! += binStarts[b]!
  const next = binStarts.slice(0, binCount),
    channels = new Uint16Array(end - first),
    counts = new Uint32Array(end - first)
  for (const e of places) {
    const at = next[target[e - first]!]!++
    channels[at] = bins.channels[e]!
    counts[at] = bins.counts[e]!
  }
  return { binCount, channelCount: bins.channelCount, binStarts, channels, counts }
}

/** Every row turned by its own offset. */
export function turnedRows({ rows, rowCount, columnCount }: Rows, offsets: Int32Array): Rows {
  const turned = new Float64Array(rows.length)
  for (let i = 0; i < rowCount; i++) {
    const row = rows.subarray(i * columnCount, (i + 1) * columnCount),
      offset = offsets[i]!
    turned.set(row.subarray(0, columnCount - offset), i * columnCount + offset)
    turned.set(row.subarray(columnCount - offset), i * columnCount)
  }
  return { rows: turned, rowCount, columnCount }
}

/**
 * Two-sided p of every pair against its own mean and standard deviation over 100 turns of the window, with a normal tail.
 * @param found the measure as recorded, [pairCount]
 * @param turned the measure of one turn
 * @param isTested 0: the pair has too few spikes to be tested
 * @returns [pairCount]; NaN where a pair is not tested, 1 where the turns do not differ
 * @source model spec 1.5
 */
export function turnsP(found: Float64Array, turned: (turn: number) => Float64Array, isTested: Uint8Array): Float64Array {
  const mean = new Float64Array(found.length),
    squares = new Float64Array(found.length)
  for (let turn = 0; turn < turnCount; turn++) {
    const here = turned(turn)
    for (let pair = 0; pair < found.length; pair++) {
      const off = here[pair]! - mean[pair]!
      mean[pair]! += off / (turn + 1)
      squares[pair]! += off * (here[pair]! - mean[pair]!)
    }
  }
  return Float64Array.from(found, (value, pair) => {
    if (isTested[pair] === 0) return NaN
    const deviation = Math.sqrt(squares[pair]! / (turnCount - 1))
    return deviation > 1e-12 ? twoSidedNormalP((value - mean[pair]!) / deviation) : 1
  })
}
