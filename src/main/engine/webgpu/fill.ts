import type { FillInstruction } from '../operations/fill.ts'
import type { Kernel } from './memory.ts'
import { elementwise } from './shader.ts'

export const fill: Kernel<FillInstruction> = ({ to: { out }, value }) => [
  elementwise(out, 'numbers[at_out(row, column)] = p.value;', { views: { out }, floats: { value } }),
]
