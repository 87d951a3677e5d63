import { fail } from '../../shared/contract/errors.ts'
import type { NamedArray } from './named-arrays.ts'
import { parseNpyHeader, type NpyField, type NpyHeader } from './npy-header.ts'

const mostTexts = 1_000_000

/**
 * Arrays of an .npy: one, or one for each column where it is a table of records. Axes of length 1 are taken away.
 * @param bytes the whole file or entry of an archive
 * @throws import/array-header, import/array-of-objects, import/dataset-not-numbers, import/file-too-short, import/counts-disagree,
 *   import/not-a-number for a whole number beyond 2⁵³
 */
export function readNpy(bytes: Uint8Array, at: { file: string; dataset: string }): NamedArray[] {
  const header = parseNpyHeader(bytes.subarray(0, 65_536), bytes.length, at)
  const count = header.shape.reduce((product, side) => product * side, 1)
  return header.fields.map((field) => {
    const name = field.name === '' ? at.dataset : header.fields.length > 1 ? field.name : at.dataset
    const shape = header.shape.filter((side) => side !== 1)
    const place = { ...at, dataset: name }
    if (field.kind === 'S' || field.kind === 'U')
      return { name, shape, isWhole: false, numbers: null, texts: textsOf(bytes, { header, field, count }) }
    const numbers = numbersOf(bytes, { header, field, count, place })
    const isTable = header.isFortran && shape.length > 1
    return { name, shape, isWhole: field.kind !== 'f', numbers: isTable ? rowMajor(numbers, shape) : numbers, texts: null }
  })
}

type Wanted = { header: NpyHeader; field: NpyField; count: number }

/** As float32 where that holds every value of the type, else as float64. */
function numbersOf(
  bytes: Uint8Array,
  { header, field, count, place }: Wanted & { place: { file: string; dataset: string } },
): Float32Array | Float64Array {
  const { kind, littleEndian } = field
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const first = header.start + field.offset
  const stride = header.itemBytes
  const isNarrow = field.bytes < 4 || (kind === 'f' && field.bytes === 4)
  const numbers = isNarrow ? new Float32Array(count) : new Float64Array(count)
  if (stride === field.bytes && littleEndian && kind === 'f' && field.bytes >= 4) {
    new Uint8Array(numbers.buffer).set(bytes.subarray(first, first + count * field.bytes))
    return numbers
  }
  const read = readerOf(view, field)
  for (let i = 0; i < count; i++) {
    const value = read(first + i * stride)
    if (field.bytes === 8 && kind !== 'f' && !Number.isSafeInteger(value)) {
      throw fail('import/not-a-number', { file: place.file, place: `${place.dataset}[${i}]`, found: String(value) })
    }
    numbers[i] = value
  }
  return numbers
}

function readerOf(view: DataView, { kind, bytes, littleEndian: little }: NpyField): (at: number) => number {
  if (kind === 'f') {
    if (bytes === 8) return (at) => view.getFloat64(at, little)
    return bytes === 4 ? (at) => view.getFloat32(at, little) : (at) => halfOf(view.getUint16(at, little))
  }
  if (kind === 'i') {
    if (bytes === 8) return (at) => Number(view.getBigInt64(at, little))
    if (bytes === 4) return (at) => view.getInt32(at, little)
    return bytes === 2 ? (at) => view.getInt16(at, little) : (at) => view.getInt8(at)
  }
  if (bytes === 8) return (at) => Number(view.getBigUint64(at, little))
  if (bytes === 4) return (at) => view.getUint32(at, little)
  return bytes === 2 ? (at) => view.getUint16(at, little) : (at) => view.getUint8(at)
}

/** A number of 16 bits: sign, five bits of exponent, ten of mantissa (IEEE 754 binary16). */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const mantissa = bits & 1023
  if (exponent === 31) return mantissa ? NaN : sign * Infinity
  return sign * (exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15))
}

function textsOf(bytes: Uint8Array, { header, field, count }: Wanted): string[] {
  if (count > mostTexts) return []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const latin = new TextDecoder('utf-8')
  return Array.from({ length: count }, (_, i) => {
    const at = header.start + field.offset + i * header.itemBytes
    if (field.kind === 'S') return latin.decode(bytes.subarray(at, at + field.bytes)).replace(/\0+$/, '')
    let text = ''
    for (let c = at; c < at + field.bytes; c += 4) {
      const point = view.getUint32(c, field.littleEndian)
      if (point > 0 && point <= 0x10ffff) text += String.fromCodePoint(point)
    }
    return text
  })
}

/** Column after column becomes row after row; for any number of axes. */
function rowMajor<Numbers extends Float32Array | Float64Array>(numbers: Numbers, shape: number[]): Numbers {
  const turned = numbers.slice() as Numbers
  const strides: number[] = []
  let stride = 1
  for (const side of shape) {
    strides.push(stride)
    stride *= side
  }
  const index = shape.map(() => 0)
  let from = 0
  for (let to = 0; to < turned.length; to++) {
    turned[to] = numbers[from]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]! += 1
      from += strides[axis]!
      if (index[axis]! < shape[axis]!) break
      from -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return turned
}
