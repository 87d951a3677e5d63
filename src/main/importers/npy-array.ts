import { fail } from '../../shared/contract/errors.ts'
import type { NamedArray } from './array-variables.ts'
import { bytesOf, type OpenedFile } from './opened-file.ts'
import { parseNpyHeader, type NpyField, type NpyHeader } from './npy-header.ts'

const mostTexts = 1_000_000
const headBytes = 65_536

/**
 * Arrays of an .npy: one, or one for each column where it is a table of records. Axes of length 1 are taken away.
 * @param bytes the whole file or entry of an archive
 * @throws import/array-header, import/array-of-objects, import/dataset-not-numbers, import/file-too-short, import/counts-disagree,
 *   import/not-a-number for a whole number beyond 2⁵³
 */
export function readNpy(bytes: Uint8Array, at: { file: string; dataset: string }): NamedArray[] {
  const header = parseNpyHeader(bytes.subarray(0, headBytes), bytes.length, at)
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

/**
 * Like `readNpy` for what comes in pieces: of a plain array of numbers no more is held than the numbers and one piece.
 * @param pieces the file or entry from its first byte on, all of `totalBytes`; each is done with before the next is asked for
 * @throws what `readNpy` throws
 */
export async function readNpyPieces(
  pieces: AsyncIterable<Uint8Array>,
  { totalBytes, interrupt, ...at }: { totalBytes: number; file: string; dataset: string; interrupt: () => void },
): Promise<NamedArray[]> {
  const source = pieces[Symbol.asyncIterator]()
  const next = async (): Promise<Uint8Array> => {
    interrupt()
    const { value, done } = await source.next()
    return done ? new Uint8Array(0) : value
  }
  try {
    let held: Uint8Array = await next()
    while (held.length < Math.min(totalBytes, headBytes)) {
      held = held.slice()
      const more = await next()
      if (more.length === 0) throw fail('import/file-too-short', { file: at.file, expected: totalBytes, found: held.length })
      held = Buffer.concat([held, more])
    }
    const header = parseNpyHeader(held.subarray(0, headBytes), totalBytes, at)
    const [field] = header.fields
    const isPlain = header.fields.length === 1 && field !== undefined && field.kind !== 'S' && field.kind !== 'U'
    const shape = header.shape.filter((side) => side !== 1)
    if (!isPlain || (header.isFortran && shape.length > 1)) {
      const whole = new Uint8Array(totalBytes)
      for (let filled = 0; held.length > 0; held = await next()) {
        whole.set(held.subarray(0, totalBytes - filled), filled)
        filled += held.length
      }
      return readNpy(whole, at)
    }
    const count = header.shape.reduce((product, side) => product * side, 1)
    const numbers = isNarrow(field) ? new Float32Array(count) : new Float64Array(count)
    let done = 0
    for (held = held.subarray(header.start); held.length > 0;) {
      const whole = Math.min(count - done, Math.floor(held.length / field.bytes))
      fillNumbers(numbers.subarray(done, done + whole), held, { first: 0, stride: field.bytes, field, place: at, index: done })
      done += whole
      const rest = held.slice(whole * field.bytes)
      const more = await next()
      held = rest.length > 0 && more.length > 0 ? Buffer.concat([rest, more]) : more
    }
    if (done < count) throw fail('import/file-too-short', { file: at.file, expected: totalBytes, found: header.start + done * field.bytes })
    return [{ name: at.dataset, shape, isWhole: field.kind !== 'f', numbers, texts: null }]
  } finally {
    await source.return?.()
  }
}

/** The arrays of an .npy that is a file of its own. */
export const readNpyFile = (file: OpenedFile, dataset: string, interrupt: () => void): Promise<NamedArray[]> =>
  readNpyPieces(bytesOf(file, 0, file.bytes), { totalBytes: file.bytes, file: file.name, dataset, interrupt })

type Wanted = { header: NpyHeader; field: NpyField; count: number }

const isNarrow = ({ kind, bytes }: NpyField): boolean => bytes < 4 || (kind === 'f' && bytes === 4)

/** As float32 where that holds every value of the type, else as float64. */
function numbersOf(
  bytes: Uint8Array,
  { header, field, count, place }: Wanted & { place: { file: string; dataset: string } },
): Float32Array | Float64Array {
  const numbers = isNarrow(field) ? new Float32Array(count) : new Float64Array(count)
  fillNumbers(numbers, bytes, { first: header.start + field.offset, stride: header.itemBytes, field, place, index: 0 })
  return numbers
}

type Filling = { first: number; stride: number; field: NpyField; place: { file: string; dataset: string }; index: number }

/** Numbers out of bytes from `first` on, one every `stride` bytes; the first of them is number `index` of its array. */
function fillNumbers(numbers: Float32Array | Float64Array, bytes: Uint8Array, { first, stride, field, place, index }: Filling): void {
  const { kind, littleEndian } = field
  if (stride === field.bytes && littleEndian && kind === 'f' && field.bytes >= 4) {
    const own = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
    own.set(bytes.subarray(first, first + numbers.byteLength))
    return
  }
  const read = readerOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), field)
  const mayBeHuge = field.bytes === 8 && kind !== 'f'
  for (let i = 0; i < numbers.length; i++) {
    const value = read(first + i * stride)
    if (mayBeHuge && !Number.isSafeInteger(value))
      throw fail('import/not-a-number', { file: place.file, place: `${place.dataset}[${index + i}]`, found: String(value) })
    numbers[i] = value
  }
}

function readerOf(view: DataView, { kind, bytes, littleEndian: little }: NpyField): (at: number) => number {
  // Two halves instead of a BigInt: exact for every whole number that is taken.
  const [low, high] = little ? [0, 4] : [4, 0]
  if (kind === 'f') {
    if (bytes === 8) return (at) => view.getFloat64(at, little)
    return bytes === 4 ? (at) => view.getFloat32(at, little) : (at) => halfOf(view.getUint16(at, little))
  }
  if (kind === 'i') {
    if (bytes === 8) return (at) => view.getInt32(at + high, little) * 2 ** 32 + view.getUint32(at + low, little)
    if (bytes === 4) return (at) => view.getInt32(at, little)
    return bytes === 2 ? (at) => view.getInt16(at, little) : (at) => view.getInt8(at)
  }
  if (bytes === 8) return (at) => view.getUint32(at + high, little) * 2 ** 32 + view.getUint32(at + low, little)
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
