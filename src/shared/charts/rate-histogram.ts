import type { EChartsOption } from 'echarts'
import { counted } from '../locales/counted.ts'
import { frame, gridAt, heading, valueAxis } from './frame.ts'
import { lineHeightPx, type Look } from './look.ts'
import { count, textWidthPx } from './text.ts'
import { niceMax, niceTicks } from './ticks.ts'

const binsPerDecade = 10

/**
 * How many channels fire how fast; rates on a log scale, silent channels named above.
 * @param rateHz [channels]
 */
export function rateHistogramOption(rateHz: Float32Array, look: Look): EChartsOption {
  const { translate, colours } = look
  const { counts, firstDecade, lastDecade, silentCount } = rateHistogram(rateHz)
  const lines = [translate('charts.rateHistogram.n', { channels: counted(translate, 'channels', rateHz.length) })]
  if (silentCount > 0) lines.push(translate('charts.rateHistogram.silent', { channels: counted(translate, 'silentChannels', silentCount) }))
  const head = heading(lines, look)
  const top = niceMax(Math.max(1, ...counts), 3)
  const yTicks = niceTicks(0, top, 3).filter(Number.isInteger)
  const xTicks = Array.from({ length: lastDecade - firstDecade + 1 }, (_, k) => firstDecade + k)
  const left = lineHeightPx(look) * 1.3 + Math.max(...yTicks.map((tick) => textWidthPx(count(tick), look))) + look.textPx * 0.8
  const box = {
    left,
    top: head.heightPx,
    width: Math.max(20, look.size.widthPx - left - look.textPx * 1.6),
    height: Math.max(20, look.size.heightPx - head.heightPx - lineHeightPx(look) * 2.6),
  }
  const steps = Array.from(counts).flatMap((height, bin): [number, number][] => [
    [firstDecade + bin / binsPerDecade, height],
    [firstDecade + (bin + 1) / binsPerDecade, height],
  ])

  return {
    ...frame(look),
    grid: gridAt(box),
    xAxis: valueAxis({ min: firstDecade, max: lastDecade, ticks: xTicks, title: translate('charts.axis.rateHz') }, look, {
      label: (decade) => String(Number((10 ** decade).toPrecision(1))),
    }),
    yAxis: valueAxis({ min: 0, max: top, ticks: yTicks, title: translate('charts.axis.channels') }, look, {
      nameGap: left - lineHeightPx(look) * 0.8,
    }),
    series: [
      {
        type: 'line',
        id: 'rates',
        data: [[firstDecade, 0], ...steps, [lastDecade, 0]],
        symbol: 'none',
        silent: true,
        lineStyle: { width: look.linePx, color: colours.secondary },
        areaStyle: { color: colours.secondary, opacity: 0.35, origin: 'start' },
      },
    ],
    graphic: head.elements,
  } as EChartsOption
}

/**
 * Channels in equal bins of log₁₀ rate.
 * @returns counts from 10^firstDecade to 10^lastDecade Hz, a tenth of a decade each; channels without spikes apart
 */
export function rateHistogram(rateHz: Float32Array): { counts: Int32Array; firstDecade: number; lastDecade: number; silentCount: number } {
  const decades = Array.from(rateHz)
    .filter((rate) => rate > 0)
    .map(Math.log10)
  const firstDecade = decades.length > 0 ? Math.floor(decades.reduce((a, b) => Math.min(a, b))) : -2
  const lastDecade = decades.length > 0 ? Math.max(firstDecade + 1, Math.ceil(decades.reduce((a, b) => Math.max(a, b)))) : 1
  const counts = new Int32Array((lastDecade - firstDecade) * binsPerDecade)
  for (const decade of decades) counts[Math.min(counts.length - 1, Math.floor((decade - firstDecade) * binsPerDecade))]!++
  return { counts, firstDecade, lastDecade, silentCount: rateHz.length - decades.length }
}
