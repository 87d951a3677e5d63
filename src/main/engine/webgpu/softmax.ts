import type { SoftmaxAdjointInstruction, SoftmaxInstruction } from '../operations/softmax.ts'
import type { Kernel } from './memory.ts'
import { elementwise } from './shader.ts'

/** One lane per row. */
export const softmax: Kernel<SoftmaxInstruction> = ({ from: { x }, to: { out } }) => [
  elementwise(
    { rowCount: x.rowCount, columnCount: 1 },
    `var most = of_x(row, 0u);
  for (var c = 1u; c < p.x_columns; c++) { most = max(most, of_x(row, c)); }
  var sum = 0.0;
  for (var c = 0u; c < p.x_columns; c++) {
    let power = exp(of_x(row, c) - most);
    numbers[at_out(row, c)] = power;
    sum += power;
  }
  for (var c = 0u; c < p.x_columns; c++) { numbers[at_out(row, c)] /= sum; }`,
    { views: { x, out } },
  ),
]

export const softmaxAdjoint: Kernel<SoftmaxAdjointInstruction> = ({ from: { out, dOut }, to: { dX } }) => [
  elementwise(
    { rowCount: out.rowCount, columnCount: 1 },
    `var mean = 0.0;
  for (var c = 0u; c < p.out_columns; c++) { mean += of_out(row, c) * of_dOut(row, c); }
  for (var c = 0u; c < p.out_columns; c++) { numbers[at_dX(row, c)] += of_out(row, c) * (of_dOut(row, c) - mean); }`,
    { views: { out, dOut, dX } },
  ),
]
