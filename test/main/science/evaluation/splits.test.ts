import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CodedError } from '../../../../src/shared/contract/errors.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'
import {
  blockedFolds,
  leakOf,
  refuseLeaks,
  shuffledFolds,
  subjectFolds,
  type SplitWindow,
} from '../../../../src/main/science/evaluation/splits.ts'
import '../../../property-seed.ts'

const regular = (count: number, lengthS: number, stepS: number, recording = 0, subject = 'a'): SplitWindow[] =>
  Array.from({ length: count }, (_, k) => ({ recording, subject, startS: k * stepS, endS: k * stepS + lengthS, group: null }))
const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (problem) {
    if (problem instanceof CodedError) return problem.code
    throw problem
  }
  return 'none'
}

test('DishBrain’s 19 windows of two minutes every minute have a gap of one window around each block', () => {
  const folds = blockedFolds(regular(19, 120, 60), 5)
  expect(folds).toHaveLength(5)
  expect(folds.flatMap(({ test: tested }) => [...tested]).sort((a, b) => a - b)).toEqual([...Array(19).keys()])
  for (const { test: tested, train } of folds) {
    const first = tested[0]!,
      last = tested.at(-1)!
    expect([first - 1, last + 1].some((k) => train.includes(k))).toBe(false)
    expect(train.length).toBe(19 - tested.length - Number(first > 0) - Number(last < 18))
  }
})

test('no window of a blocked split shares samples with one on the other side, whatever length, step and folds', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 60 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 2, max: 6 }),
      (count, length, step, foldCount) => {
        const windows = [...regular(count, length, step), ...regular(count, length, step, 1, 'b')]
        for (const fold of blockedFolds(windows, foldCount)) expect(leakOf(fold, windows)).toBe(null)
      },
    ),
  )
})

test('a visit is never cut in two', () => {
  const windows = regular(40, 1, 1).map((window, k) => ({ ...window, group: `visit ${Math.floor(k / 3)}` }))
  for (const { test: tested, train } of blockedFolds(windows, 5)) {
    const inTest = new Set(Array.from(tested, (k) => windows[k]!.group))
    expect(Array.from(train).some((k) => inTest.has(windows[k]!.group))).toBe(false)
  }
})

test('every subject is left out once with all its recordings, and one subject alone is refused', () => {
  const windows = [...regular(3, 1, 1, 0, 'a'), ...regular(3, 1, 1, 1, 'b'), ...regular(3, 1, 1, 2, 'a')]
  const folds = subjectFolds(windows)
  expect(folds.map(({ test: tested }) => [...tested])).toEqual([
    [0, 1, 2, 6, 7, 8],
    [3, 4, 5],
  ])
  expect(codeOf(() => subjectFolds(regular(5, 1, 1)))).toBe('evaluations/one-subject')
})

test('shuffled folds are refused while windows overlap, and keep groups together where they do not', () => {
  const uniform = uniformSequence(1, 'splits')
  expect(codeOf(() => shuffledFolds(regular(10, 2, 1), 5, uniform))).toBe('evaluations/windows-overlap')
  const windows = regular(20, 1, 1).map((window, k) => ({ ...window, group: `lap ${k >> 1}` }))
  const folds = shuffledFolds(windows, 5, uniform)
  expect(folds.flatMap(({ test: tested }) => [...tested]).sort((a, b) => a - b)).toEqual([...Array(20).keys()])
  for (const fold of folds) expect(leakOf(fold, windows)).toBe(null)
})

test('a split that leaks is refused and both windows are named', () => {
  const windows = regular(6, 120, 60)
  try {
    refuseLeaks([{ test: Int32Array.of(0, 1), train: Int32Array.of(2, 3) }], windows)
    expect.unreachable()
  } catch (problem) {
    expect(problem).toMatchObject({ code: 'evaluations/split-leaks', details: { fold: 1, test: 2, train: 3 } })
  }
  expect(() => refuseLeaks([{ test: Int32Array.of(0, 1), train: Int32Array.of(3, 4) }], windows)).not.toThrow()
})
