import writeExcelFile from 'write-excel-file/node'
import { fail } from '../../shared/contract/errors.ts'
import { cellOf, type Table } from '../../shared/domain/table.ts'

/** Rows a sheet of Excel has, less the header. */
const mostRows = 1_048_575

/**
 * A table as a sheet of Excel: numbers are numbers, the header stays in view.
 * @throws exports/too-many-rows
 */
export async function xlsxOf({ name, rowCount, columns }: Table, interrupt: () => void): Promise<Uint8Array> {
  if (rowCount > mostRows) throw fail('exports/too-many-rows', { rows: rowCount, limit: mostRows })
  interrupt()
  const header = columns.map((column) => ({ value: column.name, fontWeight: 'bold' as const }))
  const rows = Array.from({ length: rowCount }, (_, row) =>
    columns.map((column) => {
      const value = cellOf(column, row)
      return value === null ? null : { value }
    }),
  )
  interrupt()
  return new Uint8Array(await writeExcelFile([header, ...rows], { sheet: name, stickyRowsCount: 1 }).toBuffer())
}
