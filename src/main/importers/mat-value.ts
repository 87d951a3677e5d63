/** What a MATLAB variable holds, whichever version of file it came from. Elements lie as in MATLAB: column after column. */
export type MatValue =
  | { kind: 'numbers'; dims: number[]; data: Float64Array; isLogical: boolean }
  | { kind: 'text'; dims: number[]; rows: string[] }
  | { kind: 'cell'; dims: number[]; cells: MatValue[] }
  | { kind: 'struct'; dims: number[]; fields: string[]; elements: ReadonlyMap<string, MatValue>[] }
  /** columnStart [columns + 1]; entries of column k are [columnStart[k], columnStart[k + 1]) */
  | { kind: 'sparse'; dims: number[]; rowIndex: Int32Array; columnStart: Int32Array; data: Float64Array }
  /** functions, objects, tables: named and passed over */
  | { kind: 'other'; className: string }

/** Variables of a file by name, in its order. */
export type MatVariables = ReadonlyMap<string, MatValue>

/** How many numbers a value of one row or column has; null for anything else, also for one that is empty both ways. */
export function vectorLength(value: MatValue): number | null {
  if (value.kind !== 'numbers') return null
  const long = value.dims.filter((length) => length !== 1)
  return long.length <= 1 || value.data.length === 0 ? value.data.length : null
}

/** The only number of a value; null for anything else. */
export const scalarOf = (value: MatValue | undefined): number | null =>
  value?.kind === 'numbers' && value.data.length === 1 ? value.data[0]! : null

/** In words: `double [110 × 2]`, `cell [1 × 110]`, `struct with times, channel`. */
export function describedMat(value: MatValue): string {
  if (value.kind === 'other') return value.className
  const size = value.dims.join(' × ')
  if (value.kind === 'struct') return `struct [${size}]: ${value.fields.slice(0, 8).join(', ')}`
  return `${value.kind === 'numbers' && value.isLogical ? 'logical' : value.kind} [${size}]`
}
