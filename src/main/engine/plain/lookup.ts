import type { LookupAdjointInstruction, LookupInstruction } from '../operations/lookup.ts'
import { floatsOf, type Kernel } from './memory.ts'

export const lookup: Kernel<LookupInstruction> = ({ from: { table, index }, to: { out } }, memory) => {
  const tables = floatsOf(memory, table),
    indexes = floatsOf(memory, index),
    outs = floatsOf(memory, out)
  for (let row = 0; row < out.rowCount; row++) {
    const at = table.offset + indexes[index.offset + row * index.stride]! * table.stride,
      to = out.offset + row * out.stride
    for (let c = 0; c < out.columnCount; c++) outs[to + c] = tables[at + c]!
  }
}

export const lookupAdjoint: Kernel<LookupAdjointInstruction> = ({ from: { index, dOut }, to: { dTable } }, memory) => {
  const indexes = floatsOf(memory, index),
    ds = floatsOf(memory, dOut),
    tables = floatsOf(memory, dTable)
  for (let row = 0; row < dOut.rowCount; row++) {
    const to = dTable.offset + indexes[index.offset + row * index.stride]! * dTable.stride,
      at = dOut.offset + row * dOut.stride
    for (let c = 0; c < dOut.columnCount; c++) tables[to + c]! += ds[at + c]!
  }
}
