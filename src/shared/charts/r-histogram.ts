import type { EChartsOption } from 'echarts'
import { counted } from '../locales/counted.ts'
import { axisTooltip, frame, gridAt, heading, valueAxis } from './frame.ts'
import { lineHeightPx, type Look } from './look.ts'
import { count, readable, textWidthPx } from './text.ts'

export type RHistogram = {
  /** counts of r over all windows, in equal bins from −1 to 1 */
  counts: Float64Array
  /** the smallest |r| that is an edge in any window; null where there is none */
  thresholdR: number | null
  pairCount: number
  windowCount: number
}

/** lower end of the log axis: an empty bin lies on it, a single pair shows */
const floor = 0.5

/** How r is distributed over all pairs and windows, the pairs that become edges in the accent colour; counts on a log scale. */
export function rHistogramOption(histogram: RHistogram, look: Look): EChartsOption {
  const { translate, colours } = look
  const head = heading(
    [
      translate(histogram.thresholdR === null ? 'charts.rHistogram.nWithoutEdges' : 'charts.rHistogram.n', {
        pairs: counted(translate, 'pairs', histogram.pairCount),
        windows: counted(translate, 'windows', histogram.windowCount),
      }),
    ],
    look,
  )
  const top = Math.max(10, ...histogram.counts)
  const decades = Math.ceil(Math.log10(top))
  const ticks = Array.from({ length: decades + 1 }, (_, k) => 10 ** k).filter((_, k) => decades <= 5 || k % 2 === 0)
  const label = (value: number): string => (value >= 1e4 ? `10${superscript(Math.round(Math.log10(value)))}` : count(value))
  const left = lineHeightPx(look) * 1.3 + Math.max(...ticks.map((tick) => textWidthPx(label(tick), look))) + look.textPx * 0.8
  const box = {
    left,
    top: head.heightPx,
    width: Math.max(20, look.size.widthPx - left - look.textPx * 1.2),
    height: Math.max(20, look.size.heightPx - head.heightPx - lineHeightPx(look) * 2.6),
  }
  const parts = splitAt(histogram)

  return {
    ...frame(look),
    ...axisTooltip(look, (hovered) => {
      const bin = binOf(hovered.value[0] ?? 0, histogram.counts.length)
      const width = 2 / histogram.counts.length
      return [
        translate('charts.rHistogram.bin', {
          from: readable(-1 + bin * width),
          to: readable(-1 + (bin + 1) * width),
          pairs: counted(translate, 'pairs', histogram.counts[bin] ?? 0),
        }),
      ]
    }),
    grid: gridAt(box),
    xAxis: valueAxis({ min: -1, max: 1, ticks: [-1, -0.5, 0, 0.5, 1], title: translate('charts.axis.r') }, look),
    yAxis: {
      ...valueAxis({ min: floor, max: 10 ** decades, ticks, title: translate('charts.axis.pairs') }, look, {
        nameGap: left - lineHeightPx(look) * 0.8,
        label,
      }),
      type: 'log',
    },
    series: parts.map((part) => ({
      type: 'line',
      id: part.id,
      data: part.steps,
      symbol: 'none',
      clip: true,
      silent: true,
      lineStyle: { width: 0 },
      areaStyle: { color: part.isEdge ? colours.accent : colours.secondary, opacity: part.isEdge ? 1 : 0.45, origin: 'start' },
    })),
    graphic: head.elements,
  } as EChartsOption
}

/** outlines of the bins as steps: left tail of edges, the rest, right tail of edges */
function splitAt(histogram: RHistogram): { id: string; isEdge: boolean; steps: [number, number][] }[] {
  const bins = histogram.counts.length
  const width = 2 / bins
  const theta = histogram.thresholdR ?? Infinity
  const piece = (id: string, isEdge: boolean, from: number, to: number): { id: string; isEdge: boolean; steps: [number, number][] } => {
    const steps: [number, number][] = []
    for (let bin = 0; bin < bins; bin++) {
      const start = Math.max(from, -1 + bin * width)
      const end = Math.min(to, -1 + (bin + 1) * width)
      const height = Math.max(floor, histogram.counts[bin]!)
      if (end > start) steps.push([start, height], [end, height])
    }
    return { id, isEdge, steps }
  }
  return [
    piece('negative edges', true, -1, -theta),
    piece('no edges', false, Math.max(-1, -theta), Math.min(1, theta)),
    piece('positive edges', true, theta, 1),
  ]
}

const binOf = (r: number, bins: number): number => Math.min(bins - 1, Math.max(0, Math.floor(((r + 1) / 2) * bins)))
const superscript = (value: number): string => [...String(value)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '').join('')
