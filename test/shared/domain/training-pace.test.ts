import { expect, test } from 'vitest'
import { paceOf, withArrival, type Arrival } from '../../../src/shared/domain/training-pace.ts'

const after = (arrivals: [atS: number, epochCount: number][]): Arrival[] =>
  arrivals.reduce<Arrival[]>((kept, [atS, epochCount]) => withArrival(kept, { atS, epochCount }), [])

test('a training that stands still every other second goes at half its pace', () => {
  const arrivals = Array.from({ length: 40 }, (_, s): [number, number] => [s, 50 * (s >> 1) + (s % 2)])
  expect(paceOf(after(arrivals))).toBeCloseTo(1 / 25, 2)
})

test('the last 20 s count, and slow epochs are told by the last four', () => {
  const sped = [...Array(60).keys()].map((s): [number, number] => [s, s < 30 ? s + 1 : 31 + 10 * (s - 30)])
  expect(paceOf(after(sped))).toBeCloseTo(0.1)
  expect(
    paceOf(
      after([
        [0, 1],
        [100, 2],
        [160, 3],
        [220, 4],
        [280, 5],
      ]),
    ),
  ).toBe(60)
})

test('nothing is said of one arrival, and a training that goes back to a checkpoint starts over', () => {
  expect(paceOf(after([[3, 10]]))).toBeNull()
  expect(
    paceOf(
      after([
        [0, 10],
        [1, 20],
        [900, 15],
        [901, 25],
      ]),
    ),
  ).toBe(0.1)
})
