import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'

/** The compiled HDF5 library, as h5wasm describes it. */
export type Hdf5Module = Awaited<(typeof import('h5wasm/node'))['ready']>

/** One running copy of the library; `allow` and `forget` say which files it may open. */
export type Hdf5Library = {
  module: Hdf5Module
  allow: (path: string, bytes: number) => void
  forget: (path: string) => void
  isSpoilt: () => boolean
  /** the library ended a call with an error; after a trap its memory is not to be trusted, and nobody gets this copy again */
  noteRefusal: (problem: unknown) => void
}

type Stream = { nfd?: number }
type Disk = {
  open: (path: string, ...rest: unknown[]) => Stream
  read: (stream: Stream, buffer: Uint8Array, offset: number, length: number, position?: number) => number
  getStream: (fd: number) => Stream | null
  ErrnoError: new (errno: number) => Error
}

/** What the library may take beside twice the size of the file: a header that claims more is refused. */
const heapMB = 384
/** Each refusal leaves a little of the library's stack behind. */
const mostRefusals = 60
const noSuchFile = 44
const inputOutputError = 29

let running: Promise<Hdf5Library> | null = null

/** The library of this thread: loaded once, and once more after each trap. */
export function hdf5Library(): Promise<Hdf5Library> {
  return (running ??= load().catch((problem: unknown) => {
    running = null
    throw problem
  }))
}

async function load(): Promise<Hdf5Library> {
  // The package opens one copy for ever; a spoilt one must be replaceable, so the factory beside its entry is called.
  const factory = new URL('./hdf5_util.js', import.meta.resolve('h5wasm/node')).href
  const { default: create } = (await import(/* @vite-ignore */ factory)) as { default: (about: object) => Promise<Hdf5Module> }
  const module = await create({ noInitialRun: true, print() {}, printErr() {} })
  const disk = module.FS as unknown as Disk
  // The C library prints a stack of its own at every refusal; ours are the coded errors.
  const stderr = disk.getStream(2)
  const silence = stderr?.nfd === undefined ? null : openSync(devNull, 'w')
  if (stderr && silence !== null) stderr.nfd = silence
  // A file may ask for a filter that lies on disk as a plug-in: nothing is ever loaded for it.
  for (const _ of module.get_plugin_search_paths()) module.remove_plugin_search_path(0)
  const allowed = new Map<string, { bytes: number; streams: Stream[] }>()
  guardOpening(disk, allowed)
  guardReading(disk)
  guardGrowth(module, () => heapMB * 1e6 + 2 * [...allowed.values()].reduce((sum, { bytes }) => sum + bytes, 0))
  let refusals = 0
  let spoilt = false
  function discard(): void {
    spoilt = true
    running = null
    const left = [...allowed.values()].flatMap(({ streams }) => streams.flatMap(({ nfd }) => (nfd === undefined ? [] : [nfd])))
    for (const fd of silence === null ? left : [...left, silence]) closeQuietly(fd)
    allowed.clear()
  }
  return {
    module,
    allow: (path, bytes) => allowed.set(path, { bytes: Number.isFinite(bytes) ? bytes : 0, streams: [] }),
    forget: (path) => allowed.delete(path),
    isSpoilt: () => spoilt,
    noteRefusal(problem) {
      refusals += 1
      const isTrap = problem instanceof RangeError || (problem instanceof Error && problem.name === 'RuntimeError')
      if (isTrap || refusals > mostRefusals) discard()
    },
  }
}

/** Links to other files, data kept in other files: what lies inside a file never decides what else is opened. */
function guardOpening(disk: Disk, allowed: ReadonlyMap<string, { streams: Stream[] }>): void {
  const open = disk.open
  disk.open = (path, ...rest) => {
    const known = allowed.get(path)
    if (!known) throw new disk.ErrnoError(noSuchFile)
    const stream = open(path, ...rest)
    known.streams.push(stream)
    return stream
  }
}

/** The library goes round for ever in a heap of texts where an object has no length: such a heap is not handed to it. */
function guardReading(disk: Disk): void {
  const read = disk.read
  /** a heap of which more is to come: where in the file, and what has to be known of the part before */
  let begun: { stream: Stream; place: number; part: HeapPart } | null = null
  disk.read = (stream, buffer, offset, length, position) => {
    const count = read(stream, buffer, offset, length, position)
    const bytes = buffer.subarray(offset, offset + count)
    const goesOn = begun !== null && begun.stream === stream && begun.place === position ? begun.part : null
    const part = goesOn ? heapAfter(bytes, goesOn) : heapAfter(bytes.subarray(16), heapIn(bytes))
    if (part === 'spoilt') throw new disk.ErrnoError(inputOutputError)
    if (part || goesOn) begun = part && position !== undefined ? { stream, place: position + count, part } : null
    return count
  }
}

/** How far a heap has been looked at: bytes of it still to come, of which the first belong to an object, and a header that was cut. */
type HeapPart = { left: number; skip: number; cut: Uint8Array }

/**
 * Whether bytes begin a global heap: signature GCOL, size at 8, objects from 16 on.
 * @source HDF5 File Format Specification 3.0, III.E
 */
function heapIn(bytes: Uint8Array): HeapPart | null {
  if (bytes.length < 16 || bytes[0] !== 0x47 || bytes[1] !== 0x43 || bytes[2] !== 0x4f || bytes[3] !== 0x4c) return null
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(8, true))
  return { left: size - 16, skip: 0, cut: new Uint8Array(0) }
}

/**
 * Goes on over the objects of a heap: index u16, length u64 at 8, content in steps of 8; that of index 0 is free space, and its
 * length counts its own header.
 * @returns what has to be known of what follows; null where the heap ends; `spoilt` where its objects do not follow each other
 */
function heapAfter(bytes: Uint8Array, part: HeapPart | null): HeapPart | 'spoilt' | null {
  if (!part) return null
  const whole = part.cut.length > 0 ? Buffer.concat([part.cut, bytes]) : bytes
  const view = new DataView(whole.buffer, whole.byteOffset, whole.length)
  let at = part.skip
  while (at + 16 <= Math.min(part.left, whole.length)) {
    const length = Number(view.getBigUint64(at + 8, true))
    const needed = view.getUint16(at, true) === 0 ? length : 16 + 8 * Math.ceil(length / 8)
    if (needed < 16 || at + needed > part.left) return 'spoilt'
    at += needed
  }
  const seen = Math.min(at, whole.length)
  const left = part.left - seen
  return left < 16 || part.left <= whole.length ? null : { left, skip: at - seen, cut: whole.slice(seen) }
}

/** The library's memory grows when it asks; beyond the limit it hears that there is none. */
function guardGrowth(module: Hdf5Module, limitBytes: () => number): void {
  const { grow } = WebAssembly.Memory.prototype
  const memories = new Set<WebAssembly.Memory>()
  WebAssembly.Memory.prototype.grow = function (pages) {
    memories.add(this)
    return grow.call(this, pages)
  }
  try {
    // Asking for as much again as there is makes it grow once: that is how its memory is found.
    module._free(module._malloc(module.HEAPU8.length))
  } finally {
    WebAssembly.Memory.prototype.grow = grow
  }
  const [found] = memories
  if (!found) return
  found.grow = (pages) => {
    if (found.buffer.byteLength + 65_536 * pages > limitBytes()) throw new RangeError('more memory than the file can need')
    return grow.call(found, pages)
  }
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd)
  } catch {
    // It was closed already.
  }
}
