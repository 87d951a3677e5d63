import type { Hdf5Kind } from './hdf5-tree.ts'
import type { Hdf5Value } from './hdf5-values.ts'

/** A dataset as it describes itself. */
export type Hdf5Dataset = {
  shape: number[]
  holds: 'numbers' | 'texts' | 'references' | 'table' | 'lists' | 'other'
  /** of a table: its columns, and whether each is of numbers */
  columns: { name: string; isNumeric: boolean }[]
  /** in words: `float64 [100 × 3]` */
  described: string
}

/** A stretch of a table of numbers: rows [row, row + rowCount), columns alike; `data` row-major. */
export type Hdf5Block = { row: number; column: number; rowCount: number; columnCount: number; data: Float64Array }

/** An HDF5 file open for reading. Every dataset is checked before memory is taken for it; links inside the file are followed. */
export type Hdf5File = {
  name: string
  rootNames: () => string[]
  /** names in a group, none where there is no group */
  namesIn: (group: string) => string[]
  kindOf: (path: string) => Hdf5Kind | null
  /** whether the path is another name for something that has its own */
  isSoftLink: (path: string) => boolean
  datasetOf: (path: string) => Hdf5Dataset | null
  /** the shape of a dataset, null where there is none of that name */
  shapeOf: (dataset: string) => number[] | null
  /** the length of a list of numbers, [N], [N × 1] or [1 × N]; throws import/dataset-… */
  lengthOf: (dataset: string) => number
  /** a list or table of numbers as float64, row-major; throws import/dataset-… */
  numbers: (dataset: string, rank: number) => { data: Float64Array; shape: number[] }
  /** a list of numbers in pieces of about a million, for a list of any length */
  numberPieces: (dataset: string) => Generator<Float64Array>
  /** numbers [first, first + count) of a list */
  slice: (dataset: string, first: number, count: number) => Float64Array
  /** the lists of numbers of a dataset whose elements are of any length, in pieces; throws import/dataset-… */
  listPieces: (dataset: string) => Generator<Float64Array[]>
  /** one number of a dataset of any rank */
  cell: (dataset: string, at: number[]) => number | undefined
  /** what a dataset is packed with that cannot be undone, null where all can */
  filterOf: (dataset: string) => string | null
  /** a table of numbers in blocks of about a million, along the chunks it is stored in */
  blocks: (dataset: string) => Generator<Hdf5Block>
  /** numeric columns of a table of records, in pieces of rows; throws import/dataset-missing for a column that is not there */
  columnPieces: (dataset: string, columns: readonly string[]) => Generator<Float64Array[]>
  /** one number, alone or as the only element; null where there is none */
  number: (dataset: string) => number | null
  /** one text, alone or as the only element, blanks around it cut; null where there is none */
  text: (dataset: string) => string | null
  /** a list of texts or of numbers, as texts; null where it is neither */
  texts: (dataset: string) => string[] | null
  /** every element of a dataset of any type and shape, at most a million; throws import/dataset-… */
  values: (dataset: string) => Hdf5Value[]
  attributeNames: (path: string) => string[]
  /** an attribute: one value where it holds one, else a list; null where there is none or it cannot be read */
  attribute: (path: string, name: string) => Hdf5Value
  /** what tells one object from another, however it is reached; null where nothing is there */
  identityOf: (path: string) => string | null
}
