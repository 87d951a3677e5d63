import type { ScaleShiftAdjointInstruction, ScaleShiftInstruction } from '../operations/scale-shift.ts'
import { floatsOf, type Kernel } from './memory.ts'

export const scaleShift: Kernel<ScaleShiftInstruction> = ({ from: { x, gain, bias }, to: { out } }, memory) => {
  const xs = floatsOf(memory, x),
    gains = floatsOf(memory, gain),
    biases = floatsOf(memory, bias),
    outs = floatsOf(memory, out)
  for (let row = 0; row < x.rowCount; row++) {
    const at = x.offset + row * x.stride,
      to = out.offset + row * out.stride
    for (let c = 0; c < x.columnCount; c++) outs[to + c] = xs[at + c]! * gains[gain.offset + c]! + biases[bias.offset + c]!
  }
}

export const scaleShiftAdjoint: Kernel<ScaleShiftAdjointInstruction> = ({ from: { x, gain, dOut }, to: { dX, dGain, dBias } }, memory) => {
  const xs = floatsOf(memory, x),
    gains = floatsOf(memory, gain),
    ds = floatsOf(memory, dOut),
    dxs = floatsOf(memory, dX)
  for (let c = 0; c < x.columnCount; c++) {
    let ofGain = 0,
      ofBias = 0
    for (let row = 0; row < x.rowCount; row++) {
      const d = ds[dOut.offset + row * dOut.stride + c]!
      ofGain += d * xs[x.offset + row * x.stride + c]!
      ofBias += d
      dxs[dX.offset + row * dX.stride + c]! += d * gains[gain.offset + c]!
    }
    floatsOf(memory, dGain)[dGain.offset + c]! += ofGain
    floatsOf(memory, dBias)[dBias.offset + c]! += ofBias
  }
}
