import fc from 'fast-check'
import { expect, test } from 'vitest'
import { windowSide } from '../../../src/shared/domain/evaluation.ts'
import { leakOfSides, sharesSamples, withGaps } from '../../../src/shared/domain/split.ts'

const windowsOf = (count: number, windowS: number, stepS: number) =>
  Array.from({ length: count }, (_, k) => ({ startS: k * stepS, endS: k * stepS + windowS }))

test('windows that only touch share no samples', () => {
  expect(sharesSamples({ startS: 0, endS: 60 }, { startS: 60, endS: 120 })).toBe(false)
  expect(sharesSamples({ startS: 0, endS: 60.001 }, { startS: 60, endS: 120 })).toBe(true)
})

test('a tested window beside one that is learned from is named where they overlap, and a gap mends it', () => {
  const windows = windowsOf(6, 120, 60),
    sides = ['train', 'train', 'train', 'train', 'test', 'test'] as const
  expect(leakOfSides(windows, sides)).toEqual({ test: 4, train: 3 })
  expect(withGaps(windows, sides)).toEqual(['train', 'train', 'train', 'gap', 'test', 'test'])
  expect(leakOfSides(windowsOf(6, 60, 60), sides)).toBeNull()
})

test('with its gaps no drawn split leaks, and no tested window is lost', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.constantFrom(...windowSide.options), { minLength: 2, maxLength: 40 }),
      (steps, sides) => {
        const windows = windowsOf(sides.length, steps * 60, 60),
          mended = withGaps(windows, sides)
        expect(leakOfSides(windows, mended)).toBeNull()
        expect(mended.map((side) => side === 'test')).toEqual(sides.map((side) => side === 'test'))
      },
    ),
  )
})
