import type { Hdf5Module } from './hdf5-library.ts'

/** How HDF5 describes a type, its shape included. */
export type Hdf5Type = ReturnType<Hdf5Module['get_dataset_metadata']>

/** One element of a dataset or attribute; a reference is the path of what it points at, null where it points nowhere. */
export type Hdf5Value = number | string | null | Hdf5Value[] | { [column: string]: Hdf5Value }

export const typeClass = { integer: 0, float: 1, text: 3, bits: 4, compound: 6, reference: 7, enumeration: 8, list: 9, array: 10 } as const

/** Where elements of any length lie, and how much of it may be read. */
export type Reach = {
  heap: () => Uint8Array
  /** bytes that may still be taken; counted down */
  left: { bytes: number }
  pathOf: (reference: Uint8Array) => string | null
}

/** Whether a type holds elements that the library keeps elsewhere in its memory. */
export function hasLists(type: Hdf5Type): boolean {
  if (type.vlen || type.type === typeClass.list) return true
  if (type.array_type) return hasLists(type.array_type)
  return type.compound_type?.members.some(hasLists) ?? false
}

/** Integers, floats and what is stored as one of them (true and false, names for numbers, bits). */
export function isNumeric(type: Hdf5Type): boolean {
  if (type.type === typeClass.float) return type.size === 4 || type.size === 8
  const whole = type.type === typeClass.integer || type.type === typeClass.enumeration || type.type === typeClass.bits
  return whole && [1, 2, 4, 8].includes(type.size)
}

/** A type in words: `float64 [100 × 3]`. */
export function described(type: Hdf5Type): string {
  const { size, signed, shape } = type
  const names = [
    signed ? `int${size * 8}` : `uint${size * 8}`,
    `float${size * 8}`,
    'time',
    'text',
    'bits',
    'opaque',
    'table',
    'reference',
    'enum',
    'list',
    'array',
  ]
  return `${names[type.type] ?? 'unknown'} [${(shape ?? []).join(' × ')}]`
}

/** Numbers as float64; `bytes` is as long as its elements, little-endian. */
export function toFloat64(bytes: Uint8Array, { type, size, signed }: Hdf5Type): Float64Array {
  const buffer = bytes.slice().buffer
  if (type === typeClass.float) return size === 8 ? new Float64Array(buffer) : Float64Array.from(new Float32Array(buffer))
  if (size === 8) return Float64Array.from(signed ? new BigInt64Array(buffer) : new BigUint64Array(buffer), Number)
  if (size === 4) return Float64Array.from(signed ? new Int32Array(buffer) : new Uint32Array(buffer))
  if (size === 2) return Float64Array.from(signed ? new Int16Array(buffer) : new Uint16Array(buffer))
  return Float64Array.from(signed ? new Int8Array(buffer) : new Uint8Array(buffer))
}

/** One numeric column of a table as float64; `bytes` are whole rows of `rowSize`. */
export function columnToFloat64(bytes: Uint8Array, rowSize: number, member: Hdf5Type & { offset: number }): Float64Array {
  const rowCount = Math.floor(bytes.length / rowSize)
  const packed = new Uint8Array(rowCount * member.size)
  for (let row = 0; row < rowCount; row++) {
    const from = row * rowSize + member.offset
    for (let b = 0; b < member.size; b++) packed[row * member.size + b] = bytes[from + b]!
  }
  return toFloat64(packed, member)
}

/** The elements of `bytes`, one after the other. Nothing is read beyond the library's memory or the reach's budget. */
export function valuesOf(bytes: Uint8Array, type: Hdf5Type, reach: Reach): Hdf5Value[] {
  const { size } = type
  if (size <= 0) return []
  if (isNumeric(type)) return [...toFloat64(bytes.subarray(0, bytes.length - (bytes.length % size)), type)]
  const count = Math.floor(bytes.length / size)
  return Array.from({ length: count }, (_, i) => valueOf(bytes.subarray(i * size, (i + 1) * size), type, reach))
}

function valueOf(bytes: Uint8Array, type: Hdf5Type, reach: Reach): Hdf5Value {
  switch (type.type) {
    case typeClass.text:
      return textIn(type.vlen ? pointedText(bytes, reach) : bytes)
    case typeClass.reference:
      return type.ref_type === 'object' ? reach.pathOf(bytes) : null
    case typeClass.compound: {
      const members = type.compound_type?.members ?? []
      return Object.fromEntries(
        members.map((member) => {
          const own = bytes.subarray(member.offset, member.offset + member.size)
          const [value = null, ...more] = valuesOf(own, member, reach)
          return [member.name, more.length > 0 ? [value, ...more] : value]
        }),
      )
    }
    case typeClass.list:
      return type.vlen_type ? valuesOf(pointedList(bytes, type.vlen_type.size, reach), type.vlen_type, reach) : null
    case typeClass.array:
      return type.array_type ? valuesOf(bytes, type.array_type, reach) : null
    default:
      return null
  }
}

/** Elements of any length, each a list of numbers; null where one does not lie in the library's memory. */
export function numberLists(bytes: Uint8Array, { size, vlen_type: type }: Hdf5Type, heap: Uint8Array): Float64Array[] | null {
  const lists: Float64Array[] = []
  for (let from = 0; type && from + size <= bytes.length; from += size) {
    const [count = 0, at = 0] = words(bytes.subarray(from, from + size))
    const end = at + count * type.size
    if (count > 0 && (at === 0 || end > heap.length)) return null
    lists.push(count === 0 ? new Float64Array(0) : toFloat64(heap.subarray(at, end), type))
  }
  return lists
}

/** A text ends at its first NUL; blanks and line ends that pad it are left to the reader. */
function textIn(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  const own = end < 0 ? bytes : bytes.subarray(0, end)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(own)
  } catch {
    return new TextDecoder('windows-1252').decode(own)
  }
}

function pointedText(pointer: Uint8Array, reach: Reach): Uint8Array {
  const [at = 0] = words(pointer)
  const heap = reach.heap()
  if (at === 0 || at >= heap.length) return new Uint8Array(0)
  const end = heap.indexOf(0, at)
  return taken(heap, at, (end < 0 ? heap.length : end) - at, reach)
}

function pointedList(pair: Uint8Array, size: number, reach: Reach): Uint8Array {
  const [count = 0, at = 0] = words(pair)
  const heap = reach.heap()
  if (at === 0 || count === 0 || at + count * size > heap.length) return new Uint8Array(0)
  return taken(heap, at, count * size, reach)
}

function taken(heap: Uint8Array, at: number, length: number, reach: Reach): Uint8Array {
  const kept = Math.min(length, reach.left.bytes)
  reach.left.bytes -= kept
  return heap.slice(at, at + kept)
}

function words(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getUint32(4 * i, true))
}
