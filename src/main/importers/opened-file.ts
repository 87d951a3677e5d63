import { open, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { CodedError, fail } from '../../shared/contract/errors.ts'
import { withHdf5 } from './hdf5.ts'
import type { Hdf5File } from './hdf5-file.ts'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** A file a person chose, with as much of it read as recognising needs. */
export type OpenedFile = {
  path: string
  /** without its folder: how messages call it */
  name: string
  /** where it lies in the folder that was chosen, with `/` between: `suite2p/plane0/F.npy`; else its name */
  place: string
  bytes: number
  /** its first bytes, at most 64 kB */
  head: Uint8Array
  /** text: how it is encoded and how it begins, at most 64 kB of it */
  text: { encoding: Encoding; head: string } | null
  /** HDF5: names of what lies at its root, and the root's attributes that are one number or text */
  hdf5: { rootNames: string[]; rootAttributes: Record<string, string | number> } | null
  /** a sheet or a Parquet table once it is opened as a table: see stored-tables.ts */
  table: StoredTable | null
}

/** A table that is no text: its first rows with the header, and all of its rows a piece at a time, the header first. */
export type StoredTable = {
  head: string[][]
  pieces: () => AsyncGenerator<{ rows: string[][]; bytesDone: number }>
  /** the columns at these places as they are stored, without the header, where rows of texts would cost too much */
  columnPieces?: (wanted: number[]) => AsyncGenerator<{ columns: ArrayLike<unknown>[]; rowCount: number; bytesDone: number }>
}

/** A stored value as a cell of text. */
export function storedText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? '' : String(value)
}

const headBytes = 65_536
const hdf5Signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

const deepestFolder = 4
const mostFiles = 2000

/**
 * Opens files, and what folders among them hold: four folders deep, without hidden and empty files, without links to folders.
 * @param paths absolute paths; a folder that holds nothing to read is refused
 * @throws import/folder-empty, import/folder-too-large and what `openFile` throws
 */
export async function openFiles(paths: Iterable<string>, interrupt: () => void): Promise<OpenedFile[]> {
  const opened: OpenedFile[] = []
  for (const path of new Set(paths)) {
    interrupt()
    const about = await stat(path).catch((problem: NodeJS.ErrnoException) => {
      throw notReadable(path, problem)
    })
    if (!about.isDirectory()) {
      opened.push(await openFile(path))
      continue
    }
    const inside = await filesIn(path)
    if (inside.length === 0) throw fail('import/folder-empty', { file: path })
    for (const place of inside) {
      interrupt()
      opened.push(await openFile(join(path, ...place.split('/').slice(1)), place))
    }
  }
  return opened
}

/**
 * Opens what can be opened, as `openFiles` does; a damaged file keeps nobody from reading the others.
 * @returns beside it what cannot be opened: empty and damaged files, folders that hold nothing
 * @throws import/folder-too-large
 */
export async function openEach(
  paths: Iterable<string>,
  interrupt: () => void,
): Promise<{ opened: OpenedFile[]; refused: { path: string; place: string }[] }> {
  const opened: OpenedFile[] = [],
    refused: { path: string; place: string }[] = []
  const take = async (path: string, place: string): Promise<void> => {
    interrupt()
    const file = await openFile(path, place).catch((problem: unknown) => {
      if (!(problem instanceof CodedError) || problem.code === 'jobs/cancelled') throw problem
    })
    if (file) opened.push(file)
    else refused.push({ path, place })
  }
  for (const path of new Set(paths)) {
    const isFolder = (await stat(path).catch(() => null))?.isDirectory() ?? false
    const inside = isFolder ? await filesIn(path, { withEmpty: true }) : []
    for (const place of inside) await take(join(path, ...place.split('/').slice(1)), place)
    if (inside.length === 0) await take(path, basename(path))
  }
  return { opened, refused }
}

/** What systems put into folders for themselves. */
const ofTheSystem = /^(\..*|thumbs\.db|desktop\.ini|__macosx)$/i

/** Places of what a folder holds, its own name first, in the order of their names. */
async function filesIn(folder: string, { withEmpty = false } = {}): Promise<string[]> {
  const places: string[] = []
  const walk = async (path: string, place: string, depth: number): Promise<void> => {
    const entries = await readdir(path, { withFileTypes: true }).catch((problem: NodeJS.ErrnoException) => {
      throw notReadable(path, problem)
    })
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (ofTheSystem.test(entry.name)) continue
      const inner = join(path, entry.name)
      if (entry.isDirectory()) {
        if (depth < deepestFolder) await walk(inner, `${place}/${entry.name}`, depth + 1)
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        const about = await stat(inner).catch(() => null)
        if (about?.isFile() && (withEmpty || about.size > 0)) places.push(`${place}/${entry.name}`)
        if (places.length > mostFiles) throw fail('import/folder-too-large', { file: folder, limit: mostFiles })
      }
    }
  }
  await walk(folder, basename(folder), 0)
  return places
}

/**
 * Looks at a file's first bytes.
 * @param path absolute path
 * @throws import/file-not-found, import/is-a-folder, import/file-unreadable, import/file-empty, import/file-damaged
 */
export async function openFile(path: string, place = basename(path)): Promise<OpenedFile> {
  const name = basename(path)
  const about = await stat(path).catch((problem: NodeJS.ErrnoException) => {
    throw notReadable(path, problem)
  })
  if (about.isDirectory()) throw fail('import/is-a-folder', { file: path })
  if (!about.isFile()) throw fail('import/file-unreadable', { file: path, reason: 'not a regular file' })
  if (about.size === 0) throw fail('import/file-empty', { file: name })
  const head = await readHead(path)
  const hdf5 = hasHdf5Signature(head) ? await withHdf5(path, rootOf, about.size) : null
  const text = hdf5 ? null : readAsText(head, head.length < about.size)
  return { path, name, place, bytes: about.size, head, text, hdf5, table: null }
}

/**
 * Bytes [first, first + count) of a file. Nothing is allocated before the file is known to hold them.
 * @throws import/file-too-short, import/file-unreadable
 */
export async function readBytes({ path, name, bytes }: OpenedFile, first: number, count: number): Promise<Uint8Array<ArrayBuffer>> {
  if (!(first >= 0 && count >= 0 && first + count <= bytes)) {
    throw fail('import/file-too-short', { file: name, expected: first + count, found: bytes })
  }
  const handle = await open(path).catch((problem: NodeJS.ErrnoException) => {
    throw notReadable(path, problem)
  })
  try {
    const read = new Uint8Array(count)
    let filled = 0
    while (filled < count) {
      const { bytesRead } = await handle.read(read, filled, Math.min(count - filled, 1 << 26), first + filled)
      if (bytesRead === 0) throw fail('import/file-too-short', { file: name, expected: first + count, found: first + filled })
      filled += bytesRead
    }
    return read
  } finally {
    await handle.close()
  }
}

const pieceBytes = 1 << 20

/**
 * Bytes [first, first + count) of a file, a piece at a time; a piece is only good until the next one is asked for.
 * @throws import/file-too-short, import/file-unreadable
 */
export async function* bytesOf({ path, name, bytes }: OpenedFile, first: number, count: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (!(first >= 0 && count >= 0 && first + count <= bytes))
    throw fail('import/file-too-short', { file: name, expected: first + count, found: bytes })
  const handle = await open(path).catch((problem: NodeJS.ErrnoException) => {
    throw notReadable(path, problem)
  })
  try {
    const piece = new Uint8Array(Math.min(pieceBytes, count))
    for (let done = 0; done < count;) {
      const { bytesRead } = await handle.read(piece, 0, Math.min(piece.length, count - done), first + done)
      if (bytesRead === 0) throw fail('import/file-too-short', { file: name, expected: first + count, found: first + done })
      done += bytesRead
      yield piece.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

function notReadable(path: string, problem: NodeJS.ErrnoException): Error {
  if (problem.code === 'ENOENT' || problem.code === 'ENOTDIR') return fail('import/file-not-found', { file: path })
  return fail('import/file-unreadable', { file: path, reason: problem.code ?? problem.message })
}

async function readHead(path: string): Promise<Uint8Array> {
  const handle = await open(path).catch((problem: NodeJS.ErrnoException) => {
    throw notReadable(path, problem)
  })
  try {
    const head = new Uint8Array(headBytes)
    let filled = 0
    while (filled < headBytes) {
      const { bytesRead } = await handle.read(head, filled, headBytes - filled, filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return head.subarray(0, filled)
  } finally {
    await handle.close()
  }
}

function rootOf(file: Hdf5File): OpenedFile['hdf5'] {
  const attributes = file.attributeNames('/').map((name) => [name, file.attribute('/', name)] as const)
  const rootAttributes: Record<string, string | number> = {}
  for (const [name, value] of attributes) if (typeof value === 'string' || typeof value === 'number') rootAttributes[name] = value
  return { rootNames: file.rootNames(), rootAttributes }
}

/** A user block of 512 bytes or a power of two times that may stand before the signature (MATLAB writes one). */
function hasHdf5Signature(head: Uint8Array): boolean {
  return [0, 512, 1024, 2048, 4096].some((start) => hdf5Signature.every((byte, i) => head[start + i] === byte))
}

function readAsText(head: Uint8Array, goesOn: boolean): OpenedFile['text'] {
  const encoding = encodingOf(head, goesOn)
  const text = new TextDecoder(encoding).decode(head)
  // Control characters other than tab, line ends and form feed do not occur in tables of numbers.
  return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? null : { encoding, head: text }
}

function encodingOf(head: Uint8Array, goesOn: boolean): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const zeros = [0, 0]
  head.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1
  })
  const [even = 0, odd = 0] = zeros
  // Digits and Latin letters have a zero byte each in UTF-16: on odd places when the low byte comes first.
  if (odd > head.length / 4 && even < odd / 8) return 'utf-16le'
  if (even > head.length / 4 && odd < even / 8) return 'utf-16be'
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: goesOn })
    return 'utf-8'
  } catch {
    return 'windows-1252'
  }
}
