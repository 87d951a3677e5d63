import type { Neighbours } from './neighbours.ts'

/** A symmetric sparse matrix by rows: row i owns the entries [rowStarts[i], rowStarts[i + 1]), columns ascending. */
export type Affinities = { rowStarts: Int32Array; columns: Int32Array; values: Float64Array }

const mostHalvings = 64
const entropyTolerance = 1e-5
const rowsBetweenInterrupts = 1024

/** Neighbours that t-SNE looks at: 3 · perplexity, fewer where there are not as many points. */
export const neighbourCountOf = (perplexity: number, pointCount: number): number => Math.min(pointCount - 1, Math.floor(3 * perplexity))

/**
 * Writes p_j|i ∝ exp(−β (d_j² − d_1²)) over the neighbours of one point, β such that the entropy is log(perplexity).
 * @param distances nearest first
 */
function fitConditional(distances: Float64Array, perplexity: number, out: Float64Array): void {
  const wanted = Math.log(perplexity),
    nearest = distances[0]! * distances[0]!
  let beta = 1,
    low = 0,
    high = Infinity
  for (let halving = 0; ; halving++) {
    let sum = 0,
      weighted = 0
    for (let k = 0; k < distances.length; k++) {
      const square = distances[k]! * distances[k]! - nearest,
        weight = Math.exp(-beta * square)
      out[k] = weight
      sum += weight
      weighted += weight * square
    }
    const tooWide = Math.log(sum) + (beta * weighted) / sum - wanted
    if (Math.abs(tooWide) < entropyTolerance || halving === mostHalvings) {
      for (let k = 0; k < out.length; k++) out[k]! /= sum
      return
    }
    if (tooWide > 0) {
      low = beta
      beta = high === Infinity ? beta * 2 : (beta + high) / 2
    } else {
      high = beta
      beta = (beta + low) / 2
    }
  }
}

/**
 * p_j|i of all points. @param distances nearest first, [pointCount, neighbourCount]
 * @returns [pointCount, neighbourCount], rows sum to 1
 */
export type ConditionalProbabilities = (
  distances: Float64Array,
  neighbourCount: number,
  perplexity: number,
  interrupt: () => void,
) => Float64Array

const plainConditionalProbabilities: ConditionalProbabilities = (distances, neighbourCount, perplexity, interrupt) => {
  const values = new Float64Array(distances.length),
    rowCount = distances.length / neighbourCount
  for (let i = 0; i < rowCount; i++) {
    if (i % rowsBetweenInterrupts === 0) interrupt()
    const row = [i * neighbourCount, (i + 1) * neighbourCount] as const
    fitConditional(distances.subarray(...row), perplexity, values.subarray(...row))
  }
  return values
}

/** Rows become columns; the columns of each new row ascend because the old rows are walked in order. */
export function transposed({ rowStarts, columns, values }: Affinities): Affinities {
  const rowCount = rowStarts.length - 1,
    starts = new Int32Array(rowCount + 1)
  for (const column of columns) starts[column + 1]!++
  for (let i = 0; i < rowCount; i++) starts[i + 1]! += starts[i]!
  const next = starts.slice(),
    rows = new Int32Array(columns.length),
    moved = new Float64Array(columns.length)
  for (let i = 0; i < rowCount; i++) {
    for (let e = rowStarts[i]!; e < rowStarts[i + 1]!; e++) {
      const place = next[columns[e]!]!++
      rows[place] = i
      moved[place] = values[e]!
    }
  }
  return { rowStarts: starts, columns: rows, values: moved }
}

/** Two matrices that are each other's transpose, joined entry by entry; columns ascending in all of them. */
export function symmetrised(one: Affinities, other: Affinities, join: (a: number, b: number) => number): Affinities {
  const rowCount = one.rowStarts.length - 1,
    rowStarts = new Int32Array(rowCount + 1)
  const columns = new Int32Array(2 * one.columns.length),
    values = new Float64Array(2 * one.columns.length)
  let written = 0
  for (let i = 0; i < rowCount; i++) {
    let a = one.rowStarts[i]!,
      b = other.rowStarts[i]!
    const endA = one.rowStarts[i + 1]!,
      endB = other.rowStarts[i + 1]!
    while (a < endA || b < endB) {
      const columnA = a < endA ? one.columns[a]! : rowCount,
        columnB = b < endB ? other.columns[b]! : rowCount
      const column = Math.min(columnA, columnB)
      columns[written] = column
      values[written++] = join(columnA === column ? one.values[a++]! : 0, columnB === column ? other.values[b++]! : 0)
    }
    rowStarts[i + 1] = written
  }
  return { rowStarts, columns: columns.slice(0, written), values: values.slice(0, written) }
}

/**
 * The joint probabilities p_ij of t-SNE over nearest neighbours; they sum to 1.
 * @param neighbours of all points, at least 2 each, nearest first
 * @param perplexity capped at a third of the neighbours
 * @param interrupt called at least every 0.3 s
 * @source van der Maaten & Hinton 2008; over 3 · perplexity neighbours: van der Maaten 2014
 */
export function jointProbabilities(
  { neighbourCount, indexes, distances }: Neighbours,
  perplexity: number,
  interrupt: () => void,
  conditional: ConditionalProbabilities = plainConditionalProbabilities,
): Affinities {
  const rowCount = indexes.length / neighbourCount,
    within = Math.max(1, Math.min(perplexity, neighbourCount / 3))
  const values = conditional(distances, neighbourCount, within, interrupt)
  const rowStarts = Int32Array.from({ length: rowCount + 1 }, (_, i) => i * neighbourCount)
  const columnwise = transposed({ rowStarts, columns: indexes, values })
  interrupt()
  const rowwise = transposed(columnwise)
  interrupt()
  return symmetrised(rowwise, columnwise, (a, b) => (a + b) / (2 * rowCount))
}
