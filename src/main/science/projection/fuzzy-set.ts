import { symmetrised, transposed, type Affinities } from './affinities.ts'
import type { Neighbours } from './neighbours.ts'

const mostHalvings = 64
const tolerance = 1e-5
/** A width below this share of the mean distance is raised to it. */
const leastShare = 1e-3
/** Points that coincide are apart by this much, so that everybody has a nearest other point. */
const leastDistance = 1e-12
const rowsBetweenInterrupts = 1024

/**
 * The fuzzy set of UMAP over nearest neighbours: the strength of i's bond to j is exp(−(d_ij − d_i1)/σ_i), σ_i such that a
 * point's bonds sum to log₂ of its neighbours, itself counted; two ways a bond is a + b − ab.
 * @param neighbours of all points, nearest first
 * @param interrupt called at least every 0.3 s
 * @source McInnes, Healy & Melville 2018, algorithms 2 and 3
 */
export function fuzzySet({ neighbourCount, indexes, distances }: Neighbours, interrupt: () => void): Affinities {
  const rowCount = indexes.length / neighbourCount,
    values = distances.map((distance) => Math.max(distance, leastDistance)),
    wanted = Math.log2(neighbourCount + 1)
  for (let i = 0; i < rowCount; i++) {
    if (i % rowsBetweenInterrupts === 0) interrupt()
    bind(values.subarray(i * neighbourCount, (i + 1) * neighbourCount), wanted)
  }
  const rowStarts = Int32Array.from({ length: rowCount + 1 }, (_, i) => i * neighbourCount),
    columnwise = transposed({ rowStarts, columns: indexes, values })
  interrupt()
  const rowwise = transposed(columnwise)
  interrupt()
  return symmetrised(rowwise, columnwise, (a, b) => a + b - a * b)
}

/** Turns a point's distances into bonds. */
function bind(row: Float64Array, wanted: number): void {
  const nearest = row[0]!
  let mean = 0
  for (const distance of row) mean += distance / (row.length + 1)
  let width = 1,
    low = 0,
    high = Infinity
  for (let halving = 0; halving < mostHalvings; halving++) {
    let sum = 0
    for (let k = 0; k < row.length; k++) sum += Math.exp((nearest - row[k]!) / width)
    if (Math.abs(sum - wanted) < tolerance) break
    if (sum > wanted) {
      high = width
      width = (low + high) / 2
    } else {
      low = width
      width = high === Infinity ? width * 2 : (low + high) / 2
    }
  }
  width = Math.max(width, leastShare * mean)
  for (let k = 0; k < row.length; k++) row[k] = Math.exp((nearest - row[k]!) / width)
}
