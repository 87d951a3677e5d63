import { Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import { CodedError, fail } from '../../shared/contract/errors.ts'
import { bytesOf, readBytes, type OpenedFile } from './opened-file.ts'

/** A file inside a zip archive; sizes are what the archive claims. */
export type ZipEntry = { name: string; method: number; packedBytes: number; bytes: number; crc: number; start: number }

const endSignature = 0x06054b50
const entrySignature = 0x02014b50
const localSignature = 0x04034b50
const endBytes = 22
const longestComment = 65_535
const mostEntries = 10_000
const mostDirectoryBytes = 16e6
/** Deflate shrinks at most 1,032 times: an entry that claims more is a bomb. */
const largestRatio = 1100
const largestEntry = 4e9
const pieceBytes = 1 << 20

/** True for a file that begins as a zip archive does. */
export function isZip({ head }: OpenedFile): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4
}

/**
 * What an archive lists, in its order; folders are left out.
 * @throws import/archive-damaged
 */
export async function zipEntries(file: OpenedFile): Promise<ZipEntry[]> {
  const damaged = (place: string): Error => fail('import/archive-damaged', { file: file.name, place })
  const tailBytes = Math.min(file.bytes, endBytes + longestComment)
  const tail = viewOf(await readBytes(file, file.bytes - tailBytes, tailBytes))
  let end = tailBytes - endBytes
  while (end >= 0 && tail.getUint32(end, true) !== endSignature) end -= 1
  if (end < 0) throw damaged('end')
  const { count, bytes, start } = await directoryAt(file, { tail, end, tailStart: file.bytes - tailBytes })
  if (count > mostEntries || bytes > mostDirectoryBytes || start + bytes > file.bytes) throw damaged('directory')
  const directory = viewOf(await readBytes(file, start, bytes))
  const entries: ZipEntry[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes || directory.getUint32(at, true) !== entrySignature) throw damaged(`directory, entry ${i + 1}`)
    const nameBytes = directory.getUint16(at + 28, true)
    const extraBytes = directory.getUint16(at + 30, true)
    const commentBytes = directory.getUint16(at + 32, true)
    if (at + 46 + nameBytes + extraBytes + commentBytes > bytes) throw damaged(`directory, entry ${i + 1}`)
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, directory.byteOffset + at + 46, nameBytes))
    const long = longSizes(directory, { at, extraStart: at + 46 + nameBytes, extraEnd: at + 46 + nameBytes + extraBytes })
    const entry = { name, method: directory.getUint16(at + 10, true), crc: directory.getUint32(at + 16, true), ...long }
    if (entry.start + entry.packedBytes > file.bytes) throw damaged(name)
    if (!name.endsWith('/')) entries.push(entry)
    at += 46 + nameBytes + extraBytes + commentBytes
  }
  return entries
}

/**
 * The content of one entry, checked against its size and checksum.
 * @throws import/archive-damaged, import/dataset-too-large for what claims more than it can hold
 */
export async function unpack(file: OpenedFile, entry: ZipEntry): Promise<Uint8Array> {
  refuseBomb(file, entry)
  const content = new Uint8Array(entry.bytes)
  let filled = 0
  for await (const piece of unpacked(file, entry)) {
    content.set(piece, filled)
    filled += piece.length
  }
  return content
}

/**
 * The content of one entry, a piece at a time; its size and checksum are known to be right when the last piece has come.
 * @throws import/archive-damaged, import/dataset-too-large for what claims more than it can hold
 */
export async function* unpacked(file: OpenedFile, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const { name, method, packedBytes, bytes, crc, start } = entry
  const damaged = (): Error => fail('import/archive-damaged', { file: file.name, place: name })
  refuseBomb(file, entry)
  const local = viewOf(await readBytes(file, start, Math.min(30, file.bytes - start)))
  if (local.byteLength < 30 || local.getUint32(0, true) !== localSignature) throw damaged()
  const dataStart = start + 30 + local.getUint16(26, true) + local.getUint16(28, true)
  if (dataStart + packedBytes > file.bytes) throw damaged()
  if (method !== 0 && method !== 8) throw fail('import/archive-method', { file: file.name, place: name, method })
  const packed = bytesOf(file, dataStart, packedBytes)
  let length = 0
  let sum = 0
  for await (const piece of method === 0 ? packed : inflated(packed, damaged)) {
    length += piece.length
    if (length > bytes) throw damaged()
    sum = crc32(piece, sum)
    yield piece
  }
  if (length !== bytes || sum !== crc) throw damaged()
}

function refuseBomb(file: OpenedFile, { name, packedBytes, bytes }: ZipEntry): void {
  if (bytes > packedBytes * largestRatio + 1000 || bytes > largestEntry) {
    throw fail('import/dataset-too-large', { file: file.name, dataset: name, claimedMB: Math.round(bytes / 1e6) })
  }
}

async function* inflated(packed: AsyncIterable<Uint8Array>, damaged: () => Error): AsyncGenerator<Uint8Array> {
  // The reader fills one piece again and again: the stream gets a copy of its own.
  const copies = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of packed) yield piece.slice()
  }
  const source = Readable.from(copies(), { objectMode: false })
  const inflating = source.pipe(createInflateRaw({ chunkSize: pieceBytes }))
  source.on('error', (problem) => inflating.destroy(problem))
  try {
    for await (const piece of inflating as AsyncIterable<Buffer>) yield piece
  } catch (problem) {
    throw problem instanceof CodedError ? problem : damaged()
  } finally {
    inflating.destroy()
    source.destroy()
  }
}

async function directoryAt(
  file: OpenedFile,
  { tail, end, tailStart }: { tail: DataView; end: number; tailStart: number },
): Promise<{ count: number; bytes: number; start: number }> {
  const short = { count: tail.getUint16(end + 10, true), bytes: tail.getUint32(end + 12, true), start: tail.getUint32(end + 16, true) }
  if (short.count !== 0xffff && short.bytes !== 0xffffffff && short.start !== 0xffffffff) return short
  // An archive of more than 4 GB: a locator just before the end says where the long record is.
  const locator = end - 20
  if (locator < 0 || tail.getUint32(locator, true) !== 0x07064b50) throw fail('import/archive-damaged', { file: file.name, place: 'end' })
  const at = Number(tail.getBigUint64(locator + 8, true))
  if (at + 56 > tailStart + tail.byteLength) throw fail('import/archive-damaged', { file: file.name, place: 'end' })
  const long = viewOf(await readBytes(file, at, 56))
  if (long.getUint32(0, true) !== 0x06064b50) throw fail('import/archive-damaged', { file: file.name, place: 'end' })
  return {
    count: Number(long.getBigUint64(32, true)),
    bytes: Number(long.getBigUint64(40, true)),
    start: Number(long.getBigUint64(48, true)),
  }
}

/** Sizes and place of an entry; those that do not fit 32 bits stand in its extra field. */
function longSizes(
  directory: DataView,
  { at, extraStart, extraEnd }: { at: number; extraStart: number; extraEnd: number },
): { packedBytes: number; bytes: number; start: number } {
  const sizes = {
    bytes: directory.getUint32(at + 24, true),
    packedBytes: directory.getUint32(at + 20, true),
    start: directory.getUint32(at + 42, true),
  }
  for (let extra = extraStart; extra + 4 <= extraEnd; extra += 4 + directory.getUint16(extra + 2, true)) {
    if (directory.getUint16(extra, true) !== 1) continue
    const last = Math.min(extraEnd, extra + 4 + directory.getUint16(extra + 2, true))
    let field = extra + 4
    for (const key of ['bytes', 'packedBytes', 'start'] as const) {
      if (sizes[key] !== 0xffffffff || field + 8 > last) continue
      sizes[key] = Number(directory.getBigUint64(field, true))
      field += 8
    }
  }
  return sizes
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
