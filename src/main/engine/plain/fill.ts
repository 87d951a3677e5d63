import type { FillInstruction } from '../operations/fill.ts'
import type { Kernel } from './memory.ts'

export const fill: Kernel<FillInstruction> = ({ to: { out }, value }, memory) => {
  const array = memory.arrays[out.tensor.id]!
  for (let row = 0; row < out.rowCount; row++) {
    const first = out.offset + row * out.stride
    if (out.columnCount === out.stride) return void array.fill(value, first, first + out.rowCount * out.stride)
    array.fill(value, first, first + out.columnCount)
  }
}
