import type { RepeatAdjointInstruction, RepeatInstruction } from '../operations/repeat.ts'
import type { Kernel } from './memory.ts'
import { elementwise } from './shader.ts'

export const repeat: Kernel<RepeatInstruction> = ({ from: { x }, to: { out }, accumulate }) => [
  elementwise(out, `numbers[at_out(row, column)] ${accumulate ? '+=' : '='} of_x(row % p.x_rows, column);`, { views: { x, out } }),
]

export const repeatAdjoint: Kernel<RepeatAdjointInstruction> = ({ from: { dOut }, to: { dX } }) => [
  elementwise(
    dX,
    `var sum = 0.0;
  for (var copy = row; copy < p.dOut_rows; copy += p.dX_rows) { sum += of_dOut(copy, column); }
  numbers[at_dX(row, column)] += sum;`,
    { views: { dOut, dX } },
  ),
]
