import type { ImportAnswers } from '../../shared/domain/inspection.ts'
import { findColumn, findTimeColumn } from './columns.ts'
import { isNumericColumn, type TableShape } from './table-shape.ts'
import { toNumber } from './table-cells.ts'

/** The person named the columns. */
export function isNamedIn({ columns }: TableShape, { channelColumn }: ImportAnswers): boolean {
  return channelColumn !== undefined && columns.includes(String(channelColumn))
}

export function confidenceIn(shape: TableShape): number {
  if (shape.columns.length < 2) return 0
  if (!shape.hasHeader && countsItsRows(shape)) return 0.15
  if (!shape.hasHeader) return looksLikePositions(shape) ? 0.3 : shape.sample[0]?.some((_, i) => isNumericColumn(shape, i)) ? 0.6 : 0
  const channel = findColumn(shape.columns, 'channel') >= 0
  const time = findTimeColumn(shape.columns) >= 0
  if (channel && time) return 0.9
  if (channel || time) return 0.2
  return shape.columns.some((_, i) => isNumericColumn(shape, i)) ? 0.3 : 0
}

const fewRows = 10

/** Row numbers before times that rise: one list of times, not a channel for every spike. */
function countsItsRows({ sample, columns, decimal }: TableShape): boolean {
  const [numbers = [], times = []] = [0, 1].map((column) => sample.map((row) => toNumber(row[column] ?? '', decimal)))
  return (
    columns.length === 2 &&
    sample.length >= fewRows &&
    numbers.every((number, r) => number === numbers[0]! + r) &&
    times.every((time, r) => r === 0 || time >= times[r - 1]!)
  )
}

/** Three columns or more without names, every channel once: positions rather than spikes. */
export function looksLikePositions({ sample, columns }: TableShape): boolean {
  const labels = sample.map(([label]) => label ?? '')
  const numeric = (column: number): boolean => sample.every((row) => Number.isFinite(Number(row[column]?.replace(',', '.'))))
  return (
    columns.length >= 3 &&
    sample.length > 1 &&
    new Set(labels).size === labels.length &&
    labels.every((label) => !/[.,]/.test(label)) &&
    numeric(1) &&
    numeric(2)
  )
}

/** Without names: a column of whole numbers that repeat, and one of fractions that hardly do. */
export function looksLikeSpikeList({ sample, columns, decimal }: TableShape): boolean {
  const kinds = columns.map((_, i) => {
    const cells = sample.map((row) => toNumber(row[i] ?? '', decimal))
    const distinct = new Set(cells).size
    return { isWhole: cells.every(Number.isInteger), repeats: distinct < cells.length / 2, isTime: distinct > cells.length / 2 }
  })
  return (
    kinds.some(({ isWhole, repeats }) => isWhole && repeats) &&
    kinds.some(({ isWhole, isTime }) => !isWhole && isTime) &&
    columns.length <= 6
  )
}
