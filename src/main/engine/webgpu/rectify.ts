import type { RectifyInstruction } from '../operations/rectify.ts'
import type { Kernel } from './memory.ts'
import { elementwise } from './shader.ts'

export const rectify: Kernel<RectifyInstruction> = ({ from: { out }, to: { dOut } }) => [
  elementwise(dOut, 'if (!(of_out(row, column) > 0.0)) { numbers[at_dOut(row, column)] = 0.0; }', { views: { out, dOut } }),
]
