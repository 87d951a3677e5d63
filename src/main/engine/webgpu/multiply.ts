import type { MultiplyInstruction } from '../operations/multiply.ts'
import type { Kernel } from './memory.ts'
import { elementwise } from './shader.ts'

export const multiply: Kernel<MultiplyInstruction> = ({ from: { a, b }, to: { out }, accumulate }) => [
  elementwise(out, `numbers[at_out(row, column)] ${accumulate ? '+=' : '='} of_a(row, column) * of_b(row, column);`, {
    views: { a, b, out },
  }),
]
