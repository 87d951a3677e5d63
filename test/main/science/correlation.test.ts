import { expect, test } from 'vitest'
import fc from 'fast-check'
import { addCoCounts, correlations, rowOffset, toFixedPoint } from '../../../src/main/science/correlation.ts'
import type { Windows } from '../../../src/main/science/windows.ts'
import reference from '../../fixtures/statistics/correlation.json' with { type: 'json' }
import { binsFrom, neverInterrupts } from './spike-trains.ts'

const rOf = (windows: Iterable<{ r: Float64Array }>): Float64Array[] => Array.from(windows, ({ r }) => r)
const allWindows = (counts: number[][], windows: Windows): Float64Array[] => rOf(correlations(binsFrom(counts), windows, neverInterrupts))
const wholeWindow = (counts: number[][]): Float64Array => allWindows(counts, { windowCount: 1, lengthBins: counts.length, stepBins: 1 })[0]!

/** Textbook Pearson in float64: means first, then deviations. */
function plainPearson(counts: number[][], i: number, j: number): number {
  const mean = (c: number): number => counts.reduce((sum, row) => sum + row[c]!, 0) / counts.length
  const meanI = mean(i),
    meanJ = mean(j)
  let product = 0,
    squareI = 0,
    squareJ = 0
  for (const row of counts) {
    product += (row[i]! - meanI) * (row[j]! - meanJ)
    squareI += (row[i]! - meanI) ** 2
    squareJ += (row[j]! - meanJ) ** 2
  }
  const isConstant = (c: number): boolean => counts.every((row) => row[c] === counts[0]![c])
  return isConstant(i) || isConstant(j) ? 0 : product / Math.sqrt(squareI * squareJ)
}

const countMatrix = fc.tuple(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 4, max: 40 })).chain(([channels, bins]) =>
  fc.array(fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(6)), { minLength: channels, maxLength: channels }), {
    minLength: bins,
    maxLength: bins,
  }),
)

test('r agrees with NumPy in every window', () => {
  const windows = { windowCount: reference.windows.length, lengthBins: 60, stepBins: 24 }
  allWindows(reference.counts, windows).forEach((r, w) => {
    reference.windows[w]!.r.forEach((expected, pair) => expect(r[pair]).toBeCloseTo(expected, 12))
  })
})

test('r agrees with the textbook formula for any counts', () => {
  fc.assert(
    fc.property(countMatrix, (counts) => {
      const r = wholeWindow(counts),
        channels = counts[0]!.length
      for (let i = 0; i < channels; i++) {
        for (let j = i + 1; j < channels; j++) {
          expect(r[rowOffset(channels, i) + j]).toBeCloseTo(plainPearson(counts, i, j), 10)
          expect(Math.abs(r[rowOffset(channels, i) + j]!)).toBeLessThanOrEqual(1)
        }
      }
    }),
  )
})

test('a permutation of the channels permutes r, bit by bit', () => {
  fc.assert(
    fc.property(countMatrix, fc.infiniteStream(fc.double({ noNaN: true, min: 0, max: 1 })), (counts, stream) => {
      const channels = counts[0]!.length
      const order = counts[0]!
        .map((_, c) => ({ c, key: stream.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ c }) => c)
      const plain = wholeWindow(counts),
        moved = wholeWindow(counts.map((row) => order.map((c) => row[c]!)))
      for (let i = 0; i < channels; i++) {
        for (let j = i + 1; j < channels; j++) {
          const low = Math.min(order[i]!, order[j]!),
            high = Math.max(order[i]!, order[j]!)
          expect(moved[rowOffset(channels, i) + j]).toBe(plain[rowOffset(channels, low) + high])
        }
      }
    }),
  )
})

test('a window has the same bits alone and among overlapping, touching or parted ones', () => {
  fc.assert(
    fc.property(countMatrix, fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 15 }), (counts, lengthBins, stepBins) => {
      fc.pre(lengthBins <= counts.length)
      const windowCount = Math.floor((counts.length - lengthBins) / stepBins) + 1
      allWindows(counts, { windowCount, lengthBins, stepBins }).forEach((r, w) => {
        expect(r).toEqual(wholeWindow(counts.slice(w * stepBins, w * stepBins + lengthBins)))
      })
      const withoutMemory = rOf(correlations(binsFrom(counts), { windowCount, lengthBins, stepBins }, neverInterrupts, { keptBytes: 0 }))
      expect(withoutMemory).toEqual(allWindows(counts, { windowCount, lengthBins, stepBins }))
    }),
  )
})

test('a channel that is silent or constant in a window has r = 0 with everybody there', () => {
  const counts = reference.counts.map((row) => [...row.slice(0, 3), 0, 2, ...row.slice(3)])
  const r = wholeWindow(counts),
    channels = counts[0]!.length
  for (const constant of [3, 4]) {
    for (let other = 0; other < channels; other++) {
      if (other === constant) continue
      expect(r[rowOffset(channels, Math.min(other, constant)) + Math.max(other, constant)]).toBe(0)
    }
  }
})

test('equal channels have r = 1 and opposite ones −1', () => {
  const r = wholeWindow([
    [1, 1, 0],
    [0, 0, 1],
    [1, 1, 0],
    [0, 0, 1],
    [1, 1, 0],
  ])
  expect([...r]).toEqual([1, -1, -1])
})

test('counts too large for 32-bit sums stay exact', () => {
  const counts = [
    [60_000, 50_001, 1],
    [1, 7, 0],
    [40_000, 12_345, 3],
    [59_999, 2, 9],
  ]
  const r = wholeWindow(counts)
  expect(r[0]).toBeCloseTo(plainPearson(counts, 0, 1), 12)
  expect(r[1]).toBeCloseTo(plainPearson(counts, 0, 2), 12)
})

test('another kernel is used where one is handed in', () => {
  const bins = binsFrom(reference.counts),
    windows = { windowCount: 2, lengthBins: 60, stepBins: 30 }
  let segments = 0
  const counting: typeof addCoCounts = (...given) => {
    segments++
    addCoCounts(...given)
  }
  const counted = rOf(correlations(bins, windows, neverInterrupts, { add: counting }))
  expect(segments).toBe(3)
  expect(counted).toEqual(rOf(correlations(bins, windows, neverInterrupts)))
})

test('a window beyond the last bin is refused', () => {
  expect(() => allWindows(reference.counts, { windowCount: 4, lengthBins: 60, stepBins: 31 })).toThrow(/window-outside-recording/)
})

test('an interrupt ends the work', () => {
  const busy = Array.from({ length: 100 }, () => new Array<number>(1000).fill(1))
  const stops = (): void => {
    throw new Error('stopped')
  }
  expect(() => [...correlations(binsFrom(busy), { windowCount: 1, lengthBins: 100, stepBins: 1 }, stops)]).toThrow('stopped')
  expect(() => addCoCounts(new Int32Array(499_500), binsFrom(busy), 0, 100, stops)).toThrow('stopped')
})

test('fixed point keeps r to half a step and its ends exactly', () => {
  const r = Float64Array.of(-1, -0.3, 0, 1e-5, 0.77, 1),
    fixed = toFixedPoint(r)
  expect([fixed[0], fixed[2], fixed[5]]).toEqual([-32767, 0, 32767])
  r.forEach((value, i) => expect(Math.abs(fixed[i]! / 32767 - value)).toBeLessThanOrEqual(0.5 / 32767 + 1e-12))
})
