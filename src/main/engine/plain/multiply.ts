import type { MultiplyInstruction } from '../operations/multiply.ts'
import { floatsOf, type Kernel } from './memory.ts'

export const multiply: Kernel<MultiplyInstruction> = ({ from: { a, b }, to: { out }, accumulate }, memory) => {
  const as = floatsOf(memory, a),
    bs = floatsOf(memory, b),
    outs = floatsOf(memory, out)
  for (let row = 0; row < a.rowCount; row++) {
    const atA = a.offset + row * a.stride,
      atB = b.offset + row * b.stride,
      to = out.offset + row * out.stride
    for (let c = 0; c < a.columnCount; c++) {
      const product = as[atA + c]! * bs[atB + c]!
      outs[to + c] = accumulate ? outs[to + c]! + product : product
    }
  }
}
