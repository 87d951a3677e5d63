import type { BlendAdjointInstruction, BlendInstruction } from '../operations/blend.ts'
import { floatsOf, type Kernel } from './memory.ts'

export const blend: Kernel<BlendInstruction> = ({ from: { u, h, c }, to: { out } }, memory) => {
  const us = floatsOf(memory, u),
    hs = floatsOf(memory, h),
    cs = floatsOf(memory, c),
    outs = floatsOf(memory, out)
  for (let row = 0; row < u.rowCount; row++) {
    const atU = u.offset + row * u.stride,
      atH = h.offset + row * h.stride,
      atC = c.offset + row * c.stride
    const to = out.offset + row * out.stride
    for (let k = 0; k < u.columnCount; k++) outs[to + k] = us[atU + k]! * hs[atH + k]! + (1 - us[atU + k]!) * cs[atC + k]!
  }
}

export const blendAdjoint: Kernel<BlendAdjointInstruction> = ({ from: { u, h, c, dOut }, to: { dU, dH, dC } }, memory) => {
  const us = floatsOf(memory, u),
    hs = floatsOf(memory, h),
    cs = floatsOf(memory, c),
    ds = floatsOf(memory, dOut)
  for (let row = 0; row < u.rowCount; row++) {
    const atU = u.offset + row * u.stride,
      atH = h.offset + row * h.stride,
      atC = c.offset + row * c.stride
    const at = dOut.offset + row * dOut.stride
    for (let k = 0; k < u.columnCount; k++) {
      const d = ds[at + k]!,
        gate = us[atU + k]!
      if (dU !== null) floatsOf(memory, dU)[dU.offset + row * dU.stride + k]! += d * (hs[atH + k]! - cs[atC + k]!)
      if (dH !== null) floatsOf(memory, dH)[dH.offset + row * dH.stride + k]! += d * gate
      if (dC !== null) floatsOf(memory, dC)[dC.offset + row * dC.stride + k]! += d * (1 - gate)
    }
  }
}
