import { join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawFigure, type DrawingOptions } from '../../../src/main/figures/draw.ts'
import { marksOnly, pageLook } from '../../../src/main/figures/svg.ts'
import { figureOption } from '../../../src/shared/charts/registry.ts'
import type { FigureData } from '../../../src/shared/domain/figure.ts'
import { translator } from '../../../src/shared/locales/translate.ts'
import * as demo from './demo-data.ts'

const fontsDir = join(import.meta.dirname, '../../../resources/fonts')
const drawn = (data: FigureData, options: Partial<DrawingOptions> = {}): Uint8Array =>
  drawFigure(data, { format: 'svg', widthMm: 89, dpi: 150, language: 'en', fontsDir, ...options })
const svgOf = (data: FigureData, options: Partial<DrawingOptions> = {}): string => new TextDecoder().decode(drawn(data, options))

/** ECharts draws the symbol of a point as a path of a unit circle or square that a matrix places */
const marksIn = (svg: string): RegExpMatchArray[] => [...svg.matchAll(/<path d="M(?:1 0A1 1|-1 -1l2 0)[^"]*"[^>]*>/g)]
const textsIn = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([\s\S]*?)<\/text>/g)].map(([, words]) => (words ?? '').replace(/<[^>]+>/g, ''))

const everyFigure: [string, FigureData][] = [
  ['raster', demo.raster(12, 20)],
  ['electrode map', demo.electrodeMap(60, 4)],
  ['density', demo.density(9)],
  ['loss', demo.loss(30)],
  ['embedding', demo.embedding(38, 4)],
  ['models', demo.models(4)],
  ['confusion', demo.confusion()],
  ['split', demo.split()],
]

describe('an exported SVG', () => {
  test('has a mark for every channel that has a position, hollow where it has no value', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 80 }),
        fc.array(fc.nat(79), { maxLength: 20 }),
        fc.array(fc.nat(79), { maxLength: 20 }),
        (channelCount, placeless, silent) => {
          const data = demo.electrodeMap(channelCount, 3, { snapshotIndex: 1 })
          for (let i = 0; i < channelCount; i++) data.perSnapshot[channelCount + i] = silent.includes(i) ? NaN : i
          for (const i of placeless) if (i < channelCount) data.positionsUm[2 * i] = NaN
          const placed = Array.from({ length: channelCount }, (_, i) => i).filter((i) => !placeless.includes(i))
          const marks = marksIn(svgOf(data))
          expect(marks.length).toBe(placed.length)
          expect(marks.filter(([mark]) => mark.includes('fill="none"')).length).toBe(placed.filter((i) => silent.includes(i)).length)
        },
      ),
      { numRuns: 25 },
    )
  })

  test('has a mark for every finite point of an embedding, whatever colours it', () => {
    for (const colour of ['region', 'snapshot', 'rate'] as const) {
      const data = demo.embedding(90, 7, { colour })
      data.coordinates[2 * 17] = NaN
      data.rateHz[40] = NaN
      expect(marksIn(svgOf(data)).length).toBe(90 * 7 - 1)
      expect(marksIn(svgOf({ ...data, snapshotIndex: 3 })).length).toBe(90 * 7 - 1)
    }
  })

  test('has a mark for every spike of a raster', () => {
    const data = demo.raster(15, 40)
    expect(marksIn(svgOf(data)).length).toBe(data.spikeS.length)
  })

  test('keeps words as text in the embedded typeface and leaves hover rules out', () => {
    for (const [name, data] of everyFigure) {
      const svg = svgOf(data)
      expect(textsIn(svg).join(' '), name).toMatch(/n = \d+/)
      expect(svg, name).toContain("@font-face{font-family:'IBM Plex Sans'")
      expect(svg.replace(/base64,[^)"]*/g, ''), name).not.toMatch(/:hover|dominant-baseline/)
    }
    expect(textsIn(svgOf(demo.density(9)))).toEqual(
      expect.arrayContaining(['Density', '|r|', 'Rate (Hz)', 'Window centre (min)', 'edge threshold']),
    )
    expect(textsIn(svgOf(demo.loss(30)))).toEqual(expect.arrayContaining(['Epoch', 'Loss (nats)', 'chance (T·log 2)', 'NLL', 'β·KL']))
    expect(textsIn(svgOf(demo.embedding(38, 4)))).toContain('t-SNE, perplexity 30, trustworthiness 0.981')
  })

  test('has no sentence missing, in English and Chinese', () => {
    for (const language of ['en', 'zh'] as const) {
      const rules = (['significance', 'absolute', 'proportional'] as const).map((rule): [string, FigureData] => [
        rule,
        { ...demo.density(3), rule },
      ])
      for (const [name, data] of [...everyFigure, ...rules])
        expect(textsIn(svgOf(data, { language })).join('\n'), name).not.toContain('charts.')
    }
  })

  test('is as wide as asked for in mm, with text of 7 pt', () => {
    for (const widthMm of [89, 120, 183]) {
      const svg = svgOf(demo.density(9), { widthMm })
      const [, width, viewWidth] = /^<svg width="([\d.]+)mm"[^>]*viewBox="0 0 ([\d.]+) /.exec(svg) ?? []
      expect(Number(width)).toBeCloseTo(widthMm, 3)
      const [, fontSize] = /font-size:([\d.]+)px/.exec(svg) ?? []
      const pointsPerUnit = ((widthMm / 25.4) * 72) / Number(viewWidth)
      expect(Number(fontSize) * pointsPerUnit).toBeCloseTo(7, 6)
    }
  })
})

describe('an SVG with more points than a drawing program likes', () => {
  const data = demo.embedding(70, 70, { colour: 'region' })
  // a grid of points that do not touch, so that they can be counted in the picture
  for (let k = 0; k < 4900; k++) data.coordinates.set([k % 70, Math.floor(k / 70)], 2 * k)

  test("has them all in one picture of the page's size, and its words still as text", () => {
    const svg = svgOf(data, { widthMm: 183, dpi: 300 })
    expect(marksIn(svg).length).toBe(0)
    const [layer] = [...svg.matchAll(/<image [^>]*data-marks="(\d+)"[^>]*href="data:image\/png;base64,([^"]+)"/g)]
    expect(layer?.[1]).toBe('4900')
    expect(Buffer.from(layer?.[2] ?? '', 'base64').readUInt32BE(16)).toBe(Math.round((183 / 25.4) * 300))
    expect(textsIn(svg)).toContain('n = 70 channels × 70 snapshots')
    const look = pageLook(data, 183, translator('en'))
    expect(marksIn(marksOnly(figureOption(data, look), look)).length).toBe(4900)
  })

  test('shows as many separate dots as there are points', () => {
    // the page without its words and key: only the picture is left on the ground
    const svg = svgOf({ ...data, regions: [], regionOfChannel: new Int16Array(70).fill(-1) }, { widthMm: 183, dpi: 300 }).replace(
      /<text[\s\S]*?<\/text>|<circle[^>]*>/g,
      '',
    )
    const picture = new Resvg(svg, { fitTo: { mode: 'width', value: 2161 } }).render()
    expect(countBlobs(picture.pixels, picture.width)).toBe(4900)
  })
})

describe('an exported PNG', () => {
  test('has mm · dpi pixels and says its dpi', () => {
    for (const [name, data] of everyFigure)
      for (const [widthMm, dpi] of [
        [89, 300],
        [120, 150],
        [183, 72],
      ] as const) {
        const png = Buffer.from(drawn(data, { format: 'png', widthMm, dpi }))
        expect(png.readUInt32BE(16), name).toBe(Math.round((widthMm / 25.4) * dpi))
        const { size } = pageLook(data, widthMm, translator('en'))
        expect(Math.abs(png.readUInt32BE(20) - (size.heightPx / 96) * dpi), name).toBeLessThan(1.5)
        const chunk = png.indexOf('pHYs')
        expect(Math.round(png.readUInt32BE(chunk + 4) * 0.0254)).toBe(dpi)
        expect(png.readUInt8(chunk + 12)).toBe(1)
      }
  })

  test('is not blank and has no transparent pixel', () => {
    const picture = drawn(demo.embedding(38, 4), { format: 'png' })
    const { pixels } = new Resvg(
      `<svg xmlns="http://www.w3.org/2000/svg" width="500" height="400"><image width="500" height="400" href="data:image/png;base64,${Buffer.from(picture).toString('base64')}"/></svg>`,
    ).render()
    const colours = new Set(new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.byteLength >> 2))
    expect(colours.size).toBeGreaterThan(20)
  })
})

/** connected groups of pixels that are clearly not white */
function countBlobs(pixels: Uint8Array, width: number): number {
  const height = pixels.length / 4 / width
  const ink = Uint8Array.from({ length: width * height }, (_, k) =>
    pixels[4 * k]! + pixels[4 * k + 1]! + pixels[4 * k + 2]! < 640 ? 1 : 0,
  )
  let blobs = 0
  const stack: number[] = []
  for (let start = 0; start < ink.length; start++) {
    if (!ink[start]) continue
    blobs++
    stack.push(start)
    while (stack.length > 0) {
      const at = stack.pop()!
      if (!ink[at]) continue
      ink[at] = 0
      for (const next of [at - 1, at + 1, at - width, at + width, at - width - 1, at - width + 1, at + width - 1, at + width + 1])
        if (ink[next]) stack.push(next)
    }
  }
  return blobs
}
