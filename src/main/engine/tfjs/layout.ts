import type { Tensor, View } from '../program.ts'

/** A rectangle of a tensor as it is laid out. */
export type Piece = { readonly row: number; readonly column: number; readonly rowCount: number; readonly columnCount: number }

/**
 * TFJS tensors cannot be written in place, so a tensor of the program is a grid of them, cut so that every view of the
 * program is a whole number of cells: writing a block replaces its cells and copies nothing else. A tensor whose views
 * agree on its width is laid out as that matrix, any other (the flat parameters) as one row.
 */
export type Layout = {
  readonly tensor: Tensor
  readonly isFlat: boolean
  /** where cells begin, and at the end the size */
  readonly rowCuts: readonly number[]
  readonly columnCuts: readonly number[]
}

const widthOf = (tensor: Tensor): number => Object.values(tensor.shape).at(-1) ?? 1

const fitsMatrix = (view: View, width: number): boolean =>
  (view.stride === width || view.rowCount === 1) && (view.offset % width) + view.columnCount <= width

/** The grid of a tensor. @param views all that the program reads or writes of it */
export function layoutOf(tensor: Tensor, views: readonly View[]): Layout {
  const width = widthOf(tensor),
    isFlat = !views.every((view) => fitsMatrix(view, width))
  const columnCount = isFlat ? tensor.length : width,
    rows = new Set([0, tensor.length / columnCount]),
    columns = new Set([0, columnCount])
  for (const piece of views.flatMap((view) => piecesOf({ tensor, isFlat }, view))) {
    rows.add(piece.row).add(piece.row + piece.rowCount)
    columns.add(piece.column).add(piece.column + piece.columnCount)
  }
  const sorted = (cuts: Set<number>): number[] => [...cuts].sort((a, b) => a - b)
  return { tensor, isFlat, rowCuts: sorted(rows), columnCuts: sorted(columns) }
}

/** The rectangles a view is made of: one, or one per row where a view of a flat tensor has gaps. */
export function piecesOf({ tensor, isFlat }: Pick<Layout, 'tensor' | 'isFlat'>, view: View): Piece[] {
  const { offset, rowCount, columnCount, stride } = view,
    width = widthOf(tensor)
  if (!isFlat) return [{ row: Math.floor(offset / width), column: offset % width, rowCount, columnCount }]
  if (rowCount === 1 || columnCount === stride) return [{ row: 0, column: offset, rowCount: 1, columnCount: rowCount * columnCount }]
  return Array.from({ length: rowCount }, (_, row) => ({ row: 0, column: offset + row * stride, rowCount: 1, columnCount }))
}
