import type { EdgeLossInstruction } from '../operations/edge-loss.ts'
import { edgeWeightsOf } from '../edge-weights.ts'
import { doublesOf, floatsOf, type Kernel } from './memory.ts'

/** Latent columns, padded with zeros: z_i and its gradient stay in local variables while j runs. */
export const latentLimit = 8
/** Factors 1 + e^−|x| ≤ 2 that are multiplied before one logarithm is taken. */
const factorsPerLog = 512

/**
 * First every pair as if it were none: Σ softplus(x) and its slope σ(x). Then each edge is put right:
 * w softplus(−x) − softplus(x) = (w − 1) softplus(x) − w x; and each pair held out is taken back. Sums are float64, so that nothing is lost where both cancel.
 */
export const edgeLoss: Kernel<EdgeLossInstruction> = (instruction, memory) => {
  const {
    from: { z, rowStart, columns, heldRowStart, heldColumns },
    to: { sum, dZ },
    firstRow,
    rowCount,
    withDiagonal,
  } = instruction
  const n = z.rowCount,
    latentCount = z.columnCount
  if (latentCount > latentLimit) throw new Error(`program: edgeLoss takes at most ${latentLimit} latent columns`)
  const { edge, perPair } = edgeWeightsOf(instruction, ({ tensor }) => memory.arrays[tensor.id]!)
  const points = memory.scratch('points', n * latentLimit),
    slopes = memory.scratch('slopes', n * latentLimit).fill(0)
  const zs = floatsOf(memory, z)
  for (let at = 0; at < n * latentLimit; at++) {
    const column = at % latentLimit,
      row = (at - column) / latentLimit
    points[at] = column < latentCount ? zs[z.offset + row * z.stride + column]! : 0
  }
  const starts = memory.arrays[rowStart.tensor.id] as Uint32Array,
    neighbours = memory.arrays[columns.tensor.id] as Uint16Array
  const heldStarts = heldRowStart && (memory.arrays[heldRowStart.tensor.id] as Uint32Array),
    held = heldColumns && (memory.arrays[heldColumns.tensor.id] as Uint16Array)
  const heldOf = (i: number): Uint16Array =>
    held && heldStarts && heldRowStart
      ? held.subarray(heldStarts[heldRowStart.offset + i]!, heldStarts[heldRowStart.offset + i + 1]!)
      : new Uint16Array(0)
  let total = 0
  for (let i = firstRow; i < firstRow + rowCount; i++) {
    total += 2 * nonEdges(points, slopes, i, i + 1, n)
    if (withDiagonal) total += selfPair(points, slopes, i)
    for (let e = starts[rowStart.offset + i]!; e < starts[rowStart.offset + i + 1]!; e++) {
      const j = neighbours[e]!
      if (j >= n || j < i || (j === i && !withDiagonal)) continue
      total += (i === j ? 1 : 2) * correctEdge(points, slopes, i, j, edge)
    }
    for (const j of heldOf(i)) if (j > i && j < n) total -= 2 * takeBack(points, slopes, i, j)
  }
  doublesOf(memory, sum)[sum.offset]! += perPair * total
  if (dZ === null) return
  const ds = floatsOf(memory, dZ)
  for (let row = 0; row < n; row++) {
    for (let c = 0; c < latentCount; c++) ds[dZ.offset + row * dZ.stride + c]! += 2 * perPair * slopes[row * latentLimit + c]!
  }
}

/** Σ softplus(z_i · z_j) over j in [first, end); adds σ(z_i · z_j) z_j to the slope of i and the other way round. */
function nonEdges(points: Float64Array, slopes: Float64Array, i: number, first: number, end: number): number {
  const a = i * 8
  const z0 = points[a]!,
    z1 = points[a + 1]!,
    z2 = points[a + 2]!,
    z3 = points[a + 3]!
  const z4 = points[a + 4]!,
    z5 = points[a + 5]!,
    z6 = points[a + 6]!,
    z7 = points[a + 7]!
  let d0 = 0,
    d1 = 0,
    d2 = 0,
    d3 = 0,
    d4 = 0,
    d5 = 0,
    d6 = 0,
    d7 = 0
  let total = 0,
    product = 1
  for (let j = first; j < end; j++) {
    const b = j * 8
    const y0 = points[b]!,
      y1 = points[b + 1]!,
      y2 = points[b + 2]!,
      y3 = points[b + 3]!
    const y4 = points[b + 4]!,
      y5 = points[b + 5]!,
      y6 = points[b + 6]!,
      y7 = points[b + 7]!
    const x = z0 * y0 + z1 * y1 + z2 * y2 + z3 * y3 + (z4 * y4 + z5 * y5 + z6 * y6 + z7 * y7)
    const decay = Math.exp(x < 0 ? x : -x),
      share = 1 / (1 + decay)
    product *= 1 + decay
    let slope = decay * share
    if (x >= 0) {
      total += x
      slope = share
    }
    if ((j - first) % factorsPerLog === factorsPerLog - 1) {
      total += Math.log(product)
      product = 1
    }
    d0 += slope * y0
    d1 += slope * y1
    d2 += slope * y2
    d3 += slope * y3
    d4 += slope * y4
    d5 += slope * y5
    d6 += slope * y6
    d7 += slope * y7
    slopes[b]! += slope * z0
    slopes[b + 1]! += slope * z1
    slopes[b + 2]! += slope * z2
    slopes[b + 3]! += slope * z3
    slopes[b + 4]! += slope * z4
    slopes[b + 5]! += slope * z5
    slopes[b + 6]! += slope * z6
    slopes[b + 7]! += slope * z7
  }
  slopes[a]! += d0
  slopes[a + 1]! += d1
  slopes[a + 2]! += d2
  slopes[a + 3]! += d3
  slopes[a + 4]! += d4
  slopes[a + 5]! += d5
  slopes[a + 6]! += d6
  slopes[a + 7]! += d7
  return total + Math.log(product)
}

function logit(points: Float64Array, i: number, j: number): number {
  let x = 0
  for (let c = 0; c < latentLimit; c++) x += points[i * latentLimit + c]! * points[j * latentLimit + c]!
  return x
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

/** The pair (i, i) as a non-edge: it stands once in the sum, and its slope with respect to z_i has two halves. */
function selfPair(points: Float64Array, slopes: Float64Array, i: number): number {
  const x = logit(points, i, i)
  addSlope(points, slopes, i, i, logistic(x))
  return softplus(x)
}

function correctEdge(points: Float64Array, slopes: Float64Array, i: number, j: number, weight: number): number {
  const x = logit(points, i, j),
    slope = (weight - 1) * logistic(x) - weight
  addSlope(points, slopes, i, j, slope)
  if (i !== j) addSlope(points, slopes, j, i, slope)
  return (weight - 1) * softplus(x) - weight * x
}

/** What a pair added as a non-edge. */
function takeBack(points: Float64Array, slopes: Float64Array, i: number, j: number): number {
  const x = logit(points, i, j),
    slope = -logistic(x)
  addSlope(points, slopes, i, j, slope)
  addSlope(points, slopes, j, i, slope)
  return softplus(x)
}

function addSlope(points: Float64Array, slopes: Float64Array, i: number, j: number, slope: number): void {
  for (let c = 0; c < latentLimit; c++) slopes[i * latentLimit + c]! += slope * points[j * latentLimit + c]!
}
