import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LineChart, ScatterChart } from 'echarts/charts'
import { GraphicComponent, GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { EChartsOption } from 'echarts'
import type { FigureData } from '../../shared/domain/figure.ts'
import { paperLook, pxPerMm, type Look } from '../../shared/charts/look.ts'
import { figureHeightPx, figureOption } from '../../shared/charts/registry.ts'
import type { Translate } from '../../shared/locales/translate.ts'
import { rasterise } from './png.ts'

use([LineChart, ScatterChart, GridComponent, GraphicComponent, SVGRenderer])

/** Series with more marks than this become a picture inside the vector page. */
export const vectorMarkLimit = 4000

type Series = { type?: string; data?: unknown[] }

/** The look of a figure of the given width, with the height that suits its numbers. */
export function pageLook(data: FigureData, widthMm: number, translate: Translate): Look {
  const look = paperLook(translate, { widthPx: widthMm * pxPerMm, heightPx: 0 })
  return { ...look, size: { ...look.size, heightPx: figureHeightPx(data, look) } }
}

/** A figure with every mark a vector, in CSS pixels; fonts are named, not embedded. */
export const vectorSvg = (data: FigureData, look: Look): string => render(figureOption(data, look), look.size)

/**
 * A figure as an SVG page: width and height in mm, text as text with its font embedded, and series of more than
 * `vectorMarkLimit` marks as one picture at the dpi, in place, under the axes' lines and words that stay vectors.
 */
export function pageSvg(data: FigureData, look: Look, options: { dpi: number; fontsDir: string }): string {
  const option = figureOption(data, look)
  const all = seriesOf(option)
  const heavy = all.filter((series) => series.type === 'scatter' && (series.data?.length ?? 0) > 0)
  const marks = heavy.reduce((sum, series) => sum + (series.data?.length ?? 0), 0)
  const page = (content: string, layer = ''): string => withSize(withFonts(withLayer(content, layer), options.fontsDir), look)
  if (marks <= vectorMarkLimit) return page(render(option, look.size))
  const light = { ...option, series: all.map((series) => (heavy.includes(series) ? { ...series, data: [] } : series)) } as EChartsOption
  const picture = rasterise(marksOnly(option, look), {
    widthPx: Math.round((look.size.widthPx / 96) * options.dpi),
    fontFiles: [],
    systemFonts: false,
  })
  const { widthPx, heightPx } = look.size
  const href = `data:image/png;base64,${Buffer.from(picture).toString('base64')}`
  const layer = `<image x="0" y="0" width="${widthPx}" height="${heightPx}" preserveAspectRatio="none" data-marks="${marks}" href="${href}" xlink:href="${href}"/>`
  return page(render(light, look.size), layer)
}

/** The marks of a figure's scatter series alone, on nothing: what becomes the picture. */
export function marksOnly(option: EChartsOption, look: Look): string {
  const bare = (axis: unknown): unknown => [axis].flat().map((one) => ({ ...(one as object), show: false, name: '' }))
  return render(
    {
      ...option,
      backgroundColor: 'transparent',
      graphic: [],
      xAxis: bare(option.xAxis),
      yAxis: bare(option.yAxis),
      series: seriesOf(option).map((series) => (series.type === 'scatter' ? series : { ...series, data: [] })),
    } as EChartsOption,
    look.size,
  )
}

const seriesOf = (option: EChartsOption): Series[] => [option.series ?? []].flat() as Series[]

function render(option: EChartsOption, size: Look['size']): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: size.widthPx, height: size.heightPx })
  try {
    chart.setOption(option)
    return plain(chart.renderToSVGString())
  } finally {
    // without it the process never ends
    chart.dispose()
  }
}

/**
 * ECharts' SVG for other programs: no hover rules, the shift of text to its middle as dy because drawing programs do not
 * read dominant-baseline, and Chinese in runs of their own font.
 */
function plain(svg: string): string {
  return svg
    .replace(/<style\s*>[\s\S]*?<\/style>/g, '')
    .replace(/ class="[^"]*"/g, '')
    .replace(/ dominant-baseline="central"/g, ' dy="0.35em"')
    .replace(/ dominant-baseline="text-before-edge"/g, ' dy="0.85em"')
    .replace(/ (xml:space="preserve"|pointer-events="[a-z]+")/g, '')
    .replace(
      />([^<>]+)<\/text>/g,
      (_, words: string) => `>${words.replace(chineseRun, (run) => `<tspan style="font-family:${chineseFonts}">${run}</tspan>`)}</text>`,
    )
}

/** the typeface has none of these letters, and not every program looks further than the first font it finds */
const chineseRun = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+/g
const chineseFonts = "'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"

function withLayer(svg: string, layer: string): string {
  if (!layer) return svg
  // after the ground, which is the first shape
  const ground = /<rect [^>]*?(\/>|><\/rect>)/.exec(svg)
  const at = ground ? ground.index + ground[0].length : svg.indexOf('>') + 1
  return svg.slice(0, at) + layer + svg.slice(at)
}

function withFonts(svg: string, fontsDir: string): string {
  const rules = fontFaces(fontsDir, /font-weight:\s*bold|font-weight="bold"/.test(svg))
  const at = svg.indexOf('>') + 1
  return `${svg.slice(0, at)}<defs><style>${rules}</style></defs>${svg.slice(at)}`
}

function fontFaces(fontsDir: string, bold: boolean): string {
  const face = (file: string, weight: number): string =>
    `@font-face{font-family:'IBM Plex Sans';font-weight:${weight};src:url(data:font/ttf;base64,${readFileSync(join(fontsDir, file)).toString('base64')})}`
  return face('IBMPlexSans-Regular.ttf', 400) + (bold ? face('IBMPlexSans-Bold.ttf', 700) : '')
}

/** physical size; the viewBox keeps the CSS pixels inside */
function withSize(svg: string, look: Look): string {
  const { widthPx, heightPx } = look.size
  const mm = (px: number): string => `${Number((px / pxPerMm).toFixed(4))}mm`
  return svg.replace(
    /^<svg [^>]*>/,
    `<svg width="${mm(widthPx)}" height="${mm(heightPx)}" viewBox="0 0 ${widthPx} ${heightPx}" version="1.1" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">`,
  )
}
