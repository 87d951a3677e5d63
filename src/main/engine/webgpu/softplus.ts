import type { SoftplusAdjointInstruction, SoftplusInstruction } from '../operations/softplus.ts'
import type { Kernel } from './memory.ts'
import { elementwise, logarithms, logistic } from './shader.ts'

export const softplus: Kernel<SoftplusInstruction> = ({ from: { x }, to: { out }, floor }) => [
  elementwise(
    out,
    `let value = of_x(row, column);
  numbers[at_out(row, column)] = max(value, 0.0) + log1p01(exp(-abs(value))) + p.lowest;`,
    { views: { x, out }, floats: { lowest: floor } },
    logarithms,
  ),
]

export const softplusAdjoint: Kernel<SoftplusAdjointInstruction> = ({ from: { x, dOut }, to: { dX } }) => [
  elementwise(
    dX,
    'numbers[at_dX(row, column)] += of_dOut(row, column) * logistic(of_x(row, column));',
    { views: { x, dOut, dX } },
    logistic,
  ),
]
