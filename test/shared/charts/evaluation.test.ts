import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { paperLook, type Look } from '../../../src/shared/charts/look.ts'
import { figureHeightPx, figureOption } from '../../../src/shared/charts/registry.ts'
import type { FigureData } from '../../../src/shared/domain/figure.ts'
import { translator } from '../../../src/shared/locales/translate.ts'
import * as demo from '../../main/figures/demo-data.ts'

type Mark = { type: string; shape?: { x: number; y: number; width: number; height: number }; style: { text?: string; fill?: string } }
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
