import type { View } from '../program.ts'

/** Elements from a view's first to behind its last, within its tensor. */
const spanOf = (view: View): [first: number, end: number] => [
  view.offset,
  view.offset + (view.rowCount - 1) * view.stride + view.columnCount,
]

/** Whether two views have an element in common; may say so of views that only interlock with different strides. */
export function overlap(a: View, b: View): boolean {
  if (a.tensor !== b.tensor || a.rowCount === 0 || b.rowCount === 0) return false
  const [firstA, endA] = spanOf(a),
    [firstB, endB] = spanOf(b)
  if (firstA >= endB || firstB >= endA) return false
  if (a.stride !== b.stride) return true
  const columnA = a.offset % a.stride,
    columnB = b.offset % b.stride
  return columnA < columnB + b.columnCount && columnB < columnA + a.columnCount
}

export const isSame = (a: View | null, b: View | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.tensor === b.tensor &&
    a.offset === b.offset &&
    a.rowCount === b.rowCount &&
    a.columnCount === b.columnCount &&
    a.stride === b.stride)

/** One block of rows, when b's follow a's in the same columns; null otherwise. */
export function joinedRows(a: View, b: View): View | null {
  if (a.tensor !== b.tensor || a.stride !== b.stride || a.columnCount !== b.columnCount) return null
  return b.offset === a.offset + a.rowCount * a.stride ? { ...a, rowCount: a.rowCount + b.rowCount } : null
}
