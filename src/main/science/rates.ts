import type { BinnedCounts } from './bins.ts'
import type { Rows } from './trace-bins.ts'
import type { WindowBins } from './windows.ts'

/** Spikes of every channel in the bins [firstBin, endBin), [channelCount]. */
function spikeCounts(bins: BinnedCounts, firstBin: number, endBin: number): Float64Array {
  const counts = new Float64Array(bins.channelCount)
  for (let e = bins.binStarts[firstBin]!; e < bins.binStarts[endBin]!; e++) counts[bins.channels[e]!]! += bins.counts[e]!
  return counts
}

/**
 * Firing rate of every channel in every window.
 * @param bins spike counts, not occupancy
 * @returns Hz, [windowCount, channelCount]
 */
export function windowRatesHz(bins: BinnedCounts, spans: readonly WindowBins[], binMs: number): Float32Array {
  const ratesHz = new Float32Array(spans.length * bins.channelCount)
  spans.forEach(({ firstBin, binCount }, window) => {
    const windowS = (binCount * binMs) / 1000
    ratesHz.set(
      spikeCounts(bins, firstBin, firstBin + binCount).map((count) => count / windowS),
      window * bins.channelCount,
    )
  })
  return ratesHz
}

/** Share of the bins with a spike of every channel in every window, [windowCount, channelCount]. */
export function activeShares({ channelCount, binStarts, channels }: BinnedCounts, spans: readonly WindowBins[]): Float32Array {
  const shares = new Float32Array(spans.length * channelCount)
  spans.forEach(({ firstBin, binCount }, window) => {
    const active = new Uint32Array(channelCount)
    for (let e = binStarts[firstBin]!; e < binStarts[firstBin + binCount]!; e++) active[channels[e]!]!++
    for (let c = 0; c < channelCount; c++) shares[window * channelCount + c] = active[c]! / binCount
  })
  return shares
}

/** Mean of every row in every window, [windowCount, rowCount]. */
export function windowMeans({ rows, rowCount, columnCount }: Rows, spans: readonly WindowBins[]): Float32Array {
  const means = new Float32Array(spans.length * rowCount)
  spans.forEach(({ firstBin, binCount }, window) => {
    for (let i = 0; i < rowCount; i++) {
      let sum = 0
      for (let b = firstBin; b < firstBin + binCount; b++) sum += rows[i * columnCount + b]!
      means[window * rowCount + i] = sum / binCount
    }
  })
  return means
}

/** Rows that hold one value throughout each window, [windowCount]. */
export function unchangingRowCounts({ rows, rowCount, columnCount }: Rows, spans: readonly WindowBins[]): Int32Array {
  return Int32Array.from(spans, ({ firstBin, binCount }) => {
    let unchanging = 0
    for (let i = 0; i < rowCount; i++) {
      const row = rows.subarray(i * columnCount + firstBin, i * columnCount + firstBin + binCount)
      if (row.every((value) => value === row[0])) unchanging++
    }
    return unchanging
  })
}

/** Firing rate of every channel over all whole bins, Hz, [channelCount]; 0 where there is no bin. */
export function channelRatesHz(bins: BinnedCounts, binMs: number): Float32Array {
  const durationS = (bins.binCount * binMs) / 1000
  return Float32Array.from(spikeCounts(bins, 0, bins.binCount), (count) => (durationS > 0 ? count / durationS : 0))
}

/** Channels without a spike in each window, [windowCount]. */
export function silentChannelCounts(ratesHz: Float32Array, channelCount: number): Int32Array {
  const silent = new Int32Array(channelCount > 0 ? ratesHz.length / channelCount : 0)
  for (let at = 0; at < ratesHz.length; at++) if (ratesHz[at] === 0) silent[Math.floor(at / channelCount)]!++
  return silent
}

/** Edges of every channel of one snapshot, [channelCount], from pairs one after another. */
export function degrees(pairs: Uint16Array, channelCount: number): Int32Array {
  const degree = new Int32Array(channelCount)
  for (const channel of pairs) degree[channel]!++
  return degree
}

/**
 * Mean of every channel over the snapshots in which it has a value; NaN where it never has one.
 * @param values [snapshotCount, channelCount], NaN where there is none
 * @returns [channelCount]
 */
export function meanOverSnapshots(
  values: Float32Array,
  { snapshotCount, channelCount }: { snapshotCount: number; channelCount: number },
): Float32Array {
  const means = new Float32Array(channelCount)
  for (let c = 0; c < channelCount; c++) {
    let sum = 0,
      count = 0
    for (let t = 0; t < snapshotCount; t++) {
      const value = values[t * channelCount + c]!
      if (Number.isNaN(value)) continue
      sum += value
      count++
    }
    means[c] = count > 0 ? sum / count : NaN
  }
  return means
}
