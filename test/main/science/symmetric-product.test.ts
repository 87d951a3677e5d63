import { expect, test } from 'vitest'
import fc from 'fast-check'
import { addSymmetricProduct } from '../../../src/main/science/symmetric-product.ts'
import { neverInterrupts } from './spike-trains.ts'

test('every pair of rows gets its product added, whatever the number of rows', () => {
  const shapes = fc.record({ rowCount: fc.integer({ min: 0, max: 13 }), columnCount: fc.integer({ min: 1, max: 9 }) })
  fc.assert(
    fc.property(shapes, fc.infiniteStream(fc.integer({ min: -50, max: 50 })), ({ rowCount, columnCount }, stream) => {
      const rows = Float64Array.from({ length: rowCount * columnCount }, () => stream.next().value as number)
      const before = Float64Array.from({ length: (rowCount * (rowCount - 1)) / 2 }, (_, pair) => pair)
      const sums = before.slice()
      addSymmetricProduct(sums, rows, { rowCount, columnCount }, neverInterrupts)
      let pair = 0
      for (let i = 0; i < rowCount; i++) {
        for (let j = i + 1; j < rowCount; j++, pair++) {
          let product = 0
          for (let k = 0; k < columnCount; k++) product += rows[i * columnCount + k]! * rows[j * columnCount + k]!
          expect(sums[pair]! - before[pair]!).toBe(product + 0)
        }
      }
    }),
  )
})
