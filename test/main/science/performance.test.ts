import { expect, test } from 'vitest'
import { windowPerformance } from '../../../src/main/science/performance.ts'
import type { TaskEvent, TaskEventKind } from '../../../src/shared/domain/task-event.ts'

/** `h` hit, `m` miss, `r` rally start, `.` nothing; one a second from 0. */
const kinds: Record<string, TaskEventKind> = { h: 'hit', m: 'miss', r: 'rally-start', s: 'stimulus' }
const events = (text: string): TaskEvent[] =>
  [...text].flatMap((letter, timeS) => (kinds[letter] ? [{ timeS, kind: kinds[letter], label: letter, value: null }] : []))
const windows = (...spans: [number, number][]): { startS: number; endS: number }[] => spans.map(([startS, endS]) => ({ startS, endS }))

test('hits, misses and their ratios are those of the window, its start counted and its end not', () => {
  const [all, part] = windowPerformance(events('hhmhm.s'), windows([0, 7], [1, 4]))
  expect(all).toEqual({ hitCount: 3, missCount: 2, hitRatio: 0.6, hitMissRatio: 1.5, meanRally: 1.5, longestRally: 2 })
  expect(part).toEqual({ hitCount: 2, missCount: 1, hitRatio: 2 / 3, hitMissRatio: 2, meanRally: 2, longestRally: 2 })
})

test('a rally belongs to the window of its miss, whole', () => {
  const [before, after] = windowPerformance(events('hhhhhm'), windows([0, 4], [4, 8]))
  expect(before).toMatchObject({ hitCount: 4, missCount: 0, hitRatio: 1, meanRally: null, longestRally: null })
  expect(after).toMatchObject({ hitCount: 1, missCount: 1, meanRally: 5, longestRally: 5 })
})

test('a window without events has no performance; one with other events than play neither', () => {
  for (const found of windowPerformance(events('s.s..h'), windows([0, 5], [6, 9]))) {
    expect(found).toEqual({ hitCount: 0, missCount: 0, hitRatio: null, hitMissRatio: null, meanRally: null, longestRally: null })
  }
})

test('without a miss the ratio of hits to misses is over one half, and without a hit it is zero', () => {
  expect(windowPerformance(events('hhh'), windows([0, 3]))[0]).toMatchObject({ hitRatio: 1, hitMissRatio: 6 })
  expect(windowPerformance(events('mm'), windows([0, 3]))[0]).toMatchObject({ hitRatio: 0, hitMissRatio: 0, meanRally: 0, longestRally: 0 })
})

test('a told start of a rally begins it anew', () => {
  expect(windowPerformance(events('hhrhm'), windows([0, 9]))[0]).toMatchObject({ hitCount: 3, longestRally: 1 })
})
