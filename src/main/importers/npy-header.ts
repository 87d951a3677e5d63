import { fail } from '../../shared/contract/errors.ts'

/** A column of numbers, or the whole array where it is no table; `kind` as NumPy writes it. */
export type NpyField = { name: string; kind: 'f' | 'i' | 'u' | 'b' | 'S' | 'U'; bytes: number; littleEndian: boolean; offset: number }

/** What an .npy array says of itself. */
export type NpyHeader = {
  shape: number[]
  isFortran: boolean
  /** one field without a name; or the columns of a table of records */
  fields: NpyField[]
  itemBytes: number
  /** where the numbers begin */
  start: number
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
const longestHeader = 65_000
const mostDimensions = 32
const deepest = 6

export function isNpy(head: Uint8Array): boolean {
  return magic.every((byte, i) => head[i] === byte)
}

/**
 * Reads the header of an array; it is a literal of Python, of which only words, whole numbers, lists and tuples are understood.
 * @param head its first 64 kB
 * @param totalBytes of header and numbers together
 * @throws import/array-header, import/array-of-objects, import/dataset-not-numbers, import/file-too-short, import/counts-disagree
 * @source NumPy, numpy/lib/format.py: version 1, 2 and 3
 */
export function parseNpyHeader(head: Uint8Array, totalBytes: number, at: { file: string; dataset: string }): NpyHeader {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const version = head[6] ?? 0
  const lengthBytes = version === 1 ? 2 : 4
  if (!isNpy(head) || version < 1 || version > 3 || head.length < 8 + lengthBytes) throw fail('import/array-header', at)
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const start = 8 + lengthBytes + length
  if (length > longestHeader || start > head.length) throw fail('import/array-header', at)
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'windows-1252').decode(head.subarray(8 + lengthBytes, start))
  const said = literalOf(text)
  if (said === undefined || said === null || typeof said !== 'object' || Array.isArray(said)) throw fail('import/array-header', at)
  const { descr, fortran_order: isFortran, shape } = said
  if (!Array.isArray(shape) || shape.length > mostDimensions || typeof isFortran !== 'boolean' || descr === undefined) {
    throw fail('import/array-header', at)
  }
  const lengths = shape.map((side) => (typeof side === 'number' && Number.isSafeInteger(side) && side >= 0 ? side : NaN))
  const count = lengths.reduce((product, side) => product * side, 1)
  if (!Number.isSafeInteger(count)) throw fail('import/array-header', at)
  const { fields, itemBytes } = fieldsOf(descr, at)
  const needed = start + count * itemBytes
  if (needed > totalBytes) throw fail('import/file-too-short', { file: at.file, expected: needed, found: totalBytes })
  if (needed < totalBytes) throw fail('import/counts-disagree', { ...at, expected: needed, found: totalBytes })
  return { shape: lengths, isFortran, fields, itemBytes, start }
}

type Literal = string | number | boolean | null | Literal[] | { [key: string]: Literal }

function fieldsOf(descr: Literal, at: { file: string; dataset: string }): { fields: NpyField[]; itemBytes: number } {
  const columns = Array.isArray(descr) ? descr : [['', descr]]
  const fields: NpyField[] = []
  let itemBytes = 0
  for (const column of columns) {
    const [name, type, ...more] = Array.isArray(column) ? column : []
    if (typeof name !== 'string' || typeof type !== 'string') throw notNumbers('table', at)
    const found = /^([<>|=]?)([a-zA-Z])(\d*)$/.exec(type)
    if (!found) throw fail('import/array-header', at)
    const [, order, kind = '', digits] = found
    if (kind === 'O') throw fail('import/array-of-objects', at)
    const bytes = Number(digits || '1') * (kind === 'U' ? 4 : 1)
    const known =
      isKind(kind) && (kind === 'S' || kind === 'U' || { f: [2, 4, 8], i: [1, 2, 4, 8], u: [1, 2, 4, 8], b: [1] }[kind].includes(bytes))
    if (!known || more.length > 0 || bytes > longestHeader) throw notNumbers(type, at)
    fields.push({ name, kind, bytes, littleEndian: order !== '>', offset: itemBytes })
    itemBytes += bytes
  }
  if (itemBytes === 0) throw notNumbers('nothing', at)
  return { fields, itemBytes }
}

const isKind = (kind: string): kind is NpyField['kind'] => 'fiubSU'.includes(kind)

function notNumbers(found: string, at: { file: string; dataset: string }): Error {
  return fail('import/dataset-not-numbers', { ...at, expected: 'float, int', found })
}

/** A literal of Python without anything that could be run; undefined where the text is something else. */
export function literalOf(text: string): Literal | undefined {
  let at = 0
  const blanks = (): void => {
    while (/\s/.test(text[at] ?? '')) at += 1
  }
  const take = (sign: string): boolean => {
    blanks()
    if (text[at] !== sign) return false
    at += 1
    return true
  }
  function list(end: string, depth: number): Literal[] | undefined {
    const items: Literal[] = []
    while (!take(end)) {
      const item = value(depth)
      if (item === undefined || items.length > 1000) return undefined
      items.push(item)
      if (!take(',')) return take(end) ? items : undefined
    }
    return items
  }
  function dictionary(depth: number): { [key: string]: Literal } | undefined {
    const entries = new Map<string, Literal>()
    while (!take('}')) {
      const key = value(depth)
      if (typeof key !== 'string' || !take(':')) return undefined
      const item = value(depth)
      if (item === undefined || entries.has(key)) return undefined
      entries.set(key, item)
      if (!take(',')) return take('}') ? Object.fromEntries(entries) : undefined
    }
    return Object.fromEntries(entries)
  }
  function value(depth: number): Literal | undefined {
    if (depth > deepest) return undefined
    if (take('{')) return dictionary(depth + 1)
    if (take('[')) return list(']', depth + 1)
    if (take('(')) return list(')', depth + 1)
    const found = /^(?:b?'([^'\\\n]*)'|b?"([^"\\\n]*)"|(True|False|None)|(\d{1,16})L?)/.exec(text.slice(at))
    if (!found) return undefined
    at += found[0].length
    const [, single, double, word, digits] = found
    return single ?? double ?? (word ? (word === 'None' ? null : word === 'True') : Number(digits))
  }
  const found = value(0)
  blanks()
  return at === text.length ? found : undefined
}
