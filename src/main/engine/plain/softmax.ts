import type { SoftmaxAdjointInstruction, SoftmaxInstruction } from '../operations/softmax.ts'
import { floatsOf, type Kernel } from './memory.ts'

export const softmax: Kernel<SoftmaxInstruction> = ({ from: { x }, to: { out } }, memory) => {
  const xs = floatsOf(memory, x),
    outs = floatsOf(memory, out),
    powers = memory.scratch('powers', x.columnCount)
  for (let row = 0; row < x.rowCount; row++) {
    const at = x.offset + row * x.stride,
      to = out.offset + row * out.stride
    let most = -Infinity,
      sum = 0
    for (let c = 0; c < x.columnCount; c++) most = Math.max(most, xs[at + c]!)
    for (let c = 0; c < x.columnCount; c++) sum += powers[c] = Math.exp(xs[at + c]! - most)
    for (let c = 0; c < x.columnCount; c++) outs[to + c] = powers[c]! / sum
  }
}

export const softmaxAdjoint: Kernel<SoftmaxAdjointInstruction> = ({ from: { out, dOut }, to: { dX } }, memory) => {
  const outs = floatsOf(memory, out),
    ds = floatsOf(memory, dOut),
    dxs = floatsOf(memory, dX)
  for (let row = 0; row < out.rowCount; row++) {
    const at = out.offset + row * out.stride,
      atD = dOut.offset + row * dOut.stride,
      to = dX.offset + row * dX.stride
    let mean = 0
    for (let c = 0; c < out.columnCount; c++) mean += outs[at + c]! * ds[atD + c]!
    for (let c = 0; c < out.columnCount; c++) dxs[to + c]! += outs[at + c]! * (ds[atD + c]! - mean)
  }
}
