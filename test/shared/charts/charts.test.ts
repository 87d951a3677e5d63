import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { electrodeRange } from '../../../src/shared/charts/electrode-map.ts'
import { lossTerms } from '../../../src/shared/charts/loss.ts'
import { paperLook, type Look } from '../../../src/shared/charts/look.ts'
import { regionColours, sequentialColour } from '../../../src/shared/charts/palette.ts'
import { figureHeightPx, figureOption, figureRing } from '../../../src/shared/charts/registry.ts'
import { rHistogramOption } from '../../../src/shared/charts/r-histogram.ts'
import { sourceTable } from '../../../src/shared/charts/source-table.ts'
import { trustworthinessText } from '../../../src/shared/charts/embedding.ts'
import { elided, readable, textWidthPx, tickLabel } from '../../../src/shared/charts/text.ts'
import { niceBelow, niceMax, niceTicks } from '../../../src/shared/charts/ticks.ts'
import type { FigureData } from '../../../src/shared/domain/figure.ts'
import { translator } from '../../../src/shared/locales/translate.ts'
import * as demo from '../../main/figures/demo-data.ts'

const look = (widthPx = 500, heightPx = 400): Look => paperLook(translator('en'), { widthPx, heightPx })
type Drawn = {
  grid: { left: number; top: number; width: number; height: number }
  xAxis: { min: number; max: number }
  yAxis: { min: number; max: number }
  series: { id: string; data: { value?: number[]; itemStyle?: { color: string } }[] }[]
  graphic: { type: string; style: { text?: string } }[]
}
const draw = (data: FigureData, given = look()): Drawn => figureOption(data, given) as unknown as Drawn

describe('arrays and embeddings', () => {
  test('have the same scale in both directions, inside whatever box they get', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 150, max: 1400 }),
        fc.integer({ min: 150, max: 1000 }),
        fc.integer({ min: 2, max: 200 }),
        (widthPx, heightPx, channelCount) => {
          for (const data of [demo.electrodeMap(channelCount, 2), demo.embedding(channelCount, 2)]) {
            const { grid, xAxis, yAxis } = draw(data, look(widthPx, heightPx))
            expect(grid.width / (xAxis.max - xAxis.min)).toBeCloseTo(grid.height / (yAxis.max - yAxis.min), 9)
            expect(grid.left + grid.width).toBeLessThanOrEqual(widthPx)
            expect(grid.top + grid.height).toBeLessThanOrEqual(heightPx + 1e-9)
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  test('keep their place from snapshot to snapshot', () => {
    for (const make of [demo.electrodeMap, demo.embedding]) {
      const axes = [0, 1, 4].map((snapshotIndex) => {
        const { xAxis, yAxis } = draw(make(38, 5, { snapshotIndex }))
        return [xAxis.min, xAxis.max, yAxis.min, yAxis.max]
      })
      expect(new Set(axes.map(String)).size).toBe(1)
    }
  })
})

describe("a map's colours", () => {
  test('mean the same value on every snapshot', () => {
    const base = demo.electrodeMap(60, 5)
    const ranges = [null, 0, 3, 4].map((snapshotIndex) => JSON.stringify(electrodeRange({ ...base, snapshotIndex })))
    expect(new Set(ranges).size).toBe(1)
    const constant = { ...base, perSnapshot: base.perSnapshot.slice() }
    for (const snapshot of [0, 4]) constant.perSnapshot[snapshot * 60 + 11] = 2.5
    const colour = (snapshotIndex: number): string | undefined =>
      draw({ ...constant, snapshotIndex }).series[0]?.data.find((mark) => mark.value?.[2] === 11)?.itemStyle?.color
    expect(colour(0)).toBeDefined()
    expect(colour(0)).toBe(colour(4))
  })

  test('have a bar of three to five ticks that ends on one', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e5, noNaN: true }), (top) => {
        const { ticks, min, max } = electrodeRange(
          demo.electrodeMap(3, 1, { overall: Float32Array.of(0, top / 2, top), perSnapshot: new Float32Array(0) }),
        )
        expect(ticks.length).toBeGreaterThanOrEqual(3)
        expect(ticks.length).toBeLessThanOrEqual(5)
        expect(ticks[0]).toBe(min)
        expect(ticks.at(-1)).toBe(max)
        expect(max).toBeGreaterThanOrEqual(Math.fround(top) * (1 - 1e-6))
      }),
    )
  })

  test('say so where a few values lie above the bar', () => {
    const overall = Float32Array.from({ length: 1000 }, (_, i) => (i === 0 ? 900 : i / 1000))
    const map = demo.electrodeMap(1000, 1, { overall, perSnapshot: new Float32Array(0) })
    expect(electrodeRange(map).max).toBeLessThan(2)
    expect(draw(map).graphic.some((element) => element.style?.text?.startsWith('≥ '))).toBe(true)
  })
})

describe('colours of regions', () => {
  test('are two hues in two lightnesses for the motor arms, grey-blue for sensory, all different', () => {
    const [sensory, leftUp, leftDown, rightUp, rightDown] = regionColours(demo.regions) as [string, string, string, string, string]
    expect(new Set([sensory, leftUp, leftDown, rightUp, rightDown]).size).toBe(5)
    for (const [dark, light] of [
      [leftUp, leftDown],
      [rightUp, rightDown],
    ] as const) {
      expect(luminance(light)).toBeGreaterThan(luminance(dark) + 0.1)
      expect(Math.abs(hue(light) - hue(dark))).toBeLessThan(20)
    }
    expect(Math.abs(hue(leftUp) - hue(rightUp))).toBeGreaterThan(100)
  })

  test('are told from the name where side and paddle are not given, and do not run out', () => {
    const bare = (name: string) => ({ name, role: 'other' as const, side: null, paddle: null })
    expect(regionColours(['L_up', 'L_down', 'R_up', 'R_down'].map(bare))).toEqual(regionColours(demo.regions).slice(1))
    expect(new Set(regionColours(Array.from({ length: 14 }, (_, k) => bare(`area ${k}`)))).size).toBe(14)
  })

  test('of numbers grow lighter all the way', () => {
    for (const ground of ['light', 'dark'] as const)
      for (let k = 1; k <= 50; k++) {
        expect(luminance(sequentialColour(k / 50, ground))).toBeGreaterThan(luminance(sequentialColour((k - 1) / 50, ground)))
      }
  })
})

describe('ticks', () => {
  test('are 1, 2 or 5 times a power of ten apart and inside the axis', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.double({ min: 1e-3, max: 1e4, noNaN: true }), (min, span) => {
        const ticks = niceTicks(min, min + span)
        expect(ticks.length).toBeGreaterThanOrEqual(2)
        expect(ticks.length).toBeLessThanOrEqual(7)
        const step = ticks[1]! - ticks[0]!
        expect([1, 2, 5, 10]).toContain(Number((step / 10 ** Math.floor(Math.log10(step) + 1e-6)).toPrecision(4)))
        for (const tick of ticks) expect(tick >= min - 1e-6 && tick <= min + span + 1e-6).toBe(true)
      }),
    )
    expect(niceTicks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect([niceMax(0.163), niceMax(8.2, 4), niceMax(0)]).toEqual([0.2, 10, 1])
    expect([niceBelow(740), niceBelow(99), niceBelow(0.3)]).toEqual([500, 50, 0.2])
  })

  test('are labelled with as many decimals as tell them apart', () => {
    expect(niceTicks(0, 0.2, 4).map((tick, _, all) => tickLabel(tick, all))).toEqual(['0.00', '0.05', '0.10', '0.15', '0.20'])
    expect(tickLabel(-5, [-10, -5, 0])).toBe('−5')
    expect(tickLabel(20_000, [0, 20_000])).toBe('20,000')
    for (const [max, said] of [
      [3, ['−3.0', '−1.5', '0.0', '1.5', '3.0']],
      [0.75, ['−0.750', '−0.375', '0.000', '0.375', '0.750']],
      [2.5, ['−2.50', '−1.25', '0.00', '1.25', '2.50']],
      [2, ['−2', '−1', '0', '1', '2']],
      [3e-5, ['−3.0e−5', '−1.5e−5', '0', '1.5e−5', '3.0e−5']],
    ] as const) {
      const ticks = [-max, -max / 2, 0, max / 2, max]
      expect(ticks.map((tick) => tickLabel(tick, ticks))).toEqual(said)
    }
    expect(tickLabel(1 / 3, [0, 1 / 3, 2 / 3])).toBe('0.333')
    expect([readable(0.98123), readable(19173), readable(NaN), readable(-0.25)]).toEqual(['0.981', '19,173', '–', '−0.25'])
  })
})

describe('the loss', () => {
  test('is the NLL and the weighted KL', () => {
    const data = demo.loss(25)
    const terms = lossTerms(data)
    data.nll.forEach((nll, k) => expect(terms.total[k]).toBeCloseTo(nll + data.klWeight[k]! * data.kl[k]!, 12))
  })

  test('has chance at T · log 2', () => {
    const chance = draw(demo.loss(25)).series.find((series) => series.id === 'chance')
    expect((chance?.data as unknown as number[][] | undefined)?.[0]?.[1]).toBeCloseTo(21 * Math.log(2), 12)
  })

  test('of an autoencoder is one line without nats, terms or chance', () => {
    const data = demo.loss(25, { of: 'squaredError' }),
      option = draw(data)
    expect(option.series.map(({ id }) => id)).toEqual(['loss'])
    expect(JSON.stringify(option)).not.toMatch(/nats|NLL|β·KL|chance/)
    expect(JSON.stringify(option)).toContain('Loss (squared error, edges weighted)')
    expect(sourceTable(data).header).toEqual(['epoch', 'snapshots', 'loss', 'gradient_norm'])
  })

  test('is drawn before the first epoch is over', () => {
    expect(() => draw(demo.loss(0))).not.toThrow()
  })
})

test('the r histogram gives every pair to edges or not, by the threshold', () => {
  const counts = Float64Array.from({ length: 100 }, (_, k) => 1 + Math.round(5000 * Math.exp(-(((k - 50) / 12) ** 2))))
  const option = rHistogramOption({ counts, thresholdR: 0.6, pairCount: 1000, windowCount: 5 }, look()) as unknown as {
    series: { id: string; data: [number, number][] }[]
  }
  const span = (id: string): [number, number] => {
    const steps = option.series.find((series) => series.id === id)?.data ?? []
    return [steps[0]?.[0] ?? NaN, steps.at(-1)?.[0] ?? NaN]
  }
  expect(span('negative edges')).toEqual([-1, -0.6])
  expect(span('no edges')).toEqual([-0.6, 0.6])
  expect(span('positive edges')).toEqual([0.6, 1])
})

describe('a hovered channel', () => {
  const ringOf = (data: FigureData, label: string | null): unknown[] =>
    (figureRing(data, look(), label) as { series?: { data: unknown[] }[] }).series?.[0]?.data ?? []

  test('has a ring on the array, and one in every snapshot of the embedding', () => {
    const map = demo.electrodeMap(38, 5)
    expect(ringOf(map, 'Ch 5')).toEqual([[map.positionsUm[8], map.positionsUm[9], 4]])
    expect(ringOf(demo.embedding(38, 5), 'Ch 5').length).toBe(5)
    expect(ringOf(demo.embedding(38, 5, { snapshotIndex: 2 }), 'Ch 5').length).toBe(1)
  })

  test('that a view does not have, or none, leaves no ring', () => {
    for (const data of [demo.electrodeMap(38, 5), demo.embedding(38, 5), demo.raster(8, 5)])
      for (const label of [null, 'nobody']) expect(ringOf(data, label)).toEqual([])
  })
})

test('a figure finds a height that is neither a strip nor a tower', () => {
  for (const data of [
    demo.raster(40, 5),
    demo.raster(200, 5),
    demo.electrodeMap(913, 2),
    demo.electrodeMap(2, 1),
    demo.density(21),
    demo.loss(9),
    demo.embedding(38, 5),
  ]) {
    for (const widthPx of [336, 692]) {
      const heightPx = figureHeightPx(data, look(widthPx))
      expect(heightPx / widthPx).toBeGreaterThan(0.2)
      expect(heightPx / widthPx).toBeLessThan(1.5)
    }
  }
})

test('long names are shortened in the middle', () => {
  const shortened = elided('a very long region name of a layout', 80, look())
  expect(shortened).toMatch(/^a .*….*t$/)
  expect(shortened.length).toBeLessThan(22)
})

const linear = (share: number): number => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4)
const rgb = (colour: string): [number, number, number] =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255) as [number, number, number]
function luminance(colour: string): number {
  const [r, g, b] = rgb(colour).map(linear) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function hue(colour: string): number {
  const [r, g, b] = rgb(colour)
  return ((Math.atan2(Math.sqrt(3) * (g - b), 2 * r - g - b) * 180) / Math.PI + 360) % 360
}

test('the label of the last tick of a raster is inside the figure', () => {
  for (const widthPx of [250, 400, 900])
    for (const toS of [10, 1800, 86_400]) {
      const { grid } = draw({ ...demo.raster(40, 5), fromS: 0, toS, regions: [] }, look(widthPx))
      expect(grid.left + grid.width + textWidthPx(readable(toS), look(widthPx)) / 2).toBeLessThanOrEqual(widthPx)
    }
})

test('a picture that is not perfect never says 1', () => {
  expect([1, 0.99996, 0.9994, 0.5].map(trustworthinessText)).toEqual(['1.000', '> 0.999', '0.999', '0.500'])
})

test('a histogram without edges says so, and speaks of no colour', () => {
  const words = (thresholdR: number | null): string =>
    (
      rHistogramOption({ counts: new Float64Array(100).fill(3), thresholdR, pairCount: 60, windowCount: 1 }, look()) as unknown as Drawn
    ).graphic
      .map(({ style }) => style.text ?? '')
      .join(' ')
  expect(words(null)).toMatch(/n = 60 pairs × 1 window; no edges/)
  expect(words(0.5)).toMatch(/coloured/)
})
