/** A value of a MessagePack text; what has no counterpart (binary, extensions) is null. */
export type Packed = null | boolean | number | string | Packed[] | { [key: string]: Packed }

const deepest = 16

/**
 * Reads one MessagePack value.
 * @returns undefined where the bytes are not one whole value
 * @source github.com/msgpack/msgpack, spec.md
 */
export function unpacked(bytes: Uint8Array): Packed | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0

  function take(length: number): number {
    const from = at
    if (!(length >= 0) || from + length > bytes.length) throw new RangeError('ends early')
    at += length
    return from
  }

  const text = (length: number): string => {
    const from = take(length)
    return new TextDecoder().decode(bytes.subarray(from, from + length))
  }
  const skipped = (length: number): null => {
    take(length)
    return null
  }
  const list = (length: number, depth: number): Packed[] => {
    if (length > bytes.length - at) throw new RangeError('ends early')
    return Array.from({ length }, () => value(depth + 1))
  }
  const map = (length: number, depth: number): Packed => {
    if (2 * length > bytes.length - at) throw new RangeError('ends early')
    return Object.fromEntries(Array.from({ length }, () => [String(value(depth + 1)), value(depth + 1)]))
  }
  const count = (size: 1 | 2 | 4): number => {
    const from = take(size)
    return size === 1 ? view.getUint8(from) : size === 2 ? view.getUint16(from) : view.getUint32(from)
  }

  function value(depth: number): Packed {
    if (depth > deepest) throw new RangeError('too deep')
    const tag = count(1)
    if (tag <= 0x7f) return tag
    if (tag <= 0x8f) return map(tag & 0x0f, depth)
    if (tag <= 0x9f) return list(tag & 0x0f, depth)
    if (tag <= 0xbf) return text(tag & 0x1f)
    if (tag >= 0xe0) return tag - 0x100
    switch (tag) {
      case 0xc2:
        return false
      case 0xc3:
        return true
      case 0xc4:
        return skipped(count(1))
      case 0xc5:
        return skipped(count(2))
      case 0xc6:
        return skipped(count(4))
      case 0xc7:
        return skipped(count(1) + 1)
      case 0xc8:
        return skipped(count(2) + 1)
      case 0xc9:
        return skipped(count(4) + 1)
      case 0xca:
        return view.getFloat32(take(4))
      case 0xcb:
        return view.getFloat64(take(8))
      case 0xcc:
        return count(1)
      case 0xcd:
        return count(2)
      case 0xce:
        return count(4)
      case 0xcf:
        return Number(view.getBigUint64(take(8)))
      case 0xd0:
        return view.getInt8(take(1))
      case 0xd1:
        return view.getInt16(take(2))
      case 0xd2:
        return view.getInt32(take(4))
      case 0xd3:
        return Number(view.getBigInt64(take(8)))
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return skipped(1 + 2 ** (tag - 0xd4))
      case 0xd9:
        return text(count(1))
      case 0xda:
        return text(count(2))
      case 0xdb:
        return text(count(4))
      case 0xdc:
        return list(count(2), depth)
      case 0xdd:
        return list(count(4), depth)
      case 0xde:
        return map(count(2), depth)
      case 0xdf:
        return map(count(4), depth)
      default:
        return null
    }
  }

  try {
    return value(0)
  } catch (problem) {
    if (problem instanceof RangeError) return undefined
    throw problem
  }
}
