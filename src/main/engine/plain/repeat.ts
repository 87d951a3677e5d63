import type { RepeatAdjointInstruction, RepeatInstruction } from '../operations/repeat.ts'
import { floatsOf, type Kernel } from './memory.ts'

export const repeat: Kernel<RepeatInstruction> = ({ from: { x }, to: { out }, accumulate }, memory) => {
  const xs = floatsOf(memory, x),
    outs = floatsOf(memory, out)
  for (let row = 0; row < out.rowCount; row++) {
    const at = x.offset + (row % x.rowCount) * x.stride,
      to = out.offset + row * out.stride
    for (let c = 0; c < x.columnCount; c++) outs[to + c] = (accumulate ? outs[to + c]! : 0) + xs[at + c]!
  }
}

export const repeatAdjoint: Kernel<RepeatAdjointInstruction> = ({ from: { dOut }, to: { dX } }, memory) => {
  const ds = floatsOf(memory, dOut),
    dxs = floatsOf(memory, dX)
  for (let row = 0; row < dX.rowCount; row++) {
    for (let c = 0; c < dX.columnCount; c++) {
      let sum = 0
      for (let copy = row; copy < dOut.rowCount; copy += dX.rowCount) sum += ds[dOut.offset + copy * dOut.stride + c]!
      dxs[dX.offset + row * dX.stride + c]! += sum
    }
  }
}
