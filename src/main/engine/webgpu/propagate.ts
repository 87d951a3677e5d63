import type { PropagateInstruction } from '../operations/propagate.ts'
import type { Kernel } from './memory.ts'
import { elementwise } from './shader.ts'

/** One lane per number of the result: neighbouring lanes add the same rows, so each row is read once, side by side. */
export const propagate: Kernel<PropagateInstruction> = ({
  from: { rowStart, columns, scale, x },
  to: { out },
  firstRow,
  accumulate,
  relu,
}) => {
  const store = accumulate ? '+= sum' : relu ? '= select(sum, 0.0, sum < 0.0)' : '= sum'
  // Positions count from the beginning of all columns; two 16-bit columns lie in one word.
  return [
    elementwise(
      out,
      `let vertex = p.firstRow + row;
  let end = of_rowStart(0u, vertex + 1u);
  var sum = 0.0;
  for (var entry = of_rowStart(0u, vertex); entry < end; entry++) {
    let place = p.columns_at + entry;
    let neighbour = (graph[place / 2u] >> (16u * (place % 2u))) & 0xffffu;
    sum += of_scale(0u, neighbour) * of_x(neighbour, column);
  }
  sum *= of_scale(0u, vertex);
  numbers[at_out(row, column)] ${store};`,
      { views: { rowStart, columns: { ...columns, offset: 0 }, scale, x, out }, counts: { firstRow } },
    ),
  ]
}
