import { describe, expect, test } from 'vitest'
import { windowsByInterval, windowsByLength } from '../../../src/main/science/windows.ts'

const span = { startS: 0, endS: 1200 }
const refusal = (endS: number, settings: { binMs: number; windowS: number; stepS: number }): unknown => {
  try {
    return windowsByLength({ startS: 0, endS }, settings)
  } catch (error) {
    return error
  }
}

test('a DishBrain session of play has 19 windows and one of rest 9', () => {
  const dishbrain = { binMs: 50, windowS: 120, stepS: 60 }
  expect(windowsByLength(span, dishbrain)).toEqual({ windowCount: 19, lengthBins: 2400, stepBins: 1200 })
  expect(windowsByLength({ startS: 12.3, endS: 612.3 }, dishbrain).windowCount).toBe(9)
})

test('a recording a moment shorter than nominal has a window less', () => {
  expect(windowsByLength({ startS: 0, endS: 1199.99 }, { binMs: 50, windowS: 120, stepS: 60 }).windowCount).toBe(18)
})

test('lengths that are whole bins in decimals are accepted', () => {
  expect(windowsByLength(span, { binMs: 100, windowS: 2.3, stepS: 0.7 })).toMatchObject({ lengthBins: 23, stepBins: 7 })
})

test('a window or step that is not whole bins is refused by name', () => {
  expect(refusal(1200, { binMs: 50, windowS: 120.02, stepS: 60 })).toMatchObject({
    code: 'snapshots/window-not-whole-bins',
    details: { setting: 'windowS', seconds: 120.02, binMs: 50 },
  })
  expect(refusal(1200, { binMs: 50, windowS: 120, stepS: 0.04 })).toMatchObject({
    code: 'snapshots/window-not-whole-bins',
    details: { setting: 'stepS' },
  })
})

test('a window needs 20 bins', () => {
  expect(refusal(1200, { binMs: 1000, windowS: 19, stepS: 1 })).toMatchObject({
    code: 'snapshots/window-too-few-bins',
    details: { binCount: 19, needed: 20 },
  })
  expect(refusal(1200, { binMs: 1000, windowS: 20, stepS: 1 })).toMatchObject({ windowCount: 1181 })
})

test('a window longer than the recording is refused, one just as long is accepted', () => {
  expect(refusal(119.9, { binMs: 50, windowS: 120, stepS: 60 })).toMatchObject({
    code: 'snapshots/window-longer-than-recording',
    details: { windowS: 120, durationS: 119.9 },
  })
  expect(refusal(120, { binMs: 50, windowS: 120, stepS: 60 })).toMatchObject({ windowCount: 1 })
})

test('more than 2,000 windows are refused', () => {
  const settings = { binMs: 100, windowS: 2, stepS: 0.1 }
  expect(refusal(201.9, settings)).toMatchObject({ windowCount: 2000 })
  expect(refusal(202, settings)).toMatchObject({ code: 'snapshots/too-many-windows', details: { windowCount: 2001, limit: 2000 } })
})

describe('windows by interval', () => {
  const span = { startS: 10, endS: 20.05, binMs: 100 },
    laps = [
      { startS: 15.04, endS: 18.09, label: 'back' },
      { startS: 10, endS: 12, label: 'there' },
      { startS: 12, endS: 13.95, label: 'there' },
      { startS: 17, endS: 25, label: 'there' },
    ]

  test('are the bins that lie wholly inside, in the order of time, cut at the end of the recording', () => {
    const { spans, sliding } = windowsByInterval(laps, null, span)
    expect(sliding).toBeNull()
    expect(spans).toEqual([
      { firstBin: 0, binCount: 20, label: 'there' },
      { firstBin: 51, binCount: 29, label: 'back' },
      { firstBin: 70, binCount: 30, label: 'there' },
    ])
  })

  test('of under 20 bins are dropped and listed, from the start of the recording', () => {
    expect(windowsByInterval(laps, null, span).dropped).toEqual([{ startS: 2, endS: expect.closeTo(3.95, 9), label: 'there' }])
  })

  test('may be of some labels only', () => {
    expect(windowsByInterval(laps, ['back'], span).spans.map(({ label }) => label)).toEqual(['back'])
  })

  test('are refused where there is none, or none long enough', () => {
    expect(() => windowsByInterval(laps, ['left', 'right'], span)).toThrow('snapshots/no-intervals {"labels":"left, right"}')
    expect(() => windowsByInterval(laps, null, { ...span, binMs: 500 })).toThrow(
      'snapshots/intervals-too-short {"count":4,"needed":20,"leastS":10}',
    )
  })
})
