import type { Hdf5File } from './hdf5-file.ts'
import type { MatValue, MatVariables } from './mat-value.ts'

const deepest = 32
const mostElements = 1_000_000

type Place = { file: Hdf5File; interrupt: () => void; budget: { elements: number }; openPaths: ReadonlySet<string> }

/** Whether an HDF5 file was written by MATLAB 7.3 or later: its variables say their class. */
export function isMat73(file: Hdf5File): boolean {
  return file.rootNames().some((name) => !name.startsWith('#') && typeof file.attribute(`/${name}`, 'MATLAB_class') === 'string')
}

/**
 * The variables of a MATLAB file of version 7.3: datasets of numbers, groups for structs, references for cells. Its dimensions
 * stand in the opposite order to MATLAB's, so that elements lie as in MATLAB.
 * @throws import/dataset-…, import/file-damaged
 */
export function readMat73(file: Hdf5File, interrupt: () => void): MatVariables {
  const place: Place = { file, interrupt, budget: { elements: mostElements }, openPaths: new Set() }
  const names = file.rootNames().filter((name) => !name.startsWith('#'))
  return new Map(names.map((name) => [name, valueAt(place, `/${name}`)]))
}

function valueAt({ file, interrupt, budget, openPaths }: Place, path: string): MatValue {
  interrupt()
  // References may lead in circles.
  if (openPaths.has(path) || openPaths.size > deepest || --budget.elements < 0) return { kind: 'other', className: 'reference' }
  const place: Place = { file, interrupt, budget, openPaths: new Set([...openPaths, path]) }
  const className = file.attribute(path, 'MATLAB_class'),
    about = file.datasetOf(path)
  if (about === null) return groupAt(place, path)
  const dims = about.shape.toReversed()
  if (about.shape.length === 1) dims.push(1)
  const isEmpty = file.attribute(path, 'MATLAB_empty') === 1
  if (className === 'cell') {
    if (isEmpty) return { kind: 'cell', dims: [0, 0], cells: [] }
    return { kind: 'cell', dims, cells: about.holds === 'references' ? referredTo(place, path) : [] }
  }
  if (className === 'char') return { kind: 'text', dims, rows: isEmpty ? [] : textRows(file, path, about.shape) }
  if (isEmpty) return emptyNumbers()
  if (about.holds === 'numbers') {
    const { data } = file.numbers(path, about.shape.length)
    return { kind: 'numbers', dims, data, isLogical: className === 'logical' }
  }
  return { kind: 'other', className: typeof className === 'string' ? className : about.described }
}

const referredTo = (place: Place, path: string): MatValue[] =>
  place.file.values(path).map((target) => (typeof target === 'string' ? valueAt(place, target) : emptyNumbers()))

function groupAt(place: Place, path: string): MatValue {
  const { file } = place,
    names = file.namesIn(path)
  const rowCount = file.attribute(path, 'MATLAB_sparse')
  if (typeof rowCount === 'number') return sparseAt(file, path, rowCount)
  const className = file.attribute(path, 'MATLAB_class')
  if (className !== 'struct' && className !== null) return { kind: 'other', className: String(className) }
  // A struct array keeps a list of references per field, as many as it has elements; a cell would say so itself.
  const isList = (name: string): boolean =>
    file.datasetOf(`${path}/${name}`)?.holds === 'references' && file.attribute(`${path}/${name}`, 'MATLAB_class') === null
  const [first] = names
  if (first === undefined || !names.every(isList)) {
    const element = new Map(names.map((name) => [name, valueAt(place, `${path}/${name}`)]))
    return { kind: 'struct', dims: [1, 1], fields: names, elements: [element] }
  }
  const lists = names.map((name) => [name, referredTo(place, `${path}/${name}`)] as const),
    count = Math.min(...lists.map(([, values]) => values.length))
  const elements = Array.from({ length: count }, (_, e) => new Map(lists.map(([name, values]) => [name, values[e] ?? emptyNumbers()])))
  return { kind: 'struct', dims: (file.shapeOf(`${path}/${first}`) ?? []).toReversed(), fields: names, elements }
}

function sparseAt(file: Hdf5File, path: string, rowCount: number): MatValue {
  const list = (name: string): Float64Array =>
    file.kindOf(`${path}/${name}`) === 'dataset' ? file.numbers(`${path}/${name}`, 1).data : new Float64Array(0)
  const columnStart = Int32Array.from(list('jc')),
    rowIndex = Int32Array.from(list('ir')),
    data = list('data')
  const isWhole =
    columnStart.every((start, k) => start >= (columnStart[k - 1] ?? 0)) &&
    columnStart.at(-1) === data.length &&
    rowIndex.length === data.length &&
    rowIndex.every((row) => row >= 0 && row < rowCount)
  if (!isWhole) return { kind: 'other', className: 'sparse' }
  return { kind: 'sparse', dims: [rowCount, columnStart.length - 1], rowIndex, columnStart, data }
}

/** Characters are numbers of UTF-16, in MATLAB column after column: every row is a text. */
function textRows(file: Hdf5File, path: string, shape: readonly number[]): string[] {
  if (file.datasetOf(path)?.holds !== 'numbers' || shape.reduce((product, length) => product * length, 1) > 65_536) return []
  const { data } = file.numbers(path, shape.length),
    rowCount = shape.at(-1) ?? 1
  return Array.from({ length: rowCount }, (_, r) => {
    const row: string[] = []
    for (let at = r; at < data.length; at += rowCount) row.push(String.fromCharCode(data[at]!))
    return row.join('').trimEnd()
  })
}

const emptyNumbers = (): MatValue => ({ kind: 'numbers', dims: [0, 0], data: new Float64Array(0), isLogical: false })
