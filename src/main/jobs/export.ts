import { csvOf } from '../exporters/csv.ts'
import { npzOf } from '../exporters/npz.ts'
import { nwbOf, type NwbContent } from '../exporters/nwb.ts'
import { xlsxOf } from '../exporters/xlsx.ts'
import type { NamedArray, Table } from '../../shared/domain/table.ts'
import type { Interrupt, StepNotice } from './step.ts'

export type ExportInput =
  | { format: 'csv'; table: Table }
  | { format: 'xlsx'; table: Table }
  | { format: 'npz'; table: Table | null; arrays: NamedArray[] }
  | { format: 'nwb'; content: NwbContent }

/** A result as the bytes of a file; away from the main thread, since ten million rows take seconds. */
export async function* writeExport(input: ExportInput, interrupt: Interrupt): AsyncGenerator<StepNotice, Uint8Array> {
  if (input.format === 'nwb') return await nwbOf(input.content, interrupt)
  if (input.format === 'npz') return npzOf(input.arrays, input.table, interrupt)
  return input.format === 'csv' ? csvOf(input.table, interrupt) : await xlsxOf(input.table, interrupt)
}
