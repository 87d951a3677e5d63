import { fail } from '../../shared/contract/errors.ts'

/** Something a pickle would build by calling a function: kept as the function's name, what it would be given, and its state. */
export type Unbuilt = { calls: string; given: PickleValue; state: PickleValue }

/** What a pickle holds. Functions and classes are names only: nothing is looked up, called or imported. */
export type PickleValue = null | boolean | number | string | Uint8Array | PickleValue[] | Map<PickleValue, PickleValue> | Unbuilt

const mostSteps = 50_000_000

/**
 * Reads a pickle as data, protocols 0 to 5.
 * @throws import/pickle-unreadable for an operation that plain values and NumPy arrays do not need
 * @source CPython, Lib/pickletools.py
 */
export function readPickle(bytes: Uint8Array, at: { file: string }, interrupt: () => void): PickleValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const stack: PickleValue[] = []
  const marks: number[] = []
  const memo = new Map<number, PickleValue>()
  const utf8 = new TextDecoder()
  let next = 0
  const refuse = (): Error => fail('import/pickle-unreadable', { file: at.file, byte: next })
  const skip = (count: number): number => {
    const from = next
    if (!(count >= 0) || from + count > bytes.length) throw refuse()
    next += count
    return from
  }
  const take = (count: number): Uint8Array => {
    const from = skip(count)
    return bytes.subarray(from, from + count)
  }
  const byte = (): number => view.getUint8(skip(1))
  const short = (): number => view.getUint16(skip(2), true)
  const int = (): number => view.getInt32(skip(4), true)
  const long = (): number => view.getUint32(skip(4), true)
  const longer = (): number => Number(view.getBigUint64(skip(8), true))
  const line = (encoding?: 'windows-1252'): string => {
    const end = bytes.indexOf(10, next)
    if (end < 0) throw refuse()
    const text = (encoding ? new TextDecoder(encoding) : utf8).decode(bytes.subarray(next, end))
    next = end + 1
    return text
  }
  const pop = (): PickleValue => {
    const value = stack.pop()
    if (value === undefined || stack.length < (marks.at(-1) ?? 0)) throw refuse()
    return value
  }
  const top = (): PickleValue => {
    const value = stack.at(-1)
    if (value === undefined) throw refuse()
    return value
  }
  const popMark = (): PickleValue[] => {
    const mark = marks.pop()
    if (mark === undefined) throw refuse()
    return stack.splice(mark)
  }
  const popMany = (count: number): PickleValue[] => Array.from({ length: count }, pop).toReversed()
  const recall = (key: number): PickleValue => {
    const value = memo.get(key)
    if (value === undefined) throw refuse()
    return value
  }
  const name = (words: PickleValue[]): Unbuilt => ({ calls: words.map(String).join(' '), given: null, state: null })
  const setItems = (items: PickleValue[]): void => {
    const target = top()
    if (!(target instanceof Map)) throw refuse()
    for (let i = 0; i + 1 < items.length; i += 2) target.set(items[i] ?? null, items[i + 1] ?? null)
  }
  const append = (items: PickleValue[]): void => {
    const target = top()
    if (!Array.isArray(target)) throw refuse()
    for (const item of items) target.push(item)
  }
  const call = (called: PickleValue, given: PickleValue): Unbuilt => {
    if (!isUnbuilt(called)) throw refuse()
    return { calls: called.calls, given, state: null }
  }
  const integer = (raw: Uint8Array): number => {
    // Little-endian two's complement of any length.
    let value = 0n
    for (let i = raw.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(raw[i]!)
    if (raw.length > 0 && raw[raw.length - 1]! & 0x80) value -= 1n << BigInt(8 * raw.length)
    return Number(value)
  }
  const number = (text: string): number => {
    const value = Number(text.trim().replace(/L$/, ''))
    if (Number.isNaN(value) && text.trim() !== 'nan') throw refuse()
    return value
  }
  /** What each operation puts on the stack, or does there. */
  const operations: Record<string, () => PickleValue | undefined | void> = {
    '(': () => void marks.push(stack.length),
    '0': () => void pop(),
    '1': () => void popMark(),
    '2': () => top(),
    N: () => null,
    '\x88': () => true,
    '\x89': () => false,
    I: () => {
      const text = line()
      return text === '01' ? true : text === '00' ? false : number(text)
    },
    L: () => number(line()),
    F: () => number(line()),
    J: int,
    K: byte,
    M: short,
    '\x8a': () => integer(take(byte())),
    '\x8b': () => integer(take(Math.min(64, long()))),
    G: () => view.getFloat64(skip(8), false),
    S: () => line().replace(/^['"]|['"]$/g, ''),
    V: () => unescaped(line('windows-1252')),
    T: () => utf8.decode(take(long())),
    U: () => utf8.decode(take(byte())),
    X: () => utf8.decode(take(long())),
    '\x8c': () => utf8.decode(take(byte())),
    '\x8d': () => utf8.decode(take(longer())),
    B: () => take(long()),
    C: () => take(byte()),
    '\x8e': () => take(longer()),
    '\x96': () => take(longer()),
    ']': () => [],
    ')': () => [],
    '}': () => new Map(),
    '\x8f': () => [],
    l: popMark,
    t: popMark,
    '\x91': popMark,
    d: () => {
      const items = popMark()
      stack.push(new Map())
      setItems(items)
    },
    '\x85': () => popMany(1),
    '\x86': () => popMany(2),
    '\x87': () => popMany(3),
    a: () => append([pop()]),
    e: () => append(popMark()),
    '\x90': () => append(popMark()),
    s: () => setItems(popMany(2)),
    u: () => setItems(popMark()),
    p: () => void memo.set(number(line()), top()),
    q: () => void memo.set(byte(), top()),
    r: () => void memo.set(long(), top()),
    '\x94': () => void memo.set(memo.size, top()),
    g: () => recall(number(line())),
    h: () => recall(byte()),
    j: () => recall(long()),
    c: () => name([line(), line()]),
    '\x93': () => name(popMany(2)),
    R: () => {
      const given = pop()
      return call(pop(), given)
    },
    '\x81': () => {
      const given = pop()
      return call(pop(), given)
    },
    b: () => {
      const state = pop()
      const target = top()
      if (isUnbuilt(target)) target.state = state
    },
    '\x80': () => void byte(),
    '\x95': () => void longer(),
  }
  for (let step = 0; step < mostSteps; step++) {
    if (step % 65_536 === 0) interrupt()
    const code = String.fromCharCode(byte())
    if (code === '.') return pop()
    const operation = operations[code]
    if (!operation) throw refuse()
    const value = operation()
    if (value !== undefined) stack.push(value)
  }
  throw refuse()
}

/** Protocol 0 writes letters beyond Latin-1 as `\u1234`. */
function unescaped(text: string): string {
  return text.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (_, short?: string, long?: string) => {
    const point = parseInt(short ?? long ?? '', 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : ''
  })
}

export function isUnbuilt(value: PickleValue): value is Unbuilt {
  return value !== null && typeof value === 'object' && 'calls' in value
}

/** A number, also one that NumPy packed; null for anything else. */
export function pickledNumber(value: PickleValue | undefined): number | null {
  if (typeof value === 'number') return value
  if (value === undefined || !isUnbuilt(value) || !value.calls.endsWith(' scalar') || !Array.isArray(value.given)) return null
  const [type, raw] = value.given
  if (!(raw instanceof Uint8Array) || type === undefined || !isUnbuilt(type) || !Array.isArray(type.given)) return null
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  const little = !(Array.isArray(type.state) && type.state[1] === '>')
  const read: Record<string, [number, () => number]> = {
    f8: [8, () => view.getFloat64(0, little)],
    f4: [4, () => view.getFloat32(0, little)],
    i8: [8, () => Number(view.getBigInt64(0, little))],
    i4: [4, () => view.getInt32(0, little)],
    i2: [2, () => view.getInt16(0, little)],
    u1: [1, () => view.getUint8(0)],
  }
  const [bytes, decode] = read[String(type.given[0])] ?? []
  return decode && bytes === raw.length ? decode() : null
}

/** Elements of a pickled array of objects; null for anything else. */
export function pickledElements(value: PickleValue): PickleValue[] | null {
  if (!isUnbuilt(value) || !value.calls.endsWith(' _reconstruct') || !Array.isArray(value.state)) return null
  const elements = value.state[4]
  return Array.isArray(elements) ? elements : null
}
