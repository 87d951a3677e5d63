import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { paperLook, type Look } from '../../../src/shared/charts/look.ts'
import { figureHeightPx, figureOption } from '../../../src/shared/charts/registry.ts'
import { textWidthPx } from '../../../src/shared/charts/text.ts'
import type { FigureData } from '../../../src/shared/domain/figure.ts'
import { translator } from '../../../src/shared/locales/translate.ts'
import * as demo from '../../main/figures/demo-data.ts'

type Mark = {
  type: string
  x?: number
  shape?: { x: number; y: number; width: number; height: number }
  style: { text?: string; fill?: string; textAlign?: string }
}
type Drawn = {
  grid: { left: number; top: number; width: number; height: number }
  xAxis: { min: number; max: number; axisTick: { customValues: number[] } }
  series: { id: string; data: { value: number[] }[] }[]
  graphic: Mark[]
}
const look = (widthPx: number, heightPx = 400): Look => paperLook(translator('en'), { widthPx, heightPx })
const draw = (data: FigureData, given: Look): Drawn => figureOption(data, given) as unknown as Drawn
const fitting = (data: FigureData, widthPx: number): Drawn => draw(data, look(widthPx, figureHeightPx(data, look(widthPx))))
const texts = (drawn: Drawn): string[] => drawn.graphic.flatMap(({ style }) => style.text ?? [])

describe('a comparison of models', () => {
  test('holds every value, guess and control in an axis of at least two ticks, whatever its width', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 220, max: 1400 }),
        fc.double({ min: -0.4, max: 0.9, noNaN: true }),
        fc.integer({ min: 1, max: 4 }),
        (widthPx, least, trained) => {
          const data = demo.models(trained)
          data.rows[0]!.mean = least
          const { xAxis, series } = fitting(data, widthPx)
          const values = series.filter(({ id }) => id === 'each' || id === 'mean').flatMap((one) => one.data.map(({ value }) => value[0]!))
          for (const value of [...values, 0.42, 0.58]) {
            expect(value).toBeGreaterThanOrEqual(xAxis.min)
            expect(value).toBeLessThanOrEqual(xAxis.max)
          }
          expect(xAxis.axisTick.customValues.length).toBeGreaterThanOrEqual(2)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('shows the control as a band as wide as its interval, and none where nothing was controlled', () => {
    const drawn = fitting(demo.models(2), 500)
    const { grid, xAxis } = drawn
    const band = drawn.graphic.find(({ type }) => type === 'rect')!.shape!
    expect(band.width).toBeCloseTo((0.16 / (xAxis.max - xAxis.min)) * grid.width, 6)
    expect(fitting(demo.models(2, { control: null }), 500).graphic.some(({ type }) => type === 'rect')).toBe(false)
  })

  test('names models in words and writes mean and interval beside them', () => {
    const said = texts(fitting(demo.models(2), 700))
    expect(said).toEqual(expect.arrayContaining(['who fired', 'TAVRNN', 'TAVRNN, no attention', 'always the commonest class']))
    expect(said.filter((text) => /^0\.\d\d \[0\.\d\d, 0\.\d\d\]$/.test(text))).toHaveLength(2)
  })
})

test('a split writes every tick inside its width, however many windows there are', () => {
  const one = demo.split()
  for (const windowCount of [6, 15, 60, 100, 1000])
    for (const widthPx of [220, 253, 400, 900]) {
      const data = {
        ...one,
        windowRecording: new Int32Array(windowCount).fill(1),
        windowLabel: new Int32Array(windowCount),
        folds: [Array.from({ length: windowCount }, () => 'test' as const)],
        foldNames: ['1'],
      }
      const ticks = fitting(data, widthPx).graphic.filter(({ style }) => /^\d+$/.test(style.text ?? '') && style.textAlign === 'center')
      expect(ticks.length).toBeGreaterThanOrEqual(2)
      for (const { x = 0, style } of ticks) expect(x + textWidthPx(style.text ?? '', look(widthPx)) / 2).toBeLessThanOrEqual(widthPx)
    }
})

test('a confusion says shares of the true class and how many there were', () => {
  expect(texts(fitting(demo.confusion(), 300))).toEqual(
    expect.arrayContaining(['0.75', 'n = 30', '0.13', 'n = 5', 'not above', 'above median']),
  )
})

test('a split is drawn without a window left out, and recordings are apart', () => {
  const { graphic } = fitting(demo.split(), 400)
  const rects = graphic.flatMap(({ type, shape }) => (type === 'rect' && shape ? [shape] : []))
  const rows = new Map<number, { width: number; pieces: number }>()
  for (const { y, width } of rects) rows.set(y, { width: (rows.get(y)?.width ?? 0) + width, pieces: (rows.get(y)?.pieces ?? 0) + 1 })
  expect(rows.size).toBe(3)
  const widths = [...rows.values()].map(({ width }) => width)
  for (const width of widths) expect(width).toBeCloseTo(widths[0]!, 6)
  for (const { pieces } of rows.values()) expect(pieces).toBeGreaterThanOrEqual(4)
})
