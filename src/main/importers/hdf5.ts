import { basename, resolve } from 'node:path'
import { CodedError, fail } from '../../shared/contract/errors.ts'
import type { Hdf5Dataset, Hdf5File } from './hdf5-file.ts'
import { unreadableFilter } from './hdf5-filters.ts'
import { hdf5Library, type Hdf5Library } from './hdf5-library.ts'
import { hdf5Tree, type Hdf5Kind } from './hdf5-tree.ts'
import {
  columnToFloat64,
  described,
  hasLists,
  isNumeric,
  numberLists,
  toFloat64,
  typeClass,
  valuesOf,
  type Hdf5Type,
  type Hdf5Value,
} from './hdf5-values.ts'

const pieceLength = 1 << 20

/** Deflate shrinks at most 1,032 times: a dataset that claims more than this is not in the file. */
const largestRatio = 1100

const mostValues = 1_000_000

/** What they hold is in memory twice while they are read. */
const listsAtOnce = 64

const mostTextBytes = 64e6
const mostAttributeBytes = 4e6
const deepestLinks = 24

/**
 * Opens a file, hands it to `work`, and closes it whatever happens. Any folder and any name work.
 * @throws import/file-damaged
 */
export async function withHdf5<Result>(
  path: string,
  work: (file: Hdf5File) => Result | Promise<Result>,
  bytes = Infinity,
): Promise<Result> {
  const session = await openHdf5(path, bytes)
  try {
    return await work(session.file)
  } finally {
    session.close()
  }
}

/**
 * Like `withHdf5` for generators: the caller closes.
 * @param bytes size of the file, which limits what its datasets may claim
 * @throws import/file-damaged
 */
export async function openHdf5(path: string, bytes: number): Promise<{ file: Hdf5File; close: () => void }> {
  const library = await hdf5Library()
  const ask = asking(library, basename(path))
  const place = resolve(path)
  library.allow(place, bytes)
  const id = ask(() => library.module.open(place, library.module.H5F_ACC_RDONLY, false, -1, -1))
  if (id < 0n) {
    library.forget(place)
    throw fail('import/file-damaged', { file: basename(path) })
  }
  return {
    file: reader(library, ask, { id, name: basename(path), bytes }),
    close() {
      try {
        ask(() => library.module.close_file(id))
      } catch {
        // The library is spoilt: it is not used again, and what it had open is closed with it.
      }
      library.forget(place)
    },
  }
}

type Ask = <Answer>(question: () => Answer) => Answer

/** The library ends in errors of its own, even in a trap, where a file's inside is broken; after a trap it is replaced. */
function asking(library: Hdf5Library, file: string): Ask {
  return (question) => {
    if (library.isSpoilt()) throw fail('import/file-damaged', { file })
    try {
      return question()
    } catch (problem) {
      if (problem instanceof CodedError) throw problem
      library.noteRefusal(problem)
      throw fail('import/file-damaged', { file })
    }
  }
}

function reader(library: Hdf5Library, ask: Ask, { id, name: file, bytes }: { id: bigint; name: string; bytes: number }): Hdf5File {
  const { module } = library
  const types = new Map<string, Hdf5Type | null>()

  function kindOf(path: string): Hdf5Kind | null {
    const kind = ask(() => module.get_type(id, tidy(path)))
    if (kind === module.H5G_DATASET) return 'dataset'
    // The library calls a link that comes round to itself a group; no object is there.
    if (kind === module.H5G_GROUP) return referenceTo(path).some((byte) => byte !== 0) ? 'group' : null
    return leadsElsewhere(path) ? 'elsewhere' : null
  }

  const referenceTo = (path: string): Uint8Array => ask(() => module.create_object_reference(id, tidy(path)))

  /** Whether a link on the way, or at the end of a chain of links, points into another file. */
  function leadsElsewhere(path: string, depth = 0): boolean {
    if (depth > deepestLinks) return false
    const steps = tidy(path).split('/').slice(1)
    for (let length = 1; length <= steps.length; length++) {
      const part = `/${steps.slice(0, length).join('/')}`
      const kind = ask(() => module.get_type(id, part))
      if (kind === module.H5G_UDLINK) return true
      if (kind === module.H5G_LINK) {
        const target = String(ask(() => module.get_symbolic_link(id, part)))
        const from = target.startsWith('/') ? target : `/${steps.slice(0, length - 1).join('/')}/${target}`
        return leadsElsewhere([from, ...steps.slice(length)].join('/'), depth + 1)
      }
      if (kind < 0) return false
    }
    return false
  }

  function typeOf(path: string): Hdf5Type | null {
    const known = types.get(path)
    if (known !== undefined) return known
    const found = kindOf(path) === 'dataset' ? ask(() => module.get_dataset_metadata(id, tidy(path))) : null
    types.set(path, found)
    return found
  }

  function need(path: string): Hdf5Type {
    const found = typeOf(path)
    if (found) return found
    if (kindOf(path) === 'elsewhere') throw fail('import/dataset-elsewhere', { file, dataset: path })
    const at = tidy(path).lastIndexOf('/')
    const isListed = namesIn(tidy(path).slice(0, at) || '/').includes(tidy(path).slice(at + 1))
    throw fail(isListed ? 'import/dataset-unreadable' : 'import/dataset-missing', { file, dataset: path })
  }

  function namesIn(group: string): string[] {
    return kindOf(group) === 'group' ? ask(() => module.get_names(id, tidy(group), false)) : []
  }

  const filterAt = (path: string): string | null => unreadableFilter(ask(() => module.get_dataset_filters(id, tidy(path))))

  /** Nothing is read, and no memory taken, before a claim has been held against the size of the file. */
  function sound(path: string, type: Hdf5Type): number[] {
    const shape = (type.shape ?? []).map(Number)
    const claimed = shape.reduce((product, length) => product * length, type.size)
    if (!Number.isSafeInteger(claimed) || claimed > bytes * largestRatio) {
      throw fail('import/dataset-too-large', { file, dataset: path, claimedMB: Math.round(claimed / 1e6) })
    }
    if (type.virtual_sources && type.virtual_sources.length > 0) throw fail('import/dataset-elsewhere', { file, dataset: path })
    const filter = type.chunks ? filterAt(path) : null
    if (filter !== null) throw fail('import/dataset-filtered', { file, dataset: path, filter })
    return shape
  }

  function checked(path: string, isRight: (shape: number[]) => boolean, expected: string): { type: Hdf5Type; shape: number[] } {
    const type = need(path)
    const shape = (type.shape ?? []).map(Number)
    if (!isNumeric(type) || type.shape === null || !isRight(shape)) {
      throw fail('import/dataset-not-numbers', { file, dataset: path, expected, found: described(type) })
    }
    return { type, shape: sound(path, type) }
  }

  const checkedList = (path: string): { type: Hdf5Type; shape: number[]; axis: number; length: number } => {
    const { type, shape } = checked(path, isList, '[N]')
    const longest = shape.findIndex((length) => length !== 1)
    const axis = longest < 0 ? 0 : longest
    return { type, shape, axis, length: shape[axis] ?? 0 }
  }

  /** Reads a block; the library's own reading hides a failure behind whatever memory held. */
  function read<Result>(
    path: string,
    type: Hdf5Type,
    { offset, count }: { offset: number[]; count: number[] },
    work: (bytes: Uint8Array) => Result,
  ): Result {
    const length = type.size * count.reduce((product, n) => product * n, 1)
    if (length === 0) return work(new Uint8Array(0))
    const at = ask(() => module._malloc(length))
    if (at === 0) throw fail('import/dataset-too-large', { file, dataset: path, claimedMB: Math.round(length / 1e6) })
    // Pointers of a read that fails half-way must not be what memory held before.
    if (hasLists(type)) module.HEAPU8.fill(0, at, at + length)
    try {
      const whole = count.length === 0
      const counts = count.map(BigInt)
      const status = ask(() =>
        module.get_dataset_data(
          id,
          tidy(path),
          whole ? null : counts,
          whole ? null : offset.map(BigInt),
          whole ? null : counts.map(() => 1n),
          BigInt(at),
        ),
      )
      if (status < 0) throw fail('import/dataset-unreadable', { file, dataset: path })
      const result = work(module.HEAPU8.subarray(at, at + length))
      if (hasLists(type)) ask(() => module.reclaim_vlen_memory_count(id, tidy(path), '', BigInt(at), counts))
      return result
    } finally {
      if (!library.isSpoilt()) module._free(at)
    }
  }

  const reach = (): Parameters<typeof valuesOf>[2] => ({
    heap: () => module.HEAPU8,
    left: { bytes: mostTextBytes },
    pathOf: pathOfReference,
  })

  /** Where objects lie, by their address in the file; made once, when the first reference asks. */
  let places: Map<string, string> | null = null
  function pathOfReference(reference: Uint8Array): string | null {
    places ??= new Map(hdf5Tree(reading).map(({ path, identity }) => [identity, path]))
    return places.get(hex(reference)) ?? null
  }

  const reading: Hdf5File = {
    name: file,
    rootNames: () => namesIn('/'),
    namesIn,
    kindOf,
    isSoftLink: (path) => ask(() => module.get_type(id, tidy(path))) >= 0 && ask(() => module.get_symbolic_link(id, tidy(path))) !== null,
    datasetOf(path) {
      const type = typeOf(path)
      if (!type) return null
      const columns = type.compound_type?.members.map((member) => ({ name: member.name, isNumeric: isNumeric(member) })) ?? []
      return { shape: (type.shape ?? []).map(Number), holds: contentOf(type), columns, described: described(type) }
    },
    shapeOf: (path) => typeOf(path)?.shape?.map(Number) ?? null,
    lengthOf: (path) => checkedList(path).length,
    numbers(path, rank) {
      const { type, shape } = checked(path, (found) => found.length === rank, rank === 1 ? '[N]' : '[N × M]')
      const count = shape
      return { data: read(path, type, { offset: shape.map(() => 0), count }, (bytes) => toFloat64(bytes, type)), shape }
    },
    *numberPieces(path) {
      const { type, axis, length } = checkedList(path)
      const step = stepAlong(length, Number(type.chunks?.[axis] ?? 1), pieceLength)
      for (let first = 0; first < length; first += step) yield reading.slice(path, first, Math.min(step, length - first))
    },
    slice(path, first, count) {
      const { type, shape, axis, length } = checkedList(path)
      const from = Math.min(Math.max(0, first), length)
      const offset = shape.map((_, other) => (other === axis ? from : 0))
      const counts = shape.map((n, other) => (other === axis ? Math.min(count, length - from) : n))
      return read(path, type, { offset, count: counts }, (bytes) => toFloat64(bytes, type))
    },
    *listPieces(path) {
      const type = need(path)
      const shape = sound(path, type)
      if (contentOf(type) !== 'lists' || !isList(shape)) {
        throw fail('import/dataset-not-numbers', { file, dataset: path, expected: '[N]', found: described(type) })
      }
      const axis = Math.max(
        0,
        shape.findIndex((length) => length !== 1),
      )
      const length = shape[axis] ?? 0
      for (let first = 0; first < length; first += listsAtOnce) {
        const count = Math.min(listsAtOnce, length - first)
        const along = (value: number, other: number): number[] => shape.map((_, a) => (a === axis ? value : other))
        yield read(path, type, { offset: along(first, 0), count: along(count, 1) }, (data) => {
          const lists = numberLists(data, type, module.HEAPU8)
          if (!lists) throw fail('import/dataset-unreadable', { file, dataset: path })
          return lists
        })
      }
    },
    cell(path, at) {
      const { type, shape } = checked(path, (found) => found.length === at.length, `[${at.map(() => 'N').join(' × ')}]`)
      if (at.some((index, axis) => index < 0 || index >= (shape[axis] ?? 0))) return undefined
      return read(path, type, { offset: at, count: at.map(() => 1) }, (bytes) => toFloat64(bytes, type))[0]
    },
    filterOf: (path) => (typeOf(path)?.chunks ? filterAt(path) : null),
    *blocks(path) {
      const { type, shape } = checked(path, (found) => found.length === 2, '[N × M]')
      const [rows = 0, columns = 0] = shape
      const chunk = type.chunks ?? []
      const columnStep = stepAlong(columns, Number(chunk[1] ?? columns), Math.max(1, Math.floor(pieceLength / Number(chunk[0] ?? 1))))
      const rowStep = stepAlong(rows, Number(chunk[0] ?? 1), Math.max(1, Math.floor(pieceLength / Math.max(1, columnStep))))
      for (let row = 0; row < rows; row += rowStep) {
        for (let column = 0; column < columns; column += columnStep) {
          const count = [Math.min(rowStep, rows - row), Math.min(columnStep, columns - column)]
          const data = read(path, type, { offset: [row, column], count }, (bytes) => toFloat64(bytes, type))
          yield { row, column, rowCount: count[0] ?? 0, columnCount: count[1] ?? 0, data }
        }
      }
    },
    *columnPieces(path, columns) {
      const type = need(path)
      const members = columns.map((column) => {
        const found = type.compound_type?.members.find((member) => member.name === column && isNumeric(member))
        if (!found) throw fail('import/dataset-missing', { file, dataset: `${path}/${column}` })
        return found
      })
      const shape = sound(path, type)
      if (shape.length !== 1) {
        throw fail('import/dataset-not-numbers', { file, dataset: path, expected: '[N]', found: described(type) })
      }
      const [length = 0] = shape
      const step = stepAlong(length, Number(type.chunks?.[0] ?? 1), Math.max(1, Math.floor((8 * pieceLength) / type.size)))
      for (let first = 0; first < length; first += step) {
        yield read(path, type, { offset: [first], count: [Math.min(step, length - first)] }, (bytes) =>
          members.map((member) => columnToFloat64(bytes, type.size, member)),
        )
      }
    },
    number(path) {
      const [value, ...more] = single(path)
      return typeof value === 'number' && more.length === 0 ? value : null
    },
    text(path) {
      const [value, ...more] = single(path)
      return typeof value === 'string' && more.length === 0 ? value.trim() : null
    },
    texts(path) {
      const type = typeOf(path)
      const isRight = type && (type.type === typeClass.text || isNumeric(type))
      return isRight && isList((type.shape ?? []).map(Number)) && type.total_size <= mostValues ? reading.values(path).map(String) : null
    },
    values(path) {
      const type = need(path)
      const shape = sound(path, type)
      if (type.shape === null) return []
      const claimed = shape.reduce((product, n) => product * n, 1)
      if (claimed > mostValues)
        throw fail('import/dataset-too-large', { file, dataset: path, claimedMB: Math.round((type.size * claimed) / 1e6) })
      return read(path, type, { offset: shape.map(() => 0), count: shape }, (data) => valuesOf(data, type, reach()))
    },
    attributeNames: (path) => (exists(path) ? ask(() => module.get_attribute_names(id, tidy(path))) : []),
    attribute(path, name) {
      if (!reading.attributeNames(path).includes(name)) return null
      const type = ask(() => module.get_attribute_metadata(id, tidy(path), name))
      const length = type.size * type.total_size
      if (type.shape === null || !(length > 0) || length > mostAttributeBytes) return null
      const at = ask(() => module._malloc(length))
      if (at === 0) return null
      module.HEAPU8.fill(0, at, at + length)
      try {
        if (ask(() => module.get_attribute_data(id, tidy(path), name, BigInt(at))) < 0) return null
        const values = valuesOf(module.HEAPU8.subarray(at, at + length), type, reach())
        if (hasLists(type)) ask(() => module.reclaim_vlen_memory(id, tidy(path), name, BigInt(at)))
        return values.length === 1 ? (values[0] ?? null) : values
      } finally {
        if (!library.isSpoilt()) module._free(at)
      }
    },
    identityOf: (path) => (exists(path) ? hex(referenceTo(path)) : null),
  }
  return reading

  function exists(path: string): boolean {
    const kind = kindOf(path)
    return kind === 'group' || kind === 'dataset'
  }

  /** Of something that should hold one value: no more than two are read. */
  function single(path: string): Hdf5Value[] {
    const type = typeOf(path)
    return type && type.shape !== null && type.total_size === 1 ? reading.values(path) : []
  }
}

function contentOf(type: Hdf5Type): Hdf5Dataset['holds'] {
  if (isNumeric(type)) return 'numbers'
  if (type.type === typeClass.text) return 'texts'
  if (type.type === typeClass.reference) return 'references'
  if (type.type === typeClass.list && type.vlen_type && isNumeric(type.vlen_type)) return 'lists'
  return type.type === typeClass.compound ? 'table' : 'other'
}

const isList = (shape: number[]): boolean => shape.length > 0 && shape.filter((length) => length !== 1).length <= 1

/** A step of about `wanted` that ends where chunks end: a compressed chunk is then unpacked once. */
function stepAlong(length: number, chunk: number, wanted: number): number {
  const whole = Math.max(1, chunk)
  return Math.max(1, Math.min(length, Math.max(1, Math.round(wanted / whole)) * whole))
}

/** With one slash before each step and none behind. */
const tidy = (path: string): string => `/${path.split('/').filter(Boolean).join('/')}`

const hex = (bytes: Iterable<number>): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
