import fc from 'fast-check'
import { expect, test } from 'vitest'
import { startSymmetricProduct } from '../../../../src/main/engine/cpu/symmetric-product.ts'
import { addSymmetricProduct } from '../../../../src/main/science/symmetric-product.ts'

const add = startSymmetricProduct()
const never = (): void => undefined

/** Rows whose numbers reach up to 2^bits, each row with its own bits. */
const matrices = fc
  .record({ rowCount: fc.integer({ min: 0, max: 45 }), columnCount: fc.integer({ min: 1, max: 40 }) })
  .chain(({ rowCount, columnCount }) =>
    fc.record({
      rowCount: fc.constant(rowCount),
      columnCount: fc.constant(columnCount),
      bits: fc.array(fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 14 }) }, fc.integer({ min: 13, max: 21 })), {
        minLength: rowCount,
        maxLength: rowCount,
      }),
      fractions: fc.array(fc.oneof(fc.constantFrom(-1, 0, 1), fc.double({ min: -1, max: 1, noNaN: true })), {
        minLength: rowCount * columnCount,
        maxLength: rowCount * columnCount,
      }),
    }),
  )

test('sums are those of the plain loop, bit for bit, whatever the shape and the size of the numbers', () => {
  let wideCount = 0
  fc.assert(
    fc.property(matrices, ({ rowCount, columnCount, bits, fractions }) => {
      const rows = Float64Array.from(fractions, (fraction, at) => Math.round(fraction * 2 ** bits[Math.floor(at / columnCount)]!))
      const sums = Float64Array.from({ length: (rowCount * (rowCount - 1)) / 2 }, (_, pair) => 3 * pair - 7),
        expected = sums.slice()
      expect(add?.(sums, rows, { rowCount, columnCount }, never)).toBe(true)
      addSymmetricProduct(expected, rows, { rowCount, columnCount }, never)
      expect(sums).toEqual(expected)
      if (bits.some((most) => most > 16)) wideCount++
    }),
    { numRuns: 300 },
  )
  expect(wideCount).toBeGreaterThan(10)
})

test('numbers at the edge of 16 and of 32 bits keep theirs', () => {
  const edges = [32767, -32767, 32768, -32768, 23170, -23171, 1023, 1024, 1025, -1024, 2 ** 21, -(2 ** 21) - 1]
  for (const columnCount of [1, 2, 7, 8, 9, 512]) {
    const rowCount = edges.length,
      rows = Float64Array.from({ length: rowCount * columnCount }, (_, at) => edges[Math.floor(at / columnCount)]!)
    const sums = new Float64Array((rowCount * (rowCount - 1)) / 2),
      expected = sums.slice()
    expect(add?.(sums, rows, { rowCount, columnCount }, never)).toBe(true)
    addSymmetricProduct(expected, rows, { rowCount, columnCount }, never)
    expect(sums).toEqual(expected)
  }
})

test('numbers that are too large are left to the plain loop, the sums untouched', () => {
  const sums = new Float64Array([5, 6, 7])
  expect(add?.(sums, Float64Array.from([1, 2 ** 40, 3]), { rowCount: 3, columnCount: 1 }, never)).toBe(false)
  expect(add?.(sums, new Float64Array(3 * 2048).fill(2 ** 14 + 1023), { rowCount: 3, columnCount: 2048 }, never)).toBe(false)
  expect(sums).toEqual(new Float64Array([5, 6, 7]))
})

test('work can be stopped', () => {
  expect(() =>
    add?.(new Float64Array(3), new Float64Array(3), { rowCount: 3, columnCount: 1 }, () => {
      throw new Error('stopped')
    }),
  ).toThrow('stopped')
})
