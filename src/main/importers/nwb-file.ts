import type { Hdf5File } from './hdf5-file.ts'
import { hdf5Tree } from './hdf5-tree.ts'
import type { Hdf5Value } from './hdf5-values.ts'

/** A group of an NWB file that says what it is. */
export type NwbObject = { path: string; name: string; type: string }

/** An NWB file as its readers see it. */
export type NwbFile = {
  file: Hdf5File
  objects: NwbObject[]
  /** links into other files, which are not opened */
  elsewhere: string[]
}

/** Groups by their `neurodata_type`; old files without one are told by what they are called. */
export function nwbFile(file: Hdf5File): NwbFile {
  const places = hdf5Tree(file).filter(({ path }) => !path.startsWith('/specifications/'))
  const objects = places
    .filter(({ kind }) => kind === 'group')
    .map(({ path }) => ({ path, name: nameOf(path), type: textAttribute(file, path, 'neurodata_type') ?? typeByPath(file, path) }))
  return { file, objects, elsewhere: places.filter(({ kind }) => kind === 'elsewhere').map(({ path }) => path) }
}

function typeByPath(file: Hdf5File, path: string): string {
  if (path === '/units') return 'Units'
  if (path.startsWith('/intervals/') && path.split('/').length === 3) return 'TimeIntervals'
  return isDataset(file, `${path}/timestamps`) && isDataset(file, `${path}/data`) ? 'TimeSeries' : ''
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function textAttribute(file: Hdf5File, path: string, name: string): string | null {
  const value = file.attribute(path, name)
  return typeof value === 'string' ? value : null
}

export function isDataset(file: Hdf5File, path: string): boolean {
  return file.kindOf(path) === 'dataset'
}

/** Numbers of a list; null where there is no such list of numbers. */
export function numbersAt(file: Hdf5File, path: string): Float64Array | null {
  const dataset = file.datasetOf(path)
  return dataset?.holds === 'numbers' && dataset.shape.length === 1 ? file.numbers(path, 1).data : null
}

/** Columns of a table: its datasets without the indexes of ragged ones and the ids. */
export function columnsOf(file: Hdf5File, table: string): string[] {
  return file.namesIn(table).filter((name) => name !== 'id' && !name.endsWith('_index') && isDataset(file, `${table}/${name}`))
}

/**
 * Where each row of a ragged column begins: row i is [starts[i], starts[i + 1]); null where the column is not ragged, or its index
 * goes backwards or beyond the column.
 */
export function raggedStarts(file: Hdf5File, table: string, column: string): Float64Array | null {
  const ends = numbersAt(file, `${table}/${column}_index`)
  const length = file.shapeOf(`${table}/${column}`)?.[0]
  if (!ends || length === undefined) return null
  const starts = new Float64Array(ends.length + 1)
  for (let row = 0; row < ends.length; row++) {
    const end = ends[row]!
    if (!Number.isInteger(end) || end < starts[row]! || end > length) return null
    starts[row + 1] = end
  }
  return starts
}

/** One value for each row of a table; of a ragged column those of the row, none where the column cannot be read so. */
export function rowValues(file: Hdf5File, table: string, column: string): Hdf5Value[][] | null {
  const dataset = file.datasetOf(`${table}/${column}`)
  if (!dataset || dataset.shape.length !== 1) return null
  const values = file.values(`${table}/${column}`)
  if (!file.namesIn(table).includes(`${column}_index`)) return values.map((value) => [value])
  const starts = raggedStarts(file, table, column)
  return starts ? Array.from({ length: starts.length - 1 }, (_, row) => values.slice(starts[row], starts[row + 1])) : null
}
