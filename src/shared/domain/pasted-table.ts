import { isoDateOf } from './written-date.ts'

export const batchColumns = ['name', 'subject', 'condition', 'recordedOn'] as const
export type BatchColumn = (typeof batchColumns)[number]
/** What is said of one recording among several. */
export type BatchWords = Record<BatchColumn, string>

const longest = 200

/**
 * What a spreadsheet put into the clipboard, for a table of recordings: rows by lines, columns by tabs.
 * @param from the column of the cell that was pasted into; further ones go to the columns behind it
 * @param rowCount rows from that cell on
 * @param titles of the columns in the person's language: a first line of titles is left out
 * @param dayFirst how 5/4/2012 is meant
 * @returns a row each; `unread` are days nobody can read, which are left as they were; `beyond` counts lines without a row
 */
export function pastedTable(
  text: string,
  { from, rowCount, titles, dayFirst }: { from: BatchColumn; rowCount: number; titles: Record<BatchColumn, string>; dayFirst: boolean },
): { rows: Partial<BatchWords>[]; unread: string[]; beyond: number } {
  const columns = batchColumns.slice(batchColumns.indexOf(from)),
    lines = text
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)
      .map((line) => line.split('\t').map(unquoted)),
    isTitle = (cell: string, c: number): boolean => cell.toLowerCase() === titles[columns[c] ?? from].toLowerCase(),
    body = lines[0]?.some(isTitle) && lines.length > 1 ? lines.slice(1) : lines
  const unread: string[] = []
  const rows = body.slice(0, rowCount).map((cells) => {
    const row: Partial<BatchWords> = {}
    columns.forEach((column, c) => {
      const cell = cells[c]
      if (cell === undefined) return
      if (column !== 'recordedOn' || cell === '') row[column] = cell.slice(0, longest)
      else {
        const day = isoDateOf(cell, dayFirst)
        if (day === null) unread.push(cell)
        else row.recordedOn = day
      }
    })
    return row
  })
  return { rows, unread, beyond: Math.max(0, body.length - rowCount) }
}

const unquoted = (cell: string): string => {
  const plain = cell.trim()
  return /^".*"$/.test(plain) ? plain.slice(1, -1).replaceAll('""', '"') : plain
}
