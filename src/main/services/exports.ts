import type { Handlers, RouteParsed } from '../../shared/contract/contract.ts'
import { fail } from '../../shared/contract/errors.ts'
import type { ExportInput } from '../jobs/export.ts'
import { runInThread } from '../jobs/run-in-thread.ts'
import type { ReadableDB } from '../store/open.ts'
import { nowIso, openDb, type Context } from './context.ts'
import { arraysOf, nwbContentOf } from './export-arrays.ts'
import { tables } from './export-tables.ts'

type Wanted = RouteParsed<'exports.table'>

const mediaTypes = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  npz: 'application/zip',
  nwb: 'application/x-hdf5',
} as const satisfies Record<Wanted['format'], string>

export function exportServices(context: Context): Pick<Handlers, 'exports.table'> {
  return {
    'exports.table': async (wanted) => {
      const { what, format } = wanted
      const bytes = await runInThread('export', inputOf(openDb(context), wanted, nowIso(context)))
      return { fileName: `${what}.${format}`, mediaType: mediaTypes[format], bytes }
    },
  }
}

/** @throws exports/nothing-to-write */
function inputOf(db: ReadableDB, wanted: Wanted, madeAt: string): ExportInput {
  const { what, format } = wanted
  if (format === 'nwb') return { format, content: nwbContentOf(db, wanted, madeAt) }
  const { arrays, tableBeside } = format === 'npz' ? arraysOf(db, wanted) : { arrays: [], tableBeside: true }
  const table = tableBeside ? tables[what](db, wanted) : null
  if (table === null ? arrays.length === 0 : table.rowCount === 0) throw fail('exports/nothing-to-write', { what })
  if (format === 'npz') return { format, arrays, table }
  return { format, table: table ?? tables[what](db, wanted) }
}
