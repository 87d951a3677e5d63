import { fail } from '../../shared/contract/errors.ts'
import { readNpy } from './npy-array.ts'
import { openFile, readBytes } from './opened-file.ts'
import { isBlankRow, rowsOf } from './table-rows.ts'
import { shapeOfTable } from './table-shape.ts'
import { toNumber } from './table-cells.ts'

/** Rows of numbers of one length, [rowCount, columnCount]. */
export type VectorTable = { values: Float32Array; rowCount: number; columnCount: number }

/**
 * Vectors made elsewhere: a table of numbers, or a NumPy array whose last axis is the vector and whose others are rows.
 * @param path absolute path of a .csv or .npy
 * @throws evaluations/vectors-unreadable, import/cell-not-a-number and what opening a file throws
 */
export async function readVectors(path: string, interrupt: () => void = () => {}): Promise<VectorTable> {
  const file = await openFile(path)
  if (file.bytes === 0) throw fail('import/file-empty', { file: file.name })
  if (/\.npy$/i.test(file.name)) {
    const [array] = readNpy(await readBytes(file, 0, file.bytes), { file: file.name, dataset: file.name })
    if (!array?.numbers || array.shape.length === 0) throw fail('evaluations/vectors-unreadable', { file: file.name, place: file.name })
    const columnCount = array.shape.length === 1 ? 1 : array.shape.at(-1)!
    return checked(file.name, Float32Array.from(array.numbers), columnCount)
  }
  const shape = shapeOfTable(file)
  if (!shape) throw fail('evaluations/vectors-unreadable', { file: file.name, place: file.name })
  const values: number[] = []
  let columnCount = 0
  for await (const { rows, firstLine } of rowsOf(file, shape)) {
    interrupt()
    for (const [r, row] of rows.entries()) {
      if (isBlankRow(row)) continue
      const line = firstLine + r
      columnCount ||= row.length
      if (row.length !== columnCount) throw fail('evaluations/vectors-unreadable', { file: file.name, place: String(line) })
      for (const [c, cell] of row.entries()) {
        const found = toNumber(cell.trim(), shape.decimal)
        if (Number.isNaN(found))
          throw fail('import/cell-not-a-number', {
            file: file.name,
            line,
            column: shape.columns[c] ?? String(c + 1),
            found: cell.slice(0, 40),
          })
        values.push(found)
      }
    }
  }
  return checked(file.name, Float32Array.from(values), columnCount)
}

function checked(file: string, values: Float32Array, columnCount: number): VectorTable {
  const at = values.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) throw fail('evaluations/vectors-unreadable', { file, place: `[${Math.floor(at / columnCount)}, ${at % columnCount}]` })
  return { values, rowCount: values.length / columnCount, columnCount }
}
