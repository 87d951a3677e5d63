import type { GateAdjointInstruction, GateInstruction } from '../operations/gate.ts'
import { floatsOf, type Kernel } from './memory.ts'

export const gate: Kernel<GateInstruction> = ({ from: { x, bias }, to: { out }, kind }, memory) => {
  const xs = floatsOf(memory, x),
    biases = bias && floatsOf(memory, bias),
    outs = floatsOf(memory, out)
  for (let row = 0; row < x.rowCount; row++) {
    const at = x.offset + row * x.stride,
      to = out.offset + row * out.stride
    for (let c = 0; c < x.columnCount; c++) {
      const sum = xs[at + c]! + (bias === null || biases === null ? 0 : biases[bias.offset + c]!)
      outs[to + c] = kind === 'tanh' ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum))
    }
  }
}

export const gateAdjoint: Kernel<GateAdjointInstruction> = ({ from: { out, dOut }, to: { dX, dBias }, kind }, memory) => {
  const outs = floatsOf(memory, out),
    ds = floatsOf(memory, dOut),
    dxs = floatsOf(memory, dX)
  const sums = memory.scratch('bias', out.columnCount).fill(0)
  for (let row = 0; row < out.rowCount; row++) {
    const at = out.offset + row * out.stride,
      from = dOut.offset + row * dOut.stride,
      to = dX.offset + row * dX.stride
    for (let c = 0; c < out.columnCount; c++) {
      const y = outs[at + c]!,
        d = ds[from + c]! * (kind === 'tanh' ? 1 - y * y : y * (1 - y))
      dxs[to + c]! += d
      sums[c]! += d
    }
  }
  if (dBias === null) return
  for (let c = 0; c < out.columnCount; c++) floatsOf(memory, dBias)[dBias.offset + c]! += sums[c]!
}
