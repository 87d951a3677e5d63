import type { EChartsOption } from 'echarts'
import type { TracesData } from '../domain/figure.ts'
import { counted } from '../locales/counted.ts'
import { channelGroups } from './channels.ts'
import { frame, gridAt, heading, key, keyWidthPx, ringSeries, markTooltip, valueAxis, type Box } from './frame.ts'
import { lineHeightPx, type Look } from './look.ts'
import { elided, readable, textWidthPx } from './text.ts'
import { niceTicks } from './ticks.ts'

/** Share of its row that a trace spans between its lowest and highest value. */
const rowShare = 0.86

/** Traces one below the other, each on a scale of its own, the liveliest channels in their own order; in the colours of their regions. */
export function tracesOption(data: TracesData, look: Look): EChartsOption {
  const { translate } = look
  const rows = data.channelLabels.length
  const head = heading(
    [
      translate('charts.traces.n', {
        channels: counted(translate, 'channels', rows),
        samples: counted(translate, 'samples', data.timesS.length),
      }),
    ],
    look,
  )
  const groups = channelGroups(data.regions, data.regionOfChannel, look)
  const named = groups.filter((group) => group.label !== '').map((group) => ({ ...group, label: elided(group.label, 140, look) }))
  const keyPx = keyWidthPx(
    named.map(({ label }) => label),
    look,
  )
  const height = Math.max(20, look.size.heightPx - head.heightPx - lineHeightPx(look) * 2.6)
  const namesRows = height / Math.max(1, rows) >= look.textPx * 1.15
  const names = namesRows ? labelPx(data, look) : textWidthPx(String(rows), look)
  const left = lineHeightPx(look) * 1.2 + names + look.textPx
  const right = Math.max(keyPx > 0 ? keyPx + look.textPx * 1.5 : look.textPx, textWidthPx(readable(data.toS), look) / 2 + 2)
  const box: Box = { left, top: head.heightPx, height, width: Math.max(20, look.size.widthPx - left - right) }
  const rowTicks = namesRows ? data.channelLabels.map((_, row) => row) : niceTicks(1, rows, 5).map((tick) => Math.max(1, tick) - 1)
  const colourOf = new Map(groups.map((group) => [group.regionIndex, group.colour]))
  return {
    ...frame(look),
    ...markTooltip(look, ([second, , value, row]) => [
      data.channelLabels[row ?? 0] ?? '',
      `${readable(second ?? 0)} s`,
      readable(value ?? NaN),
    ]),
    grid: gridAt(box),
    xAxis: valueAxis(
      {
        min: data.fromS,
        max: data.toS,
        ticks: niceTicks(data.fromS, data.toS, Math.max(2, box.width / (look.textPx * 6))),
        title: translate('charts.axis.timeS'),
      },
      look,
    ),
    yAxis: {
      ...valueAxis({ min: -0.5, max: Math.max(rows, 1) - 0.5, ticks: rowTicks, title: translate('charts.axis.channelsOwnScale') }, look, {
        nameGap: box.left - lineHeightPx(look),
        label: (row) => (namesRows ? elided(data.channelLabels[row] ?? '', labelPx(data, look), look) : String(row + 1)),
      }),
      inverse: true,
    },
    series: data.channelLabels.map((label, row) => ({
      type: 'line',
      name: label,
      id: `channel ${row}`,
      clip: true,
      data: pointsOf(data, row),
      showSymbol: false,
      symbolSize: look.textPx * 0.5,
      lineStyle: {
        width: Math.max(0.5, look.linePx * 0.8),
        color: groups.length === 1 ? look.colours.text : colourOf.get(data.regionOfChannel[row] ?? -1),
      },
      itemStyle: { color: groups.length === 1 ? look.colours.text : colourOf.get(data.regionOfChannel[row] ?? -1) },
      progressive: 0,
    })),
    graphic: [...head.elements, ...key(named, { left: box.left + box.width + look.textPx, top: box.top }, look)],
  } as EChartsOption
}

/** The row of a channel marked. */
export function tracesRing(data: TracesData, look: Look, label: string | null): EChartsOption {
  const row = label === null ? -1 : data.channelLabels.indexOf(label)
  const ends = [data.fromS, data.toS].map((second) => [second, row])
  const band = ringSeries(row < 0 ? [] : ends, look)
  return {
    series: [{ ...band, showSymbol: false, lineStyle: { color: look.colours.accent, width: look.textPx * 0.9, opacity: 0.22 } }],
  } as EChartsOption
}

/** Enough for rows that can be told apart, within a column's usual proportions. */
export const tracesHeightPx = (data: TracesData, look: Look): number =>
  Math.min(
    look.size.widthPx * 1.2,
    Math.max(look.size.widthPx * 0.55, lineHeightPx(look) * 5 + data.channelLabels.length * look.textPx * 0.8),
  )

const labelPx = (data: TracesData, look: Look): number =>
  Math.min(look.size.widthPx * 0.2, Math.max(0, ...data.channelLabels.map((label) => textWidthPx(label, look))))

/** Time, height in rows, value and row of every sample shown; a trace that does not change lies in the middle of its row. */
function pointsOf({ timesS, values }: TracesData, row: number): [number, number, number, number][] {
  const trace = values.subarray(row * timesS.length, (row + 1) * timesS.length)
  let [low, high] = [Infinity, -Infinity]
  for (const value of trace) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const span = high - low
  return Array.from(timesS, (second, s) => {
    const value = trace[s]!
    return [second, span > 0 ? row + rowShare * (0.5 - (value - low) / span) : row, value, row]
  })
}
