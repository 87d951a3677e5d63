import { createHash } from 'node:crypto'
import { zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib'
import type { ReadableDB, WritableDB } from './open.ts'

const kinds = { Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array } as const
type Kinds = {
  Uint8Array: Uint8Array
  Int16Array: Int16Array
  Uint16Array: Uint16Array
  Int32Array: Int32Array
  Uint32Array: Uint32Array
  Float32Array: Float32Array
  Float64Array: Float64Array
}
export type NumberKind = keyof Kinds
export type Numbers = Kinds[NumberKind]

const partBytes = 16 * 1024 * 1024
const params = { [constants.ZSTD_c_compressionLevel]: 1 }

/** Hash that names an array: its kind and its bytes. */
export function hashOf(numbers: Numbers): string {
  return createHash('sha256').update(kindOf(numbers)).update(bytesOf(numbers)).digest('hex')
}

/** Keeps an array under its own hash, compressed, in parts of at most 16 MiB; equal arrays are kept once. */
export function putBlob(db: WritableDB, numbers: Numbers): string {
  const hash = hashOf(numbers)
  if (db.prepare('SELECT 1 FROM blob WHERE hash = ? LIMIT 1').get(hash)) return hash
  const bytes = bytesOf(numbers)
  const insert = db.prepare("INSERT INTO blob (hash, part, dtype, codec, bytes) VALUES (?, ?, ?, 'zstd', ?)")
  for (let part = 0; part === 0 || part * partBytes < bytes.length; part++) {
    insert.run(hash, part, kindOf(numbers), compressed(bytes.subarray(part * partBytes, (part + 1) * partBytes)))
  }
  return hash
}

/**
 * One piece of memory, as large as the worst case needs: joining many would copy them again, and what is larger is memory
 * that the collector has to chase.
 */
function compressed(part: Uint8Array): Buffer {
  return zstdCompressSync(part, { params, chunkSize: part.length + (part.length >> 7) + 128 })
}

/** @throws Error when the blob is not there or of another kind: a damaged file */
export function getBlob<Kind extends NumberKind>(db: ReadableDB, hash: string, kind: Kind): Kinds[Kind] {
  const rows = db.prepare('SELECT dtype, bytes FROM blob WHERE hash = ? ORDER BY part').all(hash) as { dtype: string; bytes: Buffer }[]
  const first = rows[0]
  if (!first || first.dtype !== kind) throw new Error(`blob ${hash}: ${first ? `is ${first.dtype}, not ${kind}` : 'is missing'}`)
  return numbersOf(Buffer.concat(rows.map((row) => zstdDecompressSync(row.bytes))), kind)
}

/** Removes arrays that no row names any more. */
export function sweepBlobs(db: WritableDB): void {
  const columns = db
    .prepare(
      `
    SELECT m.name AS tableName, c.name AS columnName FROM sqlite_schema m JOIN pragma_table_info(m.name) c
    WHERE m.type = 'table' AND c.name LIKE '%\\_blob' ESCAPE '\\'`,
    )
    .all() as { tableName: string; columnName: string }[]
  // one null in the list and nothing would be outside of it
  const named = columns
    .map(({ tableName, columnName }) => `SELECT ${columnName} FROM ${tableName} WHERE ${columnName} IS NOT NULL`)
    .join(' UNION ')
  db.exec(`DELETE FROM blob WHERE hash NOT IN (${named})`)
}

/** Raw bytes of an array for a column of its own, and back. */
export function bytesOf(numbers: Numbers): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)
}

export function numbersOf<Kind extends NumberKind>(bytes: Buffer, kind: Kind): Kinds[Kind] {
  const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  return new kinds[kind](whole) as Kinds[Kind]
}

function kindOf(numbers: Numbers): NumberKind {
  for (const kind of Object.keys(kinds) as NumberKind[]) if (numbers instanceof kinds[kind]) return kind
  throw new TypeError('blob: this kind of array is not kept')
}
