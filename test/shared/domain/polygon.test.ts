import fc from 'fast-check'
import { expect, test } from 'vitest'
import { channelsInside, isInside, rectangle, type Polygon } from '../../../src/shared/domain/polygon.ts'

const coordinate = fc.double({ min: -1000, max: 1000, noNaN: true })
const triangle: Polygon = [
  [0, 0],
  [10, 0],
  [0, 10],
]

test('a rectangle holds what lies between its corners, whichever two were drawn', () => {
  fc.assert(
    fc.property(coordinate, coordinate, coordinate, coordinate, coordinate, coordinate, (x1, y1, x2, y2, x, y) => {
      fc.pre(![x1, x2].includes(x) && ![y1, y2].includes(y))
      const between = Math.min(x1, x2) < x && x < Math.max(x1, x2) && Math.min(y1, y2) < y && y < Math.max(y1, y2)
      expect(isInside(rectangle([x1, y1], [x2, y2]), x, y)).toBe(between)
    }),
  )
})

test('a slanted edge parts inside from outside', () => {
  expect(isInside(triangle, 4, 4)).toBe(true)
  expect(isInside(triangle, 6, 6)).toBe(false)
})

test('the hole of a ring that was drawn around something is outside', () => {
  const around: Polygon = [
    [0, 0],
    [9, 0],
    [9, 9],
    [0, 9],
    [0, 0],
    [3, 3],
    [3, 6],
    [6, 6],
    [6, 3],
    [3, 3],
  ]
  expect(isInside(around, 1, 1)).toBe(true)
  expect(isInside(around, 4, 4)).toBe(false)
})

test('the direction of drawing does not matter', () => {
  // places off every edge between whole corners, so that rounding decides nothing
  const whole = fc.integer({ min: -20, max: 20 })
  fc.assert(
    fc.property(whole, whole, fc.array(fc.tuple(whole, whole), { minLength: 3, maxLength: 12 }), (x, y, corners) => {
      expect(isInside([...corners].reverse(), x + 0.137, y + 0.5)).toBe(isInside(corners, x + 0.137, y + 0.5))
    }),
  )
})

test('channels inside are found by index; one without a position is in no line', () => {
  const positionsUm = Float64Array.of(1, 1, NaN, NaN, 20, 20, 2, 3)
  expect(channelsInside(triangle, positionsUm)).toEqual([0, 3])
})

test('nothing is inside a line without corners', () => {
  expect(channelsInside([], Float64Array.of(0, 0))).toEqual([])
})
