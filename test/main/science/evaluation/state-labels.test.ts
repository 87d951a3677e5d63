import { expect, test } from 'vitest'
import { performanceLabels, unpartedSubjects } from '../../../../src/main/science/evaluation/state-labels.ts'

test('windows are above or not above the median of all windows of their subject', () => {
  const hitRatios = [
    [0.2, 0.6, null],
    [0.4, 0.8],
    [0.1, 0.3],
  ]
  expect(performanceLabels({ hitRatios, subjects: ['a', 'a', 'b'] })).toEqual([
    ['below', 'above', null],
    ['below', 'above'],
    ['below', 'above'],
  ])
})

test('a subject that hits alike in every window, or is mostly at its best, has no bad windows and no labels', () => {
  const performance = {
    hitRatios: [
      [1, 1, 1],
      [0.5, 0.9, 0.9],
      [0.2, 0.6],
      [null, null],
    ],
    subjects: ['steady', 'mostly', 'plays', 'rests'],
  }
  expect(performanceLabels(performance)).toEqual([
    [null, null, null],
    [null, null, null],
    ['below', 'above'],
    [null, null],
  ])
  expect(unpartedSubjects(performance)).toEqual([
    { subject: 'steady', reason: 'same-ratio' },
    { subject: 'mostly', reason: 'none-above' },
  ])
})
