import type { PropagateInstruction } from '../operations/propagate.ts'
import { floatsOf, type Kernel, type Memory } from './memory.ts'

/** Columns that are gathered at once: as many sums as registers hold. */
const blockColumns = 8

/** Scale by D^−½, add the rows each vertex is joined to, scale again: A itself stays binary. */
export const propagate: Kernel<PropagateInstruction> = (instruction, memory) => {
  const {
    from: { x, rowStart, columns, scale },
    to: { out },
    firstRow,
    accumulate,
    relu,
  } = instruction
  const width = Math.ceil(x.columnCount / blockColumns) * blockColumns,
    scaled = scaledRows(instruction, memory, width)
  const starts = memory.arrays[rowStart.tensor.id] as Uint32Array,
    neighbours = memory.arrays[columns.tensor.id] as Uint16Array
  const scales = floatsOf(memory, scale),
    outs = floatsOf(memory, out),
    sums = memory.scratch('gathered', blockColumns)
  for (let row = 0; row < out.rowCount; row++) {
    const vertex = firstRow + row,
      first = starts[rowStart.offset + vertex]!,
      end = starts[rowStart.offset + vertex + 1]!
    const factor = scales[scale.offset + vertex]!
    for (let column = 0; column < out.columnCount; column += blockColumns) {
      gather(scaled, neighbours, first, end, width, column, sums)
      const count = Math.min(blockColumns, out.columnCount - column)
      let to = out.offset + row * out.stride + column
      for (let c = 0; c < count; c++, to++) {
        const sum = factor * sums[c]!
        outs[to] = accumulate ? outs[to]! + sum : relu && sum < 0 ? 0 : sum
      }
    }
  }
}

/** D^−½ x in float64, rows padded to whole blocks: conversion once per number instead of once per edge. */
function scaledRows({ from: { x, scale } }: PropagateInstruction, memory: Memory, width: number): Float64Array {
  const xs = floatsOf(memory, x),
    scales = floatsOf(memory, scale),
    scaled = memory.scratch('scaled', x.rowCount * width)
  for (let row = 0; row < x.rowCount; row++) {
    const factor = scales[scale.offset + row]!,
      at = x.offset + row * x.stride
    for (let c = 0; c < width; c++) scaled[row * width + c] = c < x.columnCount ? factor * xs[at + c]! : 0
  }
  return scaled
}

function gather(
  scaled: Float64Array,
  neighbours: Uint16Array,
  first: number,
  end: number,
  width: number,
  column: number,
  sums: Float64Array,
): void {
  let s0 = 0,
    s1 = 0,
    s2 = 0,
    s3 = 0,
    s4 = 0,
    s5 = 0,
    s6 = 0,
    s7 = 0
  for (let entry = first; entry < end; entry++) {
    const at = neighbours[entry]! * width + column
    s0 += scaled[at]!
    s1 += scaled[at + 1]!
    s2 += scaled[at + 2]!
    s3 += scaled[at + 3]!
    s4 += scaled[at + 4]!
    s5 += scaled[at + 5]!
    s6 += scaled[at + 6]!
    s7 += scaled[at + 7]!
  }
  sums[0] = s0
  sums[1] = s1
  sums[2] = s2
  sums[3] = s3
  sums[4] = s4
  sums[5] = s5
  sums[6] = s6
  sums[7] = s7
}
