import type { SoftplusAdjointInstruction, SoftplusInstruction } from '../operations/softplus.ts'
import { floatsOf, type Kernel } from './memory.ts'

export const softplus: Kernel<SoftplusInstruction> = ({ from: { x }, to: { out }, floor }, memory) => {
  const xs = floatsOf(memory, x),
    outs = floatsOf(memory, out)
  for (let row = 0; row < x.rowCount; row++) {
    const at = x.offset + row * x.stride,
      to = out.offset + row * out.stride
    for (let c = 0; c < x.columnCount; c++) {
      const value = xs[at + c]!
      outs[to + c] = Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value))) + floor
    }
  }
}

export const softplusAdjoint: Kernel<SoftplusAdjointInstruction> = ({ from: { x, dOut }, to: { dX } }, memory) => {
  const xs = floatsOf(memory, x),
    ds = floatsOf(memory, dOut),
    dxs = floatsOf(memory, dX)
  for (let row = 0; row < x.rowCount; row++) {
    const at = x.offset + row * x.stride,
      from = dOut.offset + row * dOut.stride,
      to = dX.offset + row * dX.stride
    for (let c = 0; c < x.columnCount; c++) dxs[to + c]! += ds[from + c]! / (1 + Math.exp(-xs[at + c]!))
  }
}
