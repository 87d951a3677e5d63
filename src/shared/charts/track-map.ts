import type { EChartsOption } from 'echarts'
import { frame, gridAt, heading, valueAxis, type Box } from './frame.ts'
import { lineHeightPx, type Look } from './look.ts'
import { divergingColour } from './palette.ts'
import { textWidthPx, tickLabel } from './text.ts'
import { finiteRange, niceTicks } from './ticks.ts'

export type TrackMap = {
  /** [samples] each, in the unit of the file */
  x: Float64Array
  y: Float64Array
  unit: string
  /** the track runs along this axis from A to B; `zone` is the length of an end zone in the same unit */
  axis: 'x' | 'y'
  endA: number
  endB: number
  zone: number
}

/** Where the animal was, seen from above, with the two ends of its track and their zones. */
export function trackMapOption({ x, y, unit, axis, endA, endB, zone }: TrackMap, look: Look): EChartsOption {
  const { translate, colours } = look
  const [xs, ys] = [finiteRange(x) ?? { min: 0, max: 1 }, finiteRange(y) ?? { min: 0, max: 1 }]
  // A straight track is a line: across it the picture shows at least a fifth of its length.
  const least = 0.2 * Math.max(xs.max - xs.min, ys.max - ys.min)
  const room = (range: { min: number; max: number }, also: number[]): { min: number; max: number } => {
    const [min, max] = [Math.min(range.min, ...also), Math.max(range.max, ...also)]
    const edge = Math.max(0.04 * (max - min || 1), (least - (max - min)) / 2)
    return { min: min - edge, max: max + edge }
  }
  const xRange = room(xs, axis === 'x' ? [endA, endB] : []),
    yRange = room(ys, axis === 'y' ? [endA, endB] : [])
  const head = heading([translate('charts.track.title')], look)
  const yTicks = niceTicks(yRange.min, yRange.max, 4)
  const left = lineHeightPx(look) * 1.3 + Math.max(...yTicks.map((tick) => textWidthPx(tickLabel(tick, yTicks), look))) + look.textPx
  const box: Box = {
    left,
    top: head.heightPx + lineHeightPx(look),
    width: Math.max(20, look.size.widthPx - left - look.textPx * 2),
    height: Math.max(20, look.size.heightPx - head.heightPx - lineHeightPx(look) * 3.6),
  }
  const direction = endB >= endA ? 1 : -1
  const ends = [
    { name: 'A', from: endA, to: endA + direction * zone, colour: divergingColour(0.15, look.ground) },
    { name: 'B', from: endB - direction * zone, to: endB, colour: divergingColour(0.85, look.ground) },
  ]
  const at = (value: number): Record<string, number> => (axis === 'x' ? { xAxis: value } : { yAxis: value })
  return {
    ...frame(look),
    grid: gridAt(box),
    xAxis: valueAxis({ ...xRange, ticks: niceTicks(xRange.min, xRange.max, 6), title: `x (${unit})` }, look),
    yAxis: valueAxis({ ...yRange, ticks: yTicks, title: `y (${unit})` }, look, { nameGap: left - lineHeightPx(look) }),
    series: [
      {
        type: 'line',
        id: 'path',
        data: Array.from(x, (value, s) => [value, y[s]!]),
        symbol: 'none',
        silent: true,
        lineStyle: { width: look.linePx * 0.7, color: colours.secondary, opacity: 0.5 },
        markArea: {
          silent: true,
          data: ends.map(({ name, from, to, colour }) => [
            { ...at(from), name, itemStyle: { color: colour, opacity: 0.22 }, label: { color: colours.text, fontSize: look.textPx } },
            at(to),
          ]),
        },
      },
    ],
    graphic: head.elements,
  } as EChartsOption
}
