import { inflateSync } from 'node:zlib'
import { fail } from '../../shared/contract/errors.ts'
import type { MatValue, MatVariables } from './mat-value.ts'
import { readBytes, type OpenedFile } from './opened-file.ts'

/** Data types of elements, with their bytes. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8, 16: 1, 17: 2, 18: 4 }
const matrixType = 14,
  packedType = 15
/** Classes of arrays. */
const cellClass = 1,
  structClass = 2,
  objectClass = 3,
  charClass = 4,
  sparseClass = 5,
  firstNumberClass = 6,
  lastNumberClass = 15
const otherClasses: Readonly<Record<number, string>> = { 3: 'object', 16: 'function', 17: 'object' }

const headerBytes = 128
const deepest = 32
const mostElements = 1_000_000
/** What a packed variable may grow to: deflate shrinks at most 1,032 times, and no variable is worth more than this. */
const largestVariable = 2e9,
  largestRatio = 1100

type Element = { type: number; start: number; end: number; next: number }
type Place = { view: DataView; little: boolean; damaged: (place: string) => Error; interrupt: () => void; budget: { elements: number } }

/** Whether a file is a MATLAB file of version 5 to 7: its text, its version and the mark of its byte order. */
export function isMat5({ head }: Pick<OpenedFile, 'head'>): boolean {
  if (head.length < headerBytes) return false
  const mark = String.fromCharCode(head[126]!, head[127]!)
  return (mark === 'IM' && head[125] === 1) || (mark === 'MI' && head[124] === 1)
}

/**
 * The variables of a MATLAB file of version 5, 6 or 7. Nothing is allocated from what a header claims before it was held
 * against the bytes that are there.
 * @throws import/matlab-damaged, import/dataset-too-large
 * @source MathWorks, MAT-File Format (level 5)
 */
export async function readMat5(file: OpenedFile, interrupt: () => void): Promise<MatVariables> {
  const header = await readBytes(file, 0, Math.min(headerBytes, file.bytes))
  const little = header[126] === 0x49
  const damaged = (place: string): Error => fail('import/matlab-damaged', { file: file.name, place })
  const variables = new Map<string, MatValue>(),
    budget = { elements: mostElements }
  for (let at = headerBytes; at < file.bytes;) {
    interrupt()
    if (at + 8 > file.bytes) throw damaged(`byte ${at}`)
    const tag = viewOf(await readBytes(file, at, 8)),
      type = tag.getUint32(0, little),
      bytes = tag.getUint32(4, little)
    if (at + 8 + bytes > file.bytes) throw damaged(`byte ${at}`)
    const content = await readBytes(file, at + 8, bytes)
    if (type === packedType) {
      const inner = unpacked(content, file.name, damaged)
      const place = { view: viewOf(inner), little, damaged, interrupt, budget }
      const element = elementAt(place, 0)
      if (element.type === matrixType) add(variables, matrixIn(place, element, 0))
    } else if (type === matrixType) {
      const place = { view: viewOf(content), little, damaged, interrupt, budget }
      add(variables, matrixIn(place, { type, start: 0, end: bytes, next: bytes }, 0))
    }
    at += 8 + bytes
  }
  return variables
}

function add(variables: Map<string, MatValue>, { name, value }: { name: string; value: MatValue }): void {
  // A nameless variable holds what objects of the file refer to.
  if (name !== '') variables.set(name, value)
}

function unpacked(packed: Uint8Array, file: string, damaged: (place: string) => Error): Uint8Array {
  try {
    return inflateSync(packed, { maxOutputLength: Math.min(largestVariable, packed.length * largestRatio + 1000) })
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw damaged('packed data')
    throw fail('import/dataset-too-large', { file, dataset: 'packed data', claimedMB: Math.round(largestVariable / 1e6) })
  }
}

/** An element's type and where its data lie; those of up to four bytes stand in the tag itself. */
function elementAt({ view, little, damaged }: Place, at: number): Element {
  if (at + 8 > view.byteLength) throw damaged(`byte ${at}`)
  const first = view.getUint32(at, little),
    small = first >>> 16
  if (small > 0) {
    if (small > 4) throw damaged(`byte ${at}`)
    return { type: first & 0xffff, start: at + 4, end: at + 4 + small, next: at + 8 }
  }
  const bytes = view.getUint32(at + 4, little),
    end = at + 8 + bytes
  if (end > view.byteLength) throw damaged(`byte ${at}`)
  return { type: first, start: at + 8, end, next: first === packedType ? end : at + 8 + Math.ceil(bytes / 8) * 8 }
}

function matrixIn(place: Place, { start, end }: Element, depth: number): { name: string; value: MatValue } {
  const { view, little, damaged, interrupt, budget } = place
  interrupt()
  if (start === end) return { name: '', value: emptyNumbers() }
  if (depth > deepest || --budget.elements < 0) throw damaged('nesting')
  const flags = elementAt(place, start)
  if (flags.end - flags.start < 8) throw damaged('array flags')
  const word = view.getUint32(flags.start, little),
    arrayClass = word & 0xff,
    isLogical = (word & 0x200) !== 0
  if (arrayClass in otherClasses && arrayClass !== objectClass) {
    const nameOf = arrayClass === 17 ? '' : textIn(place, elementAt(place, elementAt(place, flags.next).next))
    return { name: nameOf, value: { kind: 'other', className: otherClasses[arrayClass] ?? 'object' } }
  }
  const dimsAt = elementAt(place, flags.next),
    nameAt = elementAt(place, dimsAt.next),
    name = textIn(place, nameAt)
  const dims = Array.from(numbersIn(place, dimsAt))
  if (dims.length < 2 || dims.some((length) => length < 0)) throw damaged(name || 'dimensions')
  const count = dims.reduce((product, length) => product * length, 1)
  const inside = { ...place, damaged: (where: string) => damaged(name ? `${name}: ${where}` : where) }
  const value = (): MatValue => {
    if (arrayClass === cellClass) return { kind: 'cell', dims, cells: matricesFrom(inside, nameAt.next, { count, end, depth }) }
    if (arrayClass === structClass || arrayClass === objectClass)
      return structFrom(inside, nameAt.next, { dims, count, end, depth, arrayClass })
    if (arrayClass === charClass) return charsFrom(inside, nameAt.next, dims, count)
    if (arrayClass === sparseClass) return sparseFrom(inside, nameAt.next, dims)
    if (arrayClass < firstNumberClass || arrayClass > lastNumberClass) throw damaged(name || `class ${arrayClass}`)
    const data = count === 0 ? new Float64Array(0) : numbersIn(inside, elementAt(inside, nameAt.next))
    if (data.length !== count) throw damaged(name || 'numbers')
    return { kind: 'numbers', dims, data, isLogical }
  }
  return { name, value: value() }
}

type Inside = { count: number; end: number; depth: number }

function matricesFrom(place: Place, from: number, { count, end, depth }: Inside): MatValue[] {
  // A matrix takes at least its tag: more cannot be there.
  if (count > (end - from) / 8) throw place.damaged('cells')
  const values: MatValue[] = []
  for (let at = from; values.length < count;) {
    const element = elementAt(place, at)
    if (element.type !== matrixType || element.end > end) throw place.damaged('cells')
    values.push(matrixIn(place, element, depth + 1).value)
    at = element.next
  }
  return values
}

function structFrom(
  place: Place,
  from: number,
  { dims, count, end, depth, arrayClass }: Inside & { dims: number[]; arrayClass: number },
): MatValue {
  const first = elementAt(place, from)
  // An object says its class before its fields.
  const lengthAt = arrayClass === objectClass ? elementAt(place, first.next) : first
  const [nameBytes = 0] = numbersIn(place, lengthAt)
  const namesAt = elementAt(place, lengthAt.next)
  if (!(nameBytes > 0)) throw place.damaged('field names')
  const fields = Array.from({ length: Math.floor((namesAt.end - namesAt.start) / nameBytes) }, (_, f) =>
    textIn(place, { ...namesAt, start: namesAt.start + f * nameBytes, end: namesAt.start + (f + 1) * nameBytes }),
  )
  const values = matricesFrom(place, namesAt.next, { count: count * fields.length, end, depth })
  const elements = Array.from({ length: fields.length === 0 ? 0 : count }, (_, e) => {
    return new Map(fields.map((field, f) => [field, values[e * fields.length + f] ?? emptyNumbers()]))
  })
  return { kind: 'struct', dims, fields, elements }
}

function charsFrom(place: Place, from: number, dims: number[], count: number): MatValue {
  const at = count === 0 ? null : elementAt(place, from)
  const text = at === null ? '' : at.type === 16 ? textIn(place, at) : String.fromCharCode(...smallList(place, at))
  const rowCount = dims[0] ?? 0
  if (rowCount <= 1) return { kind: 'text', dims, rows: rowCount === 0 ? [] : [text] }
  const rows = Array.from({ length: Math.min(rowCount, text.length) }, (_, r) => {
    let row = ''
    for (let c = r; c < text.length; c += rowCount) row += text[c] ?? ''
    return row.trimEnd()
  })
  return { kind: 'text', dims, rows }
}

/** Characters of a text; a text of more than this is none anybody reads. */
function smallList(place: Place, at: Element): number[] {
  return Array.from(numbersIn(place, at).subarray(0, 65_536))
}

function sparseFrom(place: Place, from: number, dims: number[]): MatValue {
  const rowsAt = elementAt(place, from),
    startsAt = elementAt(place, rowsAt.next)
  const rowIndex = Int32Array.from(numbersIn(place, rowsAt)),
    columnStart = Int32Array.from(numbersIn(place, startsAt))
  const entryCount = columnStart.at(-1) ?? 0,
    [rowCount = 0, columnCount = 0] = dims
  const data = entryCount === 0 ? new Float64Array(0) : numbersIn(place, elementAt(place, startsAt.next))
  const isWhole =
    columnStart.length === columnCount + 1 &&
    columnStart[0] === 0 &&
    columnStart.every((start, k) => k === 0 || start >= columnStart[k - 1]!) &&
    rowIndex.length >= entryCount &&
    data.length >= entryCount &&
    rowIndex.subarray(0, entryCount).every((row) => row >= 0 && row < rowCount)
  if (!isWhole) throw place.damaged('sparse')
  return { kind: 'sparse', dims, rowIndex: rowIndex.subarray(0, entryCount), columnStart, data: data.subarray(0, entryCount) }
}

/** The numbers of an element as float64; MATLAB stores whole numbers in the least type that holds them. */
function numbersIn({ view, little, damaged }: Place, { type, start, end }: Element): Float64Array {
  const size = sizes[type]
  if (size === undefined || (end - start) % size !== 0) throw damaged(`type ${type}`)
  const count = (end - start) / size,
    numbers = new Float64Array(count)
  const read = readers[type]
  if (!read) throw damaged(`type ${type}`)
  for (let k = 0; k < count; k++) numbers[k] = read(view, start + k * size, little)
  return numbers
}

const readers: Readonly<Record<number, (view: DataView, at: number, little: boolean) => number>> = {
  1: (view, at) => view.getInt8(at),
  2: (view, at) => view.getUint8(at),
  3: (view, at, little) => view.getInt16(at, little),
  4: (view, at, little) => view.getUint16(at, little),
  5: (view, at, little) => view.getInt32(at, little),
  6: (view, at, little) => view.getUint32(at, little),
  7: (view, at, little) => view.getFloat32(at, little),
  9: (view, at, little) => view.getFloat64(at, little),
  12: (view, at, little) => Number(view.getBigInt64(at, little)),
  13: (view, at, little) => Number(view.getBigUint64(at, little)),
  16: (view, at) => view.getUint8(at),
  17: (view, at, little) => view.getUint16(at, little),
  18: (view, at, little) => view.getUint32(at, little),
}

function textIn({ view }: Place, { start, end }: Element): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + start, end - start),
    stop = bytes.indexOf(0)
  return new TextDecoder().decode(stop < 0 ? bytes : bytes.subarray(0, stop))
}

const emptyNumbers = (): MatValue => ({ kind: 'numbers', dims: [0, 0], data: new Float64Array(0), isLogical: false })
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
