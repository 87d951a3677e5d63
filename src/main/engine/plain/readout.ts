import type { ReadoutAdjointInstruction, ReadoutInstruction } from '../operations/readout.ts'
import { floatsOf, type Kernel } from './memory.ts'

export const readout: Kernel<ReadoutInstruction> = ({ from: { x }, to: { out }, kind }, memory) => {
  const xs = floatsOf(memory, x),
    outs = floatsOf(memory, out),
    first = kind === 'last' ? x.rowCount - 1 : 0
  for (let c = 0; c < x.columnCount; c++) {
    let sum = 0
    for (let row = first; row < x.rowCount; row++) sum += xs[x.offset + row * x.stride + c]!
    outs[out.offset + c] = sum / (x.rowCount - first)
  }
}

export const readoutAdjoint: Kernel<ReadoutAdjointInstruction> = ({ from: { dOut }, to: { dX }, kind }, memory) => {
  const ds = floatsOf(memory, dOut),
    dxs = floatsOf(memory, dX),
    first = kind === 'last' ? dX.rowCount - 1 : 0
  for (let row = first; row < dX.rowCount; row++) {
    for (let c = 0; c < dX.columnCount; c++) dxs[dX.offset + row * dX.stride + c]! += ds[dOut.offset + c]! / (dX.rowCount - first)
  }
}
