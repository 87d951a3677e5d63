import { zipSync } from 'fflate'
import { fail } from '../../shared/contract/errors.ts'
import type { OpenedFile, StoredTable } from './opened-file.ts'
import { unpack, zipEntries } from './zip.ts'

const mostBytes = 600e6
const headRows = 200
const pieceRows = 10_000

/**
 * The sheets of a workbook, in its order, empty ones left out. Numbers keep every digit the file has.
 * @throws import/archive-damaged, import/dataset-too-large, import/workbook-unreadable
 */
export async function sheetsOf(file: OpenedFile): Promise<{ name: string; table: StoredTable }[]> {
  const entries = await zipEntries(file)
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total > mostBytes) throw fail('import/dataset-too-large', { file: file.name, dataset: file.name, claimedMB: Math.round(total / 1e6) })
  const content: Record<string, Uint8Array> = {}
  for (const entry of entries) content[entry.name] = await unpack(file, entry)
  const { default: readWorkbook } = await import('read-excel-file/node')
  // The library trusts sizes and checksums, and waits for ever on some that are wrong: it sees an archive of our own.
  const sheets = await readWorkbook(Buffer.from(zipSync(content, { level: 0 }))).catch(() => {
    throw fail('import/workbook-unreadable', { file: file.name })
  })
  return sheets.flatMap(({ sheet, data }) => {
    const rows = data.map((row) => row.map(cellText))
    return rows.length === 0 ? [] : [{ name: sheet, table: tableOf(rows, file.bytes) }]
  })
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (!(value instanceof Date)) return String(value)
  const text = value.toISOString()
  // A time of day is a day before Excel's first.
  return text.startsWith('1899-12-3') ? text.slice(11, -1) : text
}

function tableOf(rows: string[][], bytes: number): StoredTable {
  return {
    head: rows.slice(0, headRows),
    pieces: async function* () {
      for (let first = 0; first < rows.length; first += pieceRows) {
        const piece = rows.slice(first, first + pieceRows)
        yield { rows: piece, bytesDone: Math.round((bytes * (first + piece.length)) / rows.length) }
      }
    },
  }
}
