/**
 * Values with typed arrays as bytes: what the web door carries in both directions.
 * Layout: u32 length of the JSON text, the JSON (UTF-8) with `{"$array": [kind, byteOffset, length]}` in place of each
 * array, padding to 8, the arrays one after the other, each padded to 8; little-endian.
 */
const kinds = { Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array } as const
type Kind = keyof typeof kinds
type Numbers = InstanceType<(typeof kinds)[Kind]>

const isNumbers = (value: unknown): value is Numbers => ArrayBuffer.isView(value) && !(value instanceof DataView)
const padded = (bytes: number): number => (bytes + 7) & ~7

/** @returns the bytes of a plain value that may hold typed arrays; NaN and infinities become null outside arrays */
export function packWire(value: unknown): Uint8Array<ArrayBuffer> {
  const arrays: Numbers[] = []
  let arrayBytes = 0
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, plain: unknown) {
    const original = this[key]
    if (!isNumbers(original)) return plain
    const entry = { $array: [kindOf(original), arrayBytes, original.length] }
    arrays.push(original)
    arrayBytes += padded(original.byteLength)
    return entry
  })
  const head = new TextEncoder().encode(text ?? 'null')
  const start = padded(4 + head.length)
  const bytes = new Uint8Array(start + arrayBytes)
  new DataView(bytes.buffer).setUint32(0, head.length, true)
  bytes.set(head, 4)
  let at = start
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at)
    at += padded(array.byteLength)
  }
  return bytes
}

/** @throws RangeError or SyntaxError when the bytes were not made by packWire */
export function unpackWire(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headLength = view.getUint32(0, true)
  if (4 + headLength > bytes.length) throw new RangeError('wire: shorter than its head says')
  const start = padded(4 + headLength)
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + headLength))
  return JSON.parse(text, (_key, value: unknown) => {
    if (value === null || typeof value !== 'object' || !('$array' in value)) return value
    const [kind, offset, length] = value.$array as [Kind, number, number]
    const make = kinds[kind]
    if (!make || !Number.isInteger(offset) || !Number.isInteger(length)) throw new RangeError('wire: unknown array')
    const from = bytes.byteOffset + start + offset
    const byteLength = length * make.BYTES_PER_ELEMENT
    if (offset < 0 || length < 0 || start + offset + byteLength > bytes.length) throw new RangeError('wire: array outside the bytes')
    return new make(bytes.buffer.slice(from, from + byteLength) as ArrayBuffer)
  })
}

function kindOf(array: Numbers): Kind {
  for (const kind of Object.keys(kinds) as Kind[]) if (array instanceof kinds[kind]) return kind
  throw new TypeError('wire: this kind of array does not travel')
}
