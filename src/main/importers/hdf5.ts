import { openSync } from 'node:fs'
import { devNull } from 'node:os'
import { basename } from 'node:path'
import { fail } from '../../shared/contract/errors.ts'
import type { Dataset, File as H5File, Metadata } from 'h5wasm/node'

type Library = typeof import('h5wasm/node')
type Module = Awaited<Library['ready']>

/** An HDF5 file open for reading. Every dataset is checked before memory is taken for it. */
export type Hdf5File = {
  rootNames: () => string[]
  /** the shape of a dataset, null where there is none of that name */
  shapeOf: (dataset: string) => number[] | null
  /** the length of a list of numbers; throws import/dataset-… */
  lengthOf: (dataset: string) => number
  /** a list or table of numbers as float64, row-major; throws import/dataset-… */
  numbers: (dataset: string, rank: number) => { data: Float64Array; shape: number[] }
  /** the same in pieces of about a million, for a list of any length */
  numberPieces: (dataset: string) => Generator<Float64Array>
  /** a list of texts or of numbers, as texts; null where it is neither */
  texts: (dataset: string) => string[] | null
}

const pieceLength = 1 << 20
/** Deflate shrinks at most 1,032 times: a dataset that claims more than this is not in the file. */
const largestRatio = 1100
const largestTexts = 1_000_000

let loaded: Promise<{ library: Library; module: Module }> | null = null

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
  const { library, module } = await (loaded ??= load())
  const opened = new library.File(path, 'r')
  if (opened.file_id < 0n) throw fail('import/file-damaged', { file: basename(path) })
  return {
    file: reader(library, module, { opened, name: basename(path), bytes }),
    close: () => {
      opened.close()
    },
  }
}

async function load(): Promise<{ library: Library; module: Module }> {
  const library = await import('h5wasm/node')
  const module = await library.ready
  // The C library prints a stack of its own at every refusal; ours are the coded errors.
  const stderr = (module.FS as unknown as { getStream: (fd: number) => { nfd?: number } | null }).getStream(2)
  if (stderr?.nfd !== undefined) stderr.nfd = openSync(devNull, 'w')
  // A file may ask for a filter that lies on disk as a plug-in: nothing is ever loaded for it.
  for (const _ of module.get_plugin_search_paths()) module.remove_plugin_search_path(0)
  return { library, module }
}

function reader(library: Library, module: Module, source: { opened: H5File; name: string; bytes: number }): Hdf5File {
  const { opened, name: file, bytes } = source

  /** The library ends in errors of its own, even in an abort, where a file's inside is broken. */
  function ask<Answer>(question: () => Answer): Answer {
    try {
      return question()
    } catch {
      throw fail('import/file-damaged', { file })
    }
  }

  function find(path: string): { dataset: Dataset; metadata: Metadata } | null {
    return ask(() => {
      const found = opened.get(path)
      return found instanceof library.Dataset ? { dataset: found, metadata: found.metadata } : null
    })
  }

  function need(path: string): Metadata {
    const found = find(path)
    if (found) return found.metadata
    const isListed = ask(() => opened.keys()).includes(path.replace(/^\//, ''))
    throw fail(isListed ? 'import/dataset-unreadable' : 'import/dataset-missing', { file, dataset: path })
  }

  function checked(path: string, rank: number): { metadata: Metadata; shape: number[] } {
    const metadata = need(path)
    const shape = (metadata.shape ?? []).map(Number)
    if (!numeric(metadata) || metadata.shape === null || shape.length !== rank) {
      throw fail('import/dataset-not-numbers', {
        file,
        dataset: path,
        expected: rank === 1 ? '[N]' : '[N × M]',
        found: described(metadata),
      })
    }
    const claimed = shape.reduce((product, length) => product * length, metadata.size)
    if (!Number.isSafeInteger(claimed) || claimed > bytes * largestRatio) {
      throw fail('import/dataset-too-large', { file, dataset: path, claimedMB: Math.round(claimed / 1e6) })
    }
    return { metadata, shape }
  }

  /** Reads rows [first, first + count); the library's own `slice` hides a failed read behind whatever memory held. */
  function readRows(
    path: string,
    { metadata, shape, first, count }: { metadata: Metadata; shape: number[]; first: number; count: number },
  ): Float64Array {
    const counts = [count, ...shape.slice(1)]
    const length = counts.reduce((product, n) => product * n, 1)
    if (length === 0) return new Float64Array(0)
    const at = module._malloc(length * metadata.size)
    if (at === 0) throw fail('import/dataset-too-large', { file, dataset: path, claimedMB: Math.round((length * metadata.size) / 1e6) })
    try {
      const status = ask(() =>
        module.get_dataset_data(
          opened.file_id,
          path,
          counts.map(BigInt),
          shape.map((_, axis) => (axis === 0 ? BigInt(first) : 0n)),
          shape.map(() => 1n),
          BigInt(at),
        ),
      )
      if (status < 0) throw fail('import/dataset-unreadable', { file, dataset: path })
      const raw = module.HEAPU8.slice(at, at + length * metadata.size)
      return toFloat64(raw.buffer, metadata)
    } finally {
      module._free(at)
    }
  }

  return {
    rootNames: () => ask(() => opened.keys()),
    shapeOf: (path) => find(path)?.metadata.shape?.map(Number) ?? null,
    lengthOf: (path) => checked(path, 1).shape[0] ?? 0,
    numbers(path, rank) {
      const { metadata, shape } = checked(path, rank)
      return { data: readRows(path, { metadata, shape, first: 0, count: shape[0] ?? 0 }), shape }
    },
    *numberPieces(path) {
      const { metadata, shape } = checked(path, 1)
      const total = shape[0] ?? 0
      const chunk = Math.max(1, Number(metadata.chunks?.[0] ?? 1))
      // Pieces end where chunks end: a compressed chunk is then unpacked once.
      const step = Math.min(total, Math.ceil(pieceLength / chunk) * chunk)
      for (let first = 0; first < total; first += step) {
        yield readRows(path, { metadata, shape, first, count: Math.min(step, total - first) })
      }
    },
    texts(path) {
      const found = find(path)
      const shape = found?.metadata.shape?.map(Number)
      if (!found || shape?.length !== 1 || (shape[0] ?? 0) > largestTexts) return null
      if (numeric(found.metadata)) return [...this.numbers(path, 1).data].map(String)
      if (found.metadata.type !== module.H5T_class_t.H5T_STRING.value) return null
      const value = ask(() => found.dataset.value)
      return Array.isArray(value) ? value.map(String) : null
    },
  }
}

const integerClass = 0
const floatClass = 1

function numeric({ type, size }: Metadata): boolean {
  return (type === integerClass && [1, 2, 4, 8].includes(size)) || (type === floatClass && (size === 4 || size === 8))
}

function described({ type, size, shape, signed }: Metadata): string {
  const names = [
    signed ? `int${size * 8}` : `uint${size * 8}`,
    `float${size * 8}`,
    'time',
    'string',
    'bits',
    'opaque',
    'compound',
    'reference',
    'enum',
    'vlen',
    'array',
  ]
  return `${names[type] ?? 'unknown'} [${(shape ?? []).join(' × ')}]`
}

function toFloat64(buffer: ArrayBuffer, { type, size, signed }: Metadata): Float64Array {
  if (type === floatClass) return size === 8 ? new Float64Array(buffer) : Float64Array.from(new Float32Array(buffer))
  if (size === 8) return Float64Array.from(signed ? new BigInt64Array(buffer) : new BigUint64Array(buffer), Number)
  if (size === 4) return Float64Array.from(signed ? new Int32Array(buffer) : new Uint32Array(buffer))
  if (size === 2) return Float64Array.from(signed ? new Int16Array(buffer) : new Uint16Array(buffer))
  return Float64Array.from(signed ? new Int8Array(buffer) : new Uint8Array(buffer))
}
