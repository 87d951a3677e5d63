import type { EChartsOption } from 'echarts'
import type { BehaviourPreview } from '../domain/behaviour.ts'
import { frame, gridAt, heading, markTooltip, valueAxis, type Box } from './frame.ts'
import { lineHeightPx, type Look } from './look.ts'
import { okabeIto } from './palette.ts'
import { count, elided, readable, textWidthPx } from './text.ts'
import { niceTicks } from './ticks.ts'

const labelPx = 170

/** Events as ticks on the time of the recording, a row for each kind with how many there are. */
export function eventTimelineOption(
  { times, startS, endS }: { times: BehaviourPreview['times']; startS: number; endS: number },
  nameOf: (name: string) => string,
  look: Look,
): EChartsOption {
  const { translate } = look
  const labels = times.map(({ name, count: n }) => `${elided(nameOf(name), labelPx, look)} (${count(n)})`)
  const head = heading([translate('charts.events.title')], look)
  const left = Math.max(0, ...labels.map((label) => textWidthPx(label, look))) + look.textPx
  const box: Box = {
    left,
    top: head.heightPx,
    width: Math.max(20, look.size.widthPx - left - textWidthPx(readable(endS), look) / 2 - 2),
    height: Math.max(20, look.size.heightPx - head.heightPx - lineHeightPx(look) * 2.6),
  }
  const rowPx = box.height / Math.max(1, times.length)
  return {
    ...frame(look),
    ...markTooltip(look, ([second, row]) => [nameOf(times[row ?? 0]?.name ?? ''), `${readable(second ?? 0)} s`]),
    grid: gridAt(box),
    xAxis: valueAxis(
      {
        min: startS,
        max: endS,
        ticks: niceTicks(startS, endS, Math.max(2, box.width / (look.textPx * 7))),
        title: translate('charts.axis.timeS'),
      },
      look,
    ),
    yAxis: {
      ...valueAxis({ min: -0.5, max: times.length - 0.5, ticks: times.map((_, row) => row), title: '' }, look, {
        label: (row) => labels[row] ?? '',
      }),
      inverse: true,
    },
    series: times.map(({ name, timesS }, row) => ({
      type: 'scatter',
      id: `events ${name}`,
      data: Array.from(timesS, (timeS) => [timeS, row]),
      symbol: 'rect',
      symbolSize: [Math.max(1, look.linePx), Math.max(4, Math.min(22, rowPx * 0.7))],
      itemStyle: { color: okabeIto[row % okabeIto.length], opacity: 0.85 },
    })),
    graphic: head.elements,
  } as EChartsOption
}
