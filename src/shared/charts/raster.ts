import type { EChartsOption } from 'echarts'
import type { RasterData } from '../domain/figure.ts'
import { counted } from '../locales/counted.ts'
import { channelGroups } from './channels.ts'
import { frame, gridAt, heading, key, keyWidthPx, ringSeries, markTooltip, valueAxis, type Box } from './frame.ts'
import { lineHeightPx, type Look } from './look.ts'
import { elided, readable, textWidthPx } from './text.ts'
import { niceTicks } from './ticks.ts'

/** Spikes as ticks, a row a channel, the busiest on top; rows in the colours of their regions. */
export function rasterOption(data: RasterData, look: Look): EChartsOption {
  const { translate } = look
  const rows = data.channelLabels.length
  const head = heading(
    [
      translate('charts.raster.n', {
        channels: counted(translate, 'channels', rows),
        spikes: counted(translate, 'spikes', data.spikeS.length),
      }),
    ],
    look,
  )
  const groups = channelGroups(data.regions, data.regionOfChannel, look)
  const named = groups.filter((group) => group.label !== '')
  const keyPx = keyWidthPx(
    named.map((group) => elided(group.label, 140, look)),
    look,
  )
  const bottom = lineHeightPx(look) * 2.6
  const height = Math.max(20, look.size.heightPx - head.heightPx - bottom)
  const rowPx = height / Math.max(1, rows)
  const namesRows = rowPx >= look.textPx * 1.15
  const left = lineHeightPx(look) * 1.2 + (namesRows ? labelPx(data, look) : textWidthPx(String(rows), look)) + look.textPx
  // the last tick's label is centred on the end of the axis
  const right = Math.max(keyPx > 0 ? keyPx + look.textPx * 1.5 : look.textPx, textWidthPx(readable(data.toS), look) / 2 + 2)
  const box: Box = { left, top: head.heightPx, height, width: Math.max(20, look.size.widthPx - left - right) }
  const rowTicks = namesRows ? data.channelLabels.map((_, row) => row) : niceTicks(1, rows, 5).map((tick) => Math.max(1, tick) - 1)
  const rowLabel = (row: number): string => (namesRows ? elided(data.channelLabels[row] ?? '', labelPx(data, look), look) : String(row + 1))

  return {
    ...frame(look),
    ...markTooltip(look, ([second, row]) => [data.channelLabels[row ?? 0] ?? '', `${readable(second ?? 0)} s`]),
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
      ...valueAxis({ min: -0.5, max: Math.max(rows, 1) - 0.5, ticks: rowTicks, title: translate('charts.axis.channelsBusiest') }, look, {
        nameGap: box.left - lineHeightPx(look),
        label: rowLabel,
      }),
      inverse: true,
    },
    series: groups.map((group) => ({
      type: 'scatter',
      name: group.label,
      id: `region ${group.regionIndex}`,
      clip: true,
      data: spikesOf(data, group.regionIndex, groups.length === 1),
      symbol: 'rect',
      symbolSize: [Math.max(0.8, look.linePx * 0.8), Math.max(1, rowPx * 0.72)],
      itemStyle: { opacity: 1, color: groups.length === 1 ? look.colours.text : group.colour },
      large: look.medium === 'screen',
      largeThreshold: 1500,
      progressive: 0,
    })),
    graphic: [
      ...head.elements,
      ...key(
        named.map((group) => ({ ...group, label: elided(group.label, 140, look) })),
        { left: box.left + box.width + look.textPx, top: box.top },
        look,
      ),
    ],
  } as EChartsOption
}

/** The row of a channel marked. */
export function rasterRing(data: RasterData, look: Look, label: string | null): EChartsOption {
  const row = label === null ? -1 : data.channelLabels.indexOf(label)
  const band = ringSeries(
    row < 0
      ? []
      : [
          [data.fromS, row],
          [data.toS, row],
        ],
    look,
  )
  return {
    series: [{ ...band, showSymbol: false, lineStyle: { color: look.colours.accent, width: look.textPx * 0.9, opacity: 0.22 } }],
  } as EChartsOption
}

/** Enough for rows that can be told apart, within a column's usual proportions. */
export const rasterHeightPx = (data: RasterData, look: Look): number =>
  Math.min(
    look.size.widthPx * 1.2,
    Math.max(look.size.widthPx * 0.55, lineHeightPx(look) * 5 + data.channelLabels.length * look.textPx * 0.42),
  )

const labelPx = (data: RasterData, look: Look): number =>
  Math.min(look.size.widthPx * 0.2, Math.max(0, ...data.channelLabels.map((label) => textWidthPx(label, look))))

function spikesOf(data: RasterData, regionIndex: number, all: boolean): [number, number][] {
  const spikes: [number, number][] = []
  for (let i = 0; i < data.spikeS.length; i++) {
    const row = data.spikeRow[i]!
    if (all || data.regionOfChannel[row] === regionIndex) spikes.push([data.spikeS[i]!, row])
  }
  return spikes
}
