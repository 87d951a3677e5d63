import type { CrossEntropyAdjointInstruction, CrossEntropyInstruction } from '../operations/cross-entropy.ts'
import type { Kernel } from './memory.ts'
import { columnSums, elementwise, logarithms } from './shader.ts'

const logSum = `${logarithms}
fn logSum(row: u32) -> f32 {
  var most = of_x(row, 0u);
  for (var c = 1u; c < p.x_columns; c++) { most = max(most, of_x(row, c)); }
  var powers = 0.0;
  for (var c = 0u; c < p.x_columns; c++) { powers += exp(of_x(row, c) - most); }
  return most + ln(powers);
}`

export const crossEntropy: Kernel<CrossEntropyInstruction> = ({ from: { x, target }, to: { sum }, scale }, memory) =>
  columnSums(
    { rowCount: x.rowCount, columnCount: 1 },
    {
      declarations: logSum,
      body: `sum += logSum(row)${target === null ? '' : ' - of_x(row, u32(of_target(row, 0u)))'};`,
      finish: 'numbers[at_sum(0u, 0u)] = p.scale * total;',
    },
    memory,
    { views: { x, sum, ...(target && { target }) }, floats: { scale } },
  )

/** One lane per row. */
export const crossEntropyAdjoint: Kernel<CrossEntropyAdjointInstruction> = ({ from: { x, target }, to: { dX }, scale }) => [
  elementwise(
    { rowCount: x.rowCount, columnCount: 1 },
    `let all = logSum(row);
  for (var c = 0u; c < p.x_columns; c++) { numbers[at_dX(row, c)] += p.scale * exp(of_x(row, c) - all); }
  ${target === null ? '' : 'numbers[at_dX(row, u32(of_target(row, 0u)))] -= p.scale;'}`,
    { views: { x, dX, ...(target && { target }) }, floats: { scale } },
    logSum,
  ),
]
