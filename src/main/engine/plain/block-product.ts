import type { BlockProductInstruction } from '../operations/block-product.ts'
import { floatsOf, type Kernel } from './memory.ts'

export const blockProduct: Kernel<BlockProductInstruction> = (instruction, memory) => {
  const {
    from: { a, b },
    to: { out },
    blockCount,
    transposesA,
    transposesB,
    scale,
    accumulate,
  } = instruction
  const as = floatsOf(memory, a),
    bs = floatsOf(memory, b),
    outs = floatsOf(memory, out)
  const m = out.rowCount / blockCount,
    rowsA = a.rowCount / blockCount,
    rowsB = b.rowCount / blockCount,
    depth = transposesA ? rowsA : a.columnCount
  const [aRow, aInner] = transposesA ? [1, a.stride] : [a.stride, 1],
    [bColumn, bInner] = transposesB ? [b.stride, 1] : [1, b.stride]
  for (let row = 0; row < out.rowCount; row++) {
    const block = Math.floor(row / m),
      atA = a.offset + block * rowsA * a.stride + (row % m) * aRow,
      atB = b.offset + block * rowsB * b.stride
    for (let j = 0; j < out.columnCount; j++) {
      let sum = 0
      for (let k = 0; k < depth; k++) sum += as[atA + k * aInner]! * bs[atB + j * bColumn + k * bInner]!
      const to = out.offset + row * out.stride + j
      outs[to] = (accumulate ? outs[to]! : 0) + scale * sum
    }
  }
}
