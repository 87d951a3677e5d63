import type { Rows } from './trace-bins.ts'

/** The kernel ends this many standard deviations from its middle. */
const cutAt = 4

/**
 * Every row smoothed by a Gaussian of `sdBins`, cut at 4 standard deviations; beyond its ends a row goes on as its mirror
 * image (b a | a b … y z | z y). Turning a window in time and smoothing commute but for the ends of the window, so surrogates
 * may be made of smoothed rows.
 * @param sdBins standard deviation in bins, above 0
 * @source model spec 1.2
 */
export function smoothRows({ rows, rowCount, columnCount }: Rows, sdBins: number, interrupt: () => void): Rows {
  const radius = Math.floor(cutAt * sdBins + 0.5),
    weights = Float64Array.from({ length: radius + 1 }, (_, k) => Math.exp(-0.5 * (k / sdBins) ** 2))
  const total = weights.reduce((sum, weight, k) => sum + (k === 0 ? weight : 2 * weight), 0),
    smoothed = new Float64Array(rows.length),
    padded = new Float64Array(columnCount + 2 * radius)
  const mirrored = (at: number): number => {
    const place = ((at % (2 * columnCount)) + 2 * columnCount) % (2 * columnCount)
    return place < columnCount ? place : 2 * columnCount - 1 - place
  }
  for (let i = 0; i < rowCount; i++) {
    interrupt()
    const row = rows.subarray(i * columnCount, (i + 1) * columnCount)
    for (let k = 0; k < padded.length; k++) padded[k] = row[mirrored(k - radius)]!
    for (let b = 0; b < columnCount; b++) {
      let sum = weights[0]! * padded[b + radius]!
      for (let k = 1; k <= radius; k++) sum += weights[k]! * (padded[b + radius - k]! + padded[b + radius + k]!)
      smoothed[i * columnCount + b] = sum / total
    }
  }
  return { rows: smoothed, rowCount, columnCount }
}
