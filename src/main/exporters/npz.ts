import { zipSync } from 'fflate'
import type { Column, NamedArray, Numbers, Table } from '../../shared/domain/table.ts'

/** Rooms of the header's first line: NumPy pads so that numbers begin on a multiple of this. */
const alignment = 64

/**
 * An archive of NumPy arrays: those of a result in their own shape, and every column of its table. Texts are Unicode arrays;
 * nothing in the archive is a pickle.
 * @source NumPy, numpy/lib/format.py, version 1
 */
export function npzOf(arrays: readonly NamedArray[], table: Table | null, interrupt: () => void): Uint8Array {
  const all = [...arrays, ...(table?.columns ?? []).map(arrayOfColumn)],
    files: Record<string, Uint8Array> = {}
  for (const array of all) {
    interrupt()
    files[`${array.name}.npy`] ??= npyOf(array)
  }
  return zipSync(files, { level: 4 })
}

function arrayOfColumn(column: Column): NamedArray {
  if ('numbers' in column) return { name: column.name, shape: [column.numbers.length], numbers: column.numbers }
  if ('texts' in column) return { name: column.name, texts: column.texts.map((text) => text ?? '') }
  return { name: column.name, texts: Array.from(column.codes, (code) => column.words[code] ?? '') }
}

function npyOf(array: NamedArray): Uint8Array {
  if ('numbers' in array) return withHeader(typeOf(array.numbers), array.shape, bytesOf(array.numbers))
  const points = array.texts.map((text) => Array.from(text, (sign) => sign.codePointAt(0) ?? 0)),
    length = Math.max(1, ...points.map((signs) => signs.length))
  const numbers = new Uint32Array(points.length * length)
  points.forEach((signs, k) => numbers.set(signs, k * length))
  return withHeader(`<U${length}`, [points.length], bytesOf(numbers))
}

function withHeader(type: string, shape: readonly number[], numbers: Uint8Array): Uint8Array {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const said = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sides}), }`,
    padded = said.padEnd(Math.ceil((said.length + 11) / alignment) * alignment - 11) + '\n'
  const header = Uint8Array.of(0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8)
  const whole = new Uint8Array(header.length + padded.length + numbers.length)
  whole.set(header)
  whole.set(new TextEncoder().encode(padded), header.length)
  whole.set(numbers, header.length + padded.length)
  return whole
}

function typeOf(numbers: Numbers): string {
  if (numbers instanceof Float64Array) return '<f8'
  if (numbers instanceof Float32Array) return '<f4'
  if (numbers instanceof Int32Array) return '<i4'
  if (numbers instanceof Uint32Array) return '<u4'
  return numbers instanceof Int16Array ? '<i2' : '<u2'
}

const bytesOf = (numbers: Numbers): Uint8Array => new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
