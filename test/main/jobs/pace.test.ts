import { describe, expect, test } from 'vitest'
import { createPace, threadCountsOf } from '../../../src/main/jobs/pace.ts'

const note = (pace: ReturnType<typeof createPace>, ...seconds: number[]): void => seconds.forEach((one) => pace.note(one))

describe('the pace of a training', () => {
  test('tries every number of threads for three epochs and stays with the fastest by their median', () => {
    const pace = createPace('cpu-plain', [1, 2, 4]),
      asked: (number | null)[] = []
    for (const seconds of [4, 3, 9, 2, 2, 30, 2.5, 2.5, 2.5]) {
      asked.push(pace.threadCount())
      expect(pace.fastest()).toBeNull()
      pace.note(seconds)
    }
    expect(asked).toEqual([1, 1, 1, 2, 2, 2, 4, 4, 4])
    expect(pace.threadCount()).toBe(2)
    expect(pace.fastest()).toEqual({ engine: 'cpu-plain', threadCount: 2, secondsPerEpoch: 2 })
    expect(pace.trials().map(({ secondsPerEpoch }) => secondsPerEpoch)).toEqual([4, 2, 2.5])
  })

  test('leaves cores to others where they gain less than a tenth', () => {
    const pace = createPace('cpu-plain', [1, 2])
    note(pace, 1, 1, 1, 0.95, 0.95, 0.95)
    expect(pace.threadCount()).toBe(1)
  })

  test('looks again when epochs take half as long again, not for one slow epoch', () => {
    const pace = createPace('cpu-plain', [1, 2])
    note(pace, 4, 4, 4, 2, 2, 2)
    note(pace, 2, 2, 50, 2, 2, 2, 2, 2, 2, 2)
    expect(pace.threadCount()).toBe(2)
    note(pace, 3.1, 3.1, 3.1, 3.1, 3.1)
    expect(pace.fastest()).toBeNull()
    expect(pace.threadCount()).toBe(1)
    note(pace, 2.4, 2.4, 2.4, 3.1, 3.1, 3.1)
    expect(pace.threadCount()).toBe(1)
  })

  test('of a card says that it is slow and nothing else', () => {
    const pace = createPace('webgpu', [])
    expect(pace.threadCount()).toBeNull()
    note(pace, 1, 1, 1)
    expect(pace.fastest()).toEqual({ engine: 'webgpu', threadCount: null, secondsPerEpoch: 1 })
    note(pace, 1, 1, 1, 1, 2, 2, 2, 2)
    expect(pace.isSlow()).toBe(false)
    note(pace, 2)
    expect(pace.isSlow()).toBe(true)
  })

  test('is tried with one, half and all cores, each number once', () => {
    expect(threadCountsOf(1)).toEqual([1])
    expect(threadCountsOf(2)).toEqual([1, 2])
    expect(threadCountsOf(12)).toEqual([1, 6, 12])
  })
})
