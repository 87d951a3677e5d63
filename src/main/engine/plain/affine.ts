import type { View } from '../program.ts'
import type { AffineBiasGradientInstruction, AffineInstruction, AffineWeightGradientInstruction } from '../operations/affine.ts'
import { floatsOf, type Kernel, type Memory } from './memory.ts'

/** Products run over panels of four columns, float64 and one below the other, so that the inner loop reads in order. */
const panelWidth = 4
/** Rows that one pass of the weight gradient sums before it writes. */
const blockRows = 64

const paddedTo4 = (count: number): number => Math.ceil(count / panelWidth) * panelWidth

/** W [depth, width] as panels: element (k, j) at (j − j mod 4)·depth + 4k + j mod 4; missing columns are 0. */
function packPanels(memory: Memory, weight: View, isTransposed: boolean): { panels: Float64Array; depth: number; width: number } {
  const w = floatsOf(memory, weight)
  const depth = isTransposed ? weight.columnCount : weight.rowCount,
    width = isTransposed ? weight.rowCount : weight.columnCount
  const perRow = isTransposed ? 1 : weight.stride,
    perColumn = isTransposed ? weight.stride : 1
  const panels = memory.scratch('panels', depth * paddedTo4(width))
  for (let j = 0; j < paddedTo4(width); j++) {
    let to = (j - (j % panelWidth)) * depth + (j % panelWidth),
      at = weight.offset + j * perColumn
    for (let k = 0; k < depth; k++, to += panelWidth, at += perRow) panels[to] = j < width ? w[at]! : 0
  }
  return { panels, depth, width }
}

/** The bias padded to whole panels; zeros without one. */
function packBias(memory: Memory, bias: View | null, width: number): Float64Array {
  const packed = memory.scratch('bias', paddedTo4(width)).fill(0)
  if (bias !== null) for (let j = 0; j < width; j++) packed[j] = floatsOf(memory, bias)[bias.offset + j]!
  return packed
}

export const affine: Kernel<AffineInstruction> = (instruction, memory) => {
  const {
    from: { x, weight, bias },
    to: { out },
    transposed,
    accumulate,
    relu,
  } = instruction
  if (x === null) return affineOfIdentity(instruction, memory)
  const { panels, depth, width } = packPanels(memory, weight, transposed),
    start = packBias(memory, bias, width)
  const xs = floatsOf(memory, x),
    outs = floatsOf(memory, out),
    sums = memory.scratch('tile', 8)
  for (let row = 0; row < x.rowCount; row += 2) {
    // An odd last row is computed twice and written once.
    const rows = Math.min(2, x.rowCount - row)
    const x0 = x.offset + row * x.stride,
      x1 = x0 + (rows - 1) * x.stride
    for (let j = 0; j < width; j += panelWidth) {
      multiplyTile(xs, x0, x1, panels, j * depth, depth, sums)
      const columns = Math.min(panelWidth, width - j)
      for (let r = 0; r < rows; r++) {
        let to = out.offset + (row + r) * out.stride + j
        for (let c = 0; c < columns; c++, to++) {
          const sum = sums[4 * r + c]! + start[j + c]!
          outs[to] = accumulate ? outs[to]! + sum : relu && sum < 0 ? 0 : sum
        }
      }
    }
  }
}

/** Two rows of x against one panel of four columns. Eight sums are what the processor's registers hold. */
function multiplyTile(
  xs: Float32Array,
  x0: number,
  x1: number,
  panels: Float64Array,
  panel: number,
  depth: number,
  sums: Float64Array,
): void {
  let a0 = 0,
    a1 = 0,
    a2 = 0,
    a3 = 0,
    b0 = 0,
    b1 = 0,
    b2 = 0,
    b3 = 0
  for (let k = 0, p = panel; k < depth; k++, p += 4) {
    const a = xs[x0 + k]!,
      b = xs[x1 + k]!
    const w0 = panels[p]!,
      w1 = panels[p + 1]!,
      w2 = panels[p + 2]!,
      w3 = panels[p + 3]!
    a0 += a * w0
    a1 += a * w1
    a2 += a * w2
    a3 += a * w3
    b0 += b * w0
    b1 += b * w1
    b2 += b * w2
    b3 += b * w3
  }
  sums[0] = a0
  sums[1] = a1
  sums[2] = a2
  sums[3] = a3
  sums[4] = b0
  sums[5] = b1
  sums[6] = b2
  sums[7] = b3
}

function affineOfIdentity({ from: { weight, bias }, to: { out }, accumulate, relu }: AffineInstruction, memory: Memory): void {
  const w = floatsOf(memory, weight),
    outs = floatsOf(memory, out),
    start = packBias(memory, bias, weight.columnCount)
  for (let row = 0; row < weight.rowCount; row++) {
    let at = weight.offset + row * weight.stride,
      to = out.offset + row * out.stride
    for (let j = 0; j < weight.columnCount; j++, at++, to++) {
      const sum = w[at]! + start[j]!
      outs[to] = accumulate ? outs[to]! + sum : relu && sum < 0 ? 0 : sum
    }
  }
}

/** dW += xᵀ dOut, in blocks of 64 rows and a float64 sum over all of them. */
export const affineWeightGradient: Kernel<AffineWeightGradientInstruction> = ({ from: { x, dOut }, to: { dWeight } }, memory) => {
  const { rowCount: depth, columnCount: width } = dWeight,
    padded = paddedTo4(width)
  const ds = floatsOf(memory, dOut),
    dws = floatsOf(memory, dWeight)
  if (x === null) {
    for (let k = 0; k < depth; k++) {
      for (let j = 0; j < width; j++) dws[dWeight.offset + k * dWeight.stride + j]! += ds[dOut.offset + k * dOut.stride + j]!
    }
    return
  }
  const xs = floatsOf(memory, x),
    sums = memory.scratch('weightGradient', (depth + 1) * padded).fill(0, 0, (depth + 1) * padded)
  const panels = memory.scratch('panels', blockRows * padded)
  for (let first = 0; first < x.rowCount; first += blockRows) {
    const rows = Math.min(blockRows, x.rowCount - first)
    for (let j = 0; j < padded; j++) {
      let to = (j - (j % panelWidth)) * blockRows + (j % panelWidth),
        at = dOut.offset + first * dOut.stride + j
      for (let r = 0; r < rows; r++, to += panelWidth, at += dOut.stride) panels[to] = j < width ? ds[at]! : 0
    }
    const start = x.offset + first * x.stride
    for (let k = 0; k < depth; k += 2) {
      const second = k + 1 < depth ? 1 : 0
      for (let j = 0; j < padded; j += panelWidth) {
        multiplyBlock(xs, start + k, second, x.stride, panels, j * blockRows, rows, sums, k * padded + j, padded)
      }
    }
  }
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < width; j++) dws[dWeight.offset + k * dWeight.stride + j]! += sums[k * padded + j]!
  }
}

/** Adds two columns of x against one panel; an odd last column is computed twice, its copy lands in a spare row. */
function multiplyBlock(
  xs: Float32Array,
  start: number,
  second: number,
  stride: number,
  panels: Float64Array,
  panel: number,
  rows: number,
  sums: Float64Array,
  to: number,
  padded: number,
): void {
  let a0 = 0,
    a1 = 0,
    a2 = 0,
    a3 = 0,
    b0 = 0,
    b1 = 0,
    b2 = 0,
    b3 = 0
  for (let r = 0, at = start, p = panel; r < rows; r++, at += stride, p += 4) {
    const a = xs[at]!,
      b = xs[at + second]!
    const d0 = panels[p]!,
      d1 = panels[p + 1]!,
      d2 = panels[p + 2]!,
      d3 = panels[p + 3]!
    a0 += a * d0
    a1 += a * d1
    a2 += a * d2
    a3 += a * d3
    b0 += b * d0
    b1 += b * d1
    b2 += b * d2
    b3 += b * d3
  }
  const below = to + padded
  sums[to]! += a0
  sums[to + 1]! += a1
  sums[to + 2]! += a2
  sums[to + 3]! += a3
  sums[below]! += b0
  sums[below + 1]! += b1
  sums[below + 2]! += b2
  sums[below + 3]! += b3
}

/** db += column sums of dOut. */
export const affineBiasGradient: Kernel<AffineBiasGradientInstruction> = ({ from: { dOut }, to: { dBias } }, memory) => {
  const ds = floatsOf(memory, dOut),
    dbs = floatsOf(memory, dBias),
    sums = memory.scratch('bias', dOut.columnCount).fill(0)
  for (let row = 0; row < dOut.rowCount; row++) {
    const at = dOut.offset + row * dOut.stride
    for (let j = 0; j < dOut.columnCount; j++) sums[j]! += ds[at + j]!
  }
  for (let j = 0; j < dOut.columnCount; j++) dbs[dBias.offset + j]! += sums[j]!
}
