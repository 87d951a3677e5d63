/** Numbers of a column or an array; NaN is an empty cell. */
export type Numbers = Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array

/** A column of a table: numbers, texts, or words by their place in a list (−1: empty), which is short where rows are many. */
export type Column =
  { name: string; numbers: Numbers } | { name: string; texts: (string | null)[] } | { name: string; codes: Int32Array; words: string[] }

/** A tidy table: a row is one observation, units stand in the names of columns. */
export type Table = { name: string; rowCount: number; columns: Column[] }

/** An array in the shape it has in the text: [snapshots, channels, 8]. */
export type NamedArray = { name: string; shape: number[]; numbers: Numbers } | { name: string; texts: string[] }

/** A cell as text or number; null where it is empty. */
export function cellOf(column: Column, row: number): string | number | null {
  if ('texts' in column) return column.texts[row] ?? null
  if ('codes' in column) return column.words[column.codes[row] ?? -1] ?? null
  const value = column.numbers[row] ?? NaN
  if (Number.isNaN(value)) return null
  // Nine digits hold a float32 whole; the rest are not its own.
  return column.numbers instanceof Float32Array ? Number(value.toPrecision(9)) : value
}

/** A table of rows that name their columns alike; those of numbers hold nothing else. */
export function tableOfRows(name: string, rows: readonly Readonly<Record<string, string | number | null>>[]): Table {
  const columns = Object.keys(rows[0] ?? {}).map((column): Column => {
    const cells = rows.map((row) => row[column] ?? null)
    return cells.every((cell) => cell === null || typeof cell === 'number')
      ? { name: column, numbers: Float64Array.from(cells, (cell) => cell ?? NaN) }
      : { name: column, texts: cells.map((cell) => (cell === null ? null : String(cell))) }
  })
  return { name, rowCount: rows.length, columns }
}
