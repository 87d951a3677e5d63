import { edgeWeightsOf } from '../edge-weights.ts'
import type { EdgeLossInstruction } from '../operations/edge-loss.ts'
import type { View } from '../program.ts'
import type { Kernel, Memory } from './memory.ts'
import { columnSums, elementwise, logarithms, logistic } from './shader.ts'

/** Latent columns a lane keeps in registers; fewer are padded with zeros. */
const latentLimit = 8
/** Strips of columns; each row has a lane in every strip. */
const stripLimit = 16

/**
 * Whole rows against all columns: every pair is met from both of its sides, so no two lanes write to one place. Whether a
 * pair is an edge is one bit; a loss near 0 never comes from a difference. Lanes side by side meet the same columns.
 */
export const edgeLoss: Kernel<EdgeLossInstruction> = (instruction, memory) => {
  const {
      from: { z, rowStart, columns, heldRowStart, heldColumns },
      to: { sum, dZ },
      firstRow,
      rowCount,
      withDiagonal,
    } = instruction,
    n = z.rowCount
  if (z.columnCount > latentLimit) throw new Error(`program: edgeLoss takes at most ${latentLimit} latent columns`)
  const { edge, perPair } = edgeWeightsOf(instruction, memory.integers)
  const wordsPerRow = Math.ceil(n / 32),
    bits = edgeBitsOf({ z, rowStart, columns }, wordsPerRow, memory)
  const held = heldRowStart && heldColumns ? edgeBitsOf({ z, rowStart: heldRowStart, columns: heldColumns }, wordsPerRow, memory) : null
  const stripCount = Math.min(stripLimit, wordsPerRow),
    stripWidth = Math.ceil(wordsPerRow / stripCount) * 32
  // Per strip a column of losses and latentLimit columns of slopes, each over the rows.
  const strips = memory.scratch(stripCount * (1 + latentLimit), rowCount)
  const latent = (c: number): string => (c < z.columnCount ? `of_z(row, ${c}u)` : '0.0')
  const declarations = `${logarithms}
${logistic}
struct Point { a: vec4<f32>, b: vec4<f32> }
fn point(row: u32) -> Point {
  return Point(vec4(${[0, 1, 2, 3].map(latent).join(', ')}), vec4(${[4, 5, 6, 7].map(latent).join(', ')}));
}`
  const pairs = elementwise(
    { rowCount: stripCount, columnCount: rowCount },
    `let i = p.firstRow + column;
  let own = point(i);
  var slope = Point();
  var sum = 0.0;
  for (var j = row * p.stripWidth; j < min(p.n, (row + 1u) * p.stripWidth); j++) {
    ${withDiagonal ? '' : 'if (j == i) { continue; }'}
    ${held ? 'if (((of_held(0u, i * p.wordsPerRow + j / 32u) >> (j % 32u)) & 1u) == 1u) { continue; }' : ''}
    let other = point(j);
    let isEdge = ((of_bits(0u, i * p.wordsPerRow + j / 32u) >> (j % 32u)) & 1u) == 1u;
    let sign = select(1.0, -1.0, isEdge);
    let weight = select(1.0, p.edge, isEdge);
    let x = sign * (dot(own.a, other.a) + dot(own.b, other.b));
    sum += weight * (max(x, 0.0) + log1p01(exp(-abs(x))));
    let d = sign * weight * logistic(x);
    slope.a += d * other.a;
    slope.b += d * other.b;
  }
  let first = row * ${1 + latentLimit}u;
  scratch[at_strips(first, column)] = sum;
  for (var c = 0u; c < 4u; c++) {
    scratch[at_strips(first + 1u + c, column)] = slope.a[c];
    scratch[at_strips(first + 5u + c, column)] = slope.b[c];
  }`,
    { views: { z, bits, strips, ...(held ? { held } : {}) }, counts: { firstRow, n, wordsPerRow, stripWidth }, floats: { edge } },
    declarations,
  )
  const slopes =
    dZ === null
      ? []
      : [
          elementwise(
            { rowCount, columnCount: z.columnCount },
            `var slope = 0.0;
  for (var strip = 0u; strip < p.strips_rows; strip += ${1 + latentLimit}u) { slope += of_strips(strip + 1u + column, row); }
  numbers[at_dZ(p.firstRow + row, column)] += p.twicePerPair * slope;`,
            {
              views: { strips, dZ },
              counts: { firstRow },
              floats: { twicePerPair: 2 * perPair },
            },
          ),
        ]
  const total = columnSums(
    { rowCount: stripCount * rowCount, columnCount: 1 },
    {
      body: `sum += of_losses(row / p.losses_columns * ${1 + latentLimit}u, row % p.losses_columns);`,
      finish: 'numbers[at_sum(0u, 0u)] += p.perPair * total;',
    },
    memory,
    { views: { losses: strips, sum }, floats: { perPair } },
  )
  return [pairs, ...slopes, ...total]
}

/** The graph among the rows of z, one bit per pair, rows in whole words. */
function edgeBitsOf(
  { z, rowStart: view, columns: columnView }: { z: View; rowStart: View; columns: View },
  wordsPerRow: number,
  memory: Memory,
): View {
  const n = z.rowCount,
    starts = memory.integers(view),
    columns = memory.integers(columnView)
  return memory.constant(`edges ${view.tensor.id} ${view.offset} ${n}`, () => {
    const bits = new Uint32Array(n * wordsPerRow)
    for (let i = 0; i < n; i++) {
      for (let e = starts[view.offset + i]!; e < starts[view.offset + i + 1]!; e++) {
        const j = columns[e]!
        if (j < n) bits[i * wordsPerRow + (j >>> 5)]! |= 1 << (j & 31)
      }
    }
    return bits
  })
}
