import type { LookupAdjointInstruction, LookupInstruction } from '../operations/lookup.ts'
import type { Kernel } from './memory.ts'
import { elementwise } from './shader.ts'

export const lookup: Kernel<LookupInstruction> = ({ from: { table, index }, to: { out } }) => [
  elementwise(out, 'numbers[at_out(row, column)] = of_table(u32(of_index(row, 0u)), column);', { views: { table, index, out } }),
]

/** A lane per number of the table adds what its row was looked up for, in order. */
export const lookupAdjoint: Kernel<LookupAdjointInstruction> = ({ from: { index, dOut }, to: { dTable } }) => [
  elementwise(
    dTable,
    `var sum = 0.0;
  for (var k = 0u; k < p.index_rows; k++) { if (u32(of_index(k, 0u)) == row) { sum += of_dOut(k, column); } }
  numbers[at_dTable(row, column)] += sum;`,
    { views: { index, dOut, dTable } },
  ),
]
