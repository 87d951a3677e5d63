import type { SquaredErrorAdjointInstruction, SquaredErrorInstruction } from '../operations/squared-error.ts'
import type { Kernel } from './memory.ts'
import { columnSums, elementwise } from './shader.ts'

export const squaredError: Kernel<SquaredErrorInstruction> = ({ from: { x, y }, to: { sum }, edgeWeight, scale }, memory) =>
  columnSums(
    { rowCount: x.rowCount * x.columnCount, columnCount: 1 },
    {
      body: `let y = of_y(row / p.x_columns, row % p.x_columns);
    let gap = of_x(row / p.x_columns, row % p.x_columns) - y;
    sum += select(1.0, p.edgeWeight, y > 0.0) * gap * gap;`,
      finish: 'numbers[at_sum(0u, 0u)] = p.scale * total;',
    },
    memory,
    { views: { x, y, sum }, floats: { edgeWeight, scale } },
  )

export const squaredErrorAdjoint: Kernel<SquaredErrorAdjointInstruction> = ({ from: { x, y }, to: { dX, dY }, edgeWeight, scale }) => [
  elementwise(
    x,
    `let y = of_y(row, column);
  let d = 2.0 * p.scale * select(1.0, p.edgeWeight, y > 0.0) * (of_x(row, column) - y);
  ${dX === null ? '' : 'numbers[at_dX(row, column)] += d;'}
  ${dY === null ? '' : 'numbers[at_dY(row, column)] -= d;'}`,
    { views: { x, y, ...(dX && { dX }), ...(dY && { dY }) }, floats: { edgeWeight, scale } },
  ),
]
