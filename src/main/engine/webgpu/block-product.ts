import type { BlockProductInstruction } from '../operations/block-product.ts'
import type { Kernel } from './memory.ts'
import { elementwise } from './shader.ts'

/** One lane per number of the result. */
export const blockProduct: Kernel<BlockProductInstruction> = ({
  from: { a, b },
  to: { out },
  blockCount,
  transposesA,
  transposesB,
  scale,
  accumulate,
}) => [
  elementwise(
    out,
    `let i = row % p.m;
  let fromA = row / p.m * p.rowsA;
  let fromB = row / p.m * p.rowsB;
  var sum = 0.0;
  for (var k = 0u; k < p.depth; k++) {
    sum += ${transposesA ? 'of_a(fromA + k, i)' : 'of_a(fromA + i, k)'} * ${transposesB ? 'of_b(fromB + column, k)' : 'of_b(fromB + k, column)'};
  }
  numbers[at_out(row, column)] ${accumulate ? '+=' : '='} p.scale * sum;`,
    {
      views: { a, b, out },
      counts: {
        m: out.rowCount / blockCount,
        rowsA: a.rowCount / blockCount,
        rowsB: b.rowCount / blockCount,
        depth: transposesA ? a.rowCount / blockCount : a.columnCount,
      },
      floats: { scale },
    },
  ),
]
