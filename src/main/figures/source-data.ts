import type { FigureData } from '../../shared/domain/figure.ts'
import { sourceTable, type Cell } from '../../shared/charts/source-table.ts'

/** A figure's numbers as CSV: one row a mark, every digit; an empty cell is a value that does not exist. */
export function figureTable(data: FigureData): string {
  const { header, rows } = sourceTable(data)
  return [header, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

function cell(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
