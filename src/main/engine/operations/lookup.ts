import { demand, type Instruction, type View } from '../program.ts'
import type { Recorder } from '../recorder.ts'

export type LookupInstruction = Instruction & {
  readonly op: 'lookup'
  readonly from: { readonly table: View; readonly index: View }
  readonly to: { readonly out: View }
}
export type LookupAdjointInstruction = Instruction & {
  readonly op: 'lookupAdjoint'
  readonly from: { readonly index: View; readonly dOut: View }
  readonly to: { readonly dTable: View }
}

/**
 * Row i of out is row index_i of the table: an embedding, or some rows of any other tensor.
 * @param index [rows, 1], whole numbers in float32, each a row of the table
 * @param table [entries, C]; out [rows, C]
 */
export function lookup(recorder: Recorder, table: View, index: View, out: View): void {
  demand(index.columnCount === 1 && index.rowCount === out.rowCount, 'lookup: one index for each row of the result')
  demand(table.columnCount === out.columnCount, 'lookup: the table has another width')
  recorder.record<LookupInstruction>({ op: 'lookup', from: { table, index }, to: { out } })
  recorder.adjoint(() => {
    const dOut = recorder.gradient(out),
      dTable = recorder.gradient(table)
    if (dOut !== null && dTable !== null)
      recorder.record<LookupAdjointInstruction>({ op: 'lookupAdjoint', from: { index, dOut }, to: { dTable } })
  })
}
