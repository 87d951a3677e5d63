import type { RectifyInstruction } from '../operations/rectify.ts'
import { floatsOf, type Kernel } from './memory.ts'

export const rectify: Kernel<RectifyInstruction> = ({ from: { out, dOut } }, memory) => {
  const outs = floatsOf(memory, out),
    ds = floatsOf(memory, dOut)
  for (let row = 0; row < out.rowCount; row++) {
    const at = out.offset + row * out.stride,
      to = dOut.offset + row * dOut.stride
    for (let c = 0; c < out.columnCount; c++) if (!(outs[at + c]! > 0)) ds[to + c] = 0
  }
}
