import type { NormaliseAdjointInstruction, NormaliseInstruction } from '../operations/normalise.ts'
import type { Kernel } from './memory.ts'
import { elementwise } from './shader.ts'

/** WGSL that knows `row` and gives `mean` and `scale` of x's row. */
const measure = (centres: boolean): string => `let count = f32(p.x_columns);
  var mean = 0.0;
  ${centres ? 'for (var c = 0u; c < p.x_columns; c++) { mean += of_x(row, c) / count; }' : ''}
  var squares = 0.0;
  for (var c = 0u; c < p.x_columns; c++) { squares += (of_x(row, c) - mean) * (of_x(row, c) - mean); }
  let scale = sqrt(squares / count + p.epsilon);`

/** One lane per row. */
export const normalise: Kernel<NormaliseInstruction> = ({ from: { x }, to: { out }, centres, epsilon, factor }) => [
  elementwise(
    { rowCount: x.rowCount, columnCount: 1 },
    `${measure(centres)}
  for (var c = 0u; c < p.x_columns; c++) { numbers[at_out(row, c)] = p.factor * (of_x(row, c) - mean) / scale; }`,
    { views: { x, out }, floats: { epsilon, factor } },
  ),
]

export const normaliseAdjoint: Kernel<NormaliseAdjointInstruction> = ({ from: { x, dOut }, to: { dX }, centres, epsilon, factor }) => [
  elementwise(
    { rowCount: x.rowCount, columnCount: 1 },
    `${measure(centres)}
  var across = 0.0;
  var along = 0.0;
  for (var c = 0u; c < p.x_columns; c++) {
    ${centres ? 'across += of_dOut(row, c) / count;' : ''}
    along += of_dOut(row, c) * (of_x(row, c) - mean) / scale / count;
  }
  for (var c = 0u; c < p.x_columns; c++) {
    numbers[at_dX(row, c)] += p.factor / scale * (of_dOut(row, c) - across - (of_x(row, c) - mean) / scale * along);
  }`,
    { views: { x, dOut, dX }, floats: { epsilon, factor } },
  ),
]
