import { describe, expect, test } from 'vitest'
import { describeChannel, electrodeRange } from '../../../src/shared/charts/electrode-map.ts'
import { paperLook, type Look } from '../../../src/shared/charts/look.ts'
import { figureOption } from '../../../src/shared/charts/registry.ts'
import { alignmentMapValues, type FigureData } from '../../../src/shared/domain/figure.ts'
import { translator } from '../../../src/shared/locales/translate.ts'
import * as demo from '../../main/figures/demo-data.ts'

const look = (widthPx = 500, heightPx = 400): Look => paperLook(translator('en'), { widthPx, heightPx })
type Drawn = {
  yAxis: { min: number; max: number }[]
  series: { id: string }[]
  graphic: { type: string; style: { text?: string } }[]
}
const texts = (data: FigureData): string[] => draw(data).graphic.flatMap(({ style }) => style.text ?? [])
const draw = (data: FigureData): Drawn => figureOption(data, look()) as unknown as Drawn

describe('the two columns of an alignment', () => {
  test.each(alignmentMapValues)('have one colour scale: %s', (value) => {
    const asRecorded = Float32Array.of(-0.9, NaN, 1.2, 0.3),
      rateMatched = Float32Array.of(-6.5, 0.1, 4, NaN)
    const nothing = new Float32Array(0)
    const map = (overall: Float32Array, otherColumn: Float32Array) =>
      electrodeRange(demo.alignmentMap(4, 1, { value, overall, otherColumn, perSnapshot: nothing }))
    expect(map(asRecorded, rateMatched)).toEqual(map(rateMatched, asRecorded))
    expect(map(asRecorded, rateMatched).max).toBeGreaterThanOrEqual(value === 'performance' ? 1 : 4)
  })

  test('have one value axis over the windows, which holds both and their nulls; the hit ratio keeps its own', () => {
    const series = demo.alignmentSeries(12),
      [first, second] = series.columns,
      all = [first!, second!].flatMap(({ perWindow, nullLow, nullHigh }) => [...perWindow, ...nullLow, ...nullHigh])
    const [recorded, matched, hits] = draw(series).yAxis
    expect([matched?.min, matched?.max]).toEqual([recorded?.min, recorded?.max])
    expect(recorded?.min).toBeLessThan(Math.min(...all))
    expect(recorded?.max).toBeGreaterThan(Math.max(...all))
    expect(hits).toMatchObject({ min: 0, max: 1 })
  })
})

test('a cohort counts the subjects of its primary measure, and others only where that has none', () => {
  const { rows } = demo.cohort(5)
  const withRho = (row: (typeof rows)[number], rho: number[]) => ({
    ...row,
    columns: row.columns.map((one) => ({ ...one, rho: Float64Array.from(rho) })),
  })
  const counts = (...rhos: number[][]): string | undefined =>
    texts(demo.cohort(5, { rows: rows.map((row, r) => withRho(row, rhos[r]!)) })).find((text) => text.includes('subject'))
  const all = [0.1, 0.2, 0.3, 0.4, 0.5],
    none = [NaN, NaN, NaN, NaN, NaN]
  expect(counts([0.1, 0.2, NaN, NaN, 0.5], all, all)).toMatch(/^3 subjects/)
  expect(counts(none, none, [NaN, 0.2, 0.3, 0.4, 0.5])).toMatch(/^4 subjects/)
})

describe('the captions of a series', () => {
  const withoutBands = demo.alignmentSeries(9)
  for (const column of withoutBands.columns) for (const edge of [column.nullLow, column.nullHigh]) edge.fill(NaN)

  test('name the grey band where one is drawn, and only there', () => {
    const named = (data: FigureData): boolean => texts(data).join(' ').includes('grey')
    const drawn = (data: FigureData): boolean => draw(data).series.some(({ id }) => id.startsWith('band'))
    for (const data of [demo.alignmentSeries(9), withoutBands]) expect(named(data)).toBe(drawn(data))
    expect([drawn(demo.alignmentSeries(9)), drawn(withoutBands)]).toEqual([true, false])
  })

  test('do not call a ρ that could not be computed no correlation', () => {
    const columns = withoutBands.columns.map((column) => ({ ...column, rho: null, p: null, null95: null }))
    const said = texts(demo.alignmentSeries(9, { columns }))
    expect(said).toContain('As recorded · ρ with the hit ratio could not be computed')
    expect(said.join(' ')).not.toContain('no correlation')
  })
})

describe('the tooltip of a channel on an alignment map', () => {
  const said = (more: Parameters<typeof demo.alignmentMap>[2], channel = 7, language: 'en' | 'zh' = 'en'): string[] =>
    describeChannel(demo.alignmentMap(12, 3, more), channel, paperLook(translator(language), { widthPx: 500, heightPx: 400 }))
  const regionOfChannel = new Int16Array(12)

  test('calls a label a channel, once', () => {
    const channelLabels = Array.from({ length: 12 }, (_, i) => String(57 + i))
    expect(said({ channelLabels })[0]).toBe('Channel 64')
    expect(said({ channelLabels }, 7, 'zh')[0]).toBe('通道 64')
    expect(said({})[0]).toBe('Ch 8')
  })

  test('says why there is no value', () => {
    const reason = (more: Parameters<typeof demo.alignmentMap>[2]): string | undefined =>
      said({ regionOfChannel, ...more }).find((line) => line.startsWith('Channel score: '))
    expect(reason({ snapshotIndex: 1 })).toBe('Channel score: unconnected in this window')
    const overall = Float32Array.from({ length: 12 }, (_, i) => (i === 7 ? NaN : i))
    expect(reason({ overall })).toBe('Channel score: unconnected, or too few windows')
    expect(reason({ overall, column: 'rateMatched' })).toBe('Channel score: unconnected, not rate-matched, or too few windows')
    expect(reason({ snapshotIndex: 1, column: 'rateMatched' })).toBe('Channel score: unconnected in this window, or not rate-matched')
    expect(reason({ overall, regionOfChannel: new Int16Array(12).fill(-1) })).toBe('Channel score: neither sensory nor motor')
    // where nobody has one it is not the channel's doing
    expect(reason({ overall: new Float32Array(12).fill(NaN) })).toBe('Channel score: No value')
  })
})
