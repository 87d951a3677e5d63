import { compiledModule } from './module.ts'

/** Rows that share one pass over the others: 16 of some 500 numbers stay in the first cache. */
const rowsTogether = 16
/** Passes between two calls of `interrupt`: some 50 ms for 1,000 rows. */
const passesBetweenInterrupts = 32
/** Below this Σx² every x fits 16 bits, and by Cauchy and Schwarz every product of rows 32. */
const narrow = 2 ** 30
/** Larger numbers go as base · high + low. */
const base = 2 ** 11

/**
 * Adds Σ_k rows_ik rows_jk to the sums of all pairs i < j, the same bits as the plain loop of science/symmetric-product.ts.
 * @param sums upper triangle by rows, [rowCount·(rowCount − 1)/2]
 * @param rows whole numbers, [rowCount, columnCount], row-major
 * @returns false where the numbers are too large for it, the sums as they were
 */
type TryAddSymmetricProduct = (
  sums: Float64Array,
  rows: Float64Array,
  shape: { rowCount: number; columnCount: number },
  interrupt: () => void,
) => boolean

type Kernels = {
  pack: (from: number, to: number, count: number) => number
  multiply: (rows: number, stride: number, first: number, end: number, count: number, out: number) => void
}

/** Rows in the kernel's memory: row r of the given ones at r, the high parts of the rows `wide` behind. */
type Packed = { wide: number[]; count: number }

const pageBytes = 65_536
const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step

/** @returns null where this machine does not run the module */
export function startSymmetricProduct(): TryAddSymmetricProduct | null {
  try {
    const memory = new WebAssembly.Memory({ initial: 1 })
    const instance = new WebAssembly.Instance(compiledModule('products'), { env: { memory, abort: () => undefined } })
    const kernels = instance.exports as unknown as Kernels
    return (sums, rows, shape, interrupt) => addProduct(memory, kernels, { sums, rows, ...shape, interrupt })
  } catch {
    return null
  }
}

type Given = { sums: Float64Array; rows: Float64Array; rowCount: number; columnCount: number; interrupt: () => void }

function addProduct(
  memory: WebAssembly.Memory,
  { pack, multiply }: Kernels,
  { sums, rows, rowCount, columnCount, interrupt }: Given,
): boolean {
  const stride = roundUp(2 * columnCount, 16),
    rowsAt = roundUp(8 * columnCount, 16),
    most = roundUp(2 * rowCount, 4)
  const outAt = rowsAt + most * stride,
    end = outAt + 4 * rowsTogether * most
  if (memory.buffer.byteLength < end) memory.grow(Math.ceil((end - memory.buffer.byteLength) / pageBytes))
  const packed = packRows(rows, { rowCount, columnCount }, new Float64Array(memory.buffer, 0, columnCount), (row) =>
    pack(0, rowsAt + row * stride, columnCount),
  )
  if (packed === null) return false
  // the up to three rows that fill the last four hold anything, and nobody reads their products
  const { wide } = packed,
    count = roundUp(packed.count, 4)

  const out = new Int32Array(memory.buffer, outAt, rowsTogether * count)
  for (let first = 0; first < count; first += rowsTogether) {
    if ((first / rowsTogether) % passesBetweenInterrupts === 0) interrupt()
    const last = Math.min(first + rowsTogether, count)
    multiply(rowsAt, stride, first, last, count, outAt)
    for (let row = first; row < Math.min(last, packed.count); row++)
      addRow(sums, out.subarray((row - first) * count), { row, rowCount, wide })
  }
  return true
}

/**
 * Writes every row by `pack`, which takes what stands in `values`; rows of large numbers as two.
 * @returns null where that is not enough
 */
function packRows(
  rows: Float64Array,
  { rowCount, columnCount }: { rowCount: number; columnCount: number },
  values: Float64Array,
  pack: (row: number) => number,
): Packed | null {
  const wide: number[] = []
  for (let row = 0; row < rowCount; row++) {
    const given = rows.subarray(row * columnCount, (row + 1) * columnCount)
    values.set(given)
    if (pack(row) < narrow) continue
    const high = given.map((value) => Math.round(value / base))
    values.set(high)
    if (!(pack(rowCount + wide.length) < narrow)) return null
    values.set(given.map((value, k) => value - base * high[k]!))
    if (!(pack(row) < narrow)) return null
    wide.push(row)
  }
  return { wide, count: rowCount + wide.length }
}

/** Adds one row's products with the rows behind it to the pairs they belong to. */
function addRow(
  sums: Float64Array,
  products: Int32Array,
  { row, rowCount, wide }: { row: number; rowCount: number; wide: number[] },
): void {
  const startOf = (i: number): number => i * rowCount - (i * (i + 1)) / 2 - i - 1
  const own = row < rowCount ? row : wide[row - rowCount]!,
    scale = row < rowCount ? 1 : base,
    start = startOf(own)
  for (let j = row + 1; j < rowCount; j++) sums[start + j]! += products[j]!
  for (let w = Math.max(0, row + 1 - rowCount); w < wide.length; w++) {
    const other = wide[w]!,
      value = scale * base * products[rowCount + w]!
    if (own < other) sums[start + other]! += value
    else if (other < own) sums[startOf(other) + own]! += value
  }
}
