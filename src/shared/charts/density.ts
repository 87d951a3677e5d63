import type { EChartsOption } from 'echarts'
import type { DensityData } from '../domain/figure.ts'
import { counted } from '../locales/counted.ts'
import { axisTooltip, endLabels, finiteOrGap, frame, gridAt, heading, lastFinite, valueAxis, type Box } from './frame.ts'
import { lineHeightPx, type Look } from './look.ts'
import { readable, textWidthPx, tickLabel } from './text.ts'
import { finiteRange, niceMax, niceTicks } from './ticks.ts'
import { windowCentresMin, windowText } from './windows.ts'

type Line = { name: string; values: ArrayLike<number>; colour: string; dashed?: boolean }
type Panel = { title: string; share: number; lines: Line[]; /** counts: no ticks between whole numbers */ isCount?: boolean }

/** Density window by window; below it what it comes from: |r| and the smallest |r| of an edge, the mean rate, silent channels. */
export function densityOption(data: DensityData, look: Look): EChartsOption {
  const head = heading(headLines(data, look), look)
  const panels = panelsOf(data, look)
  const scales = panels.map((panel) => scaleOf(panel))
  const labelPx = Math.max(...scales.flatMap(({ ticks }) => ticks.map((tick) => textWidthPx(tickLabel(tick, ticks), look))))
  const left = lineHeightPx(look) * 1.3 + labelPx + look.textPx * 0.8
  const named = panels.some((panel) => panel.lines.length > 1)
  const right = named
    ? Math.max(...panels.flatMap((panel) => (panel.lines.length > 1 ? panel.lines.map((line) => textWidthPx(line.name, look)) : [0]))) +
      look.textPx
    : look.textPx
  const boxes = stack(
    panels.map((panel) => panel.share),
    {
      left,
      top: head.heightPx,
      width: Math.max(20, look.size.widthPx - left - right),
      height: look.size.heightPx - head.heightPx - lineHeightPx(look) * 2.6,
    },
    look,
  )
  const x = timeLimits(data, boxes[0]?.width ?? 100, look)
  const centres = windowCentresMin(data)

  return {
    ...frame(look),
    ...axisTooltip(look, (hovered) => describeWindow(data, panels, hovered.dataIndex, look)),
    grid: boxes.map(gridAt),
    xAxis: boxes.map((_, k) => valueAxis(x, look, { gridIndex: k, labels: k === boxes.length - 1 })),
    yAxis: boxes.map((box, k) =>
      valueAxis({ ...(scales[k] ?? { min: 0, max: 1, ticks: [0, 1] }), title: panels[k]?.title ?? '' }, look, {
        gridIndex: k,
        nameGap: box.left - lineHeightPx(look) * 0.8,
      }),
    ),
    series: panels.flatMap((panel, k) =>
      panel.lines.map((line) => ({
        type: 'line',
        name: line.name,
        xAxisIndex: k,
        yAxisIndex: k,
        silent: look.medium === 'paper',
        data: centres.map((centre, window) => [centre, finiteOrGap(line.values[window])]),
        symbol: 'circle',
        showSymbol: true,
        symbolSize: Math.max(2, Math.min(look.textPx * 0.4, ((boxes[k]?.width ?? 100) / Math.max(1, centres.length)) * 0.7)),
        lineStyle: { color: line.colour, width: look.linePx, type: line.dashed ? 'dashed' : 'solid' },
        itemStyle: { color: line.colour },
        clip: false,
      })),
    ),
    graphic: [...head.elements, ...panels.flatMap((panel, k) => namesOf(panel, boxes[k], scales[k], look))],
  } as EChartsOption
}

/** Taller than wide in a narrow column, flatter on a page. */
export const densityHeightPx = (_data: DensityData, look: Look): number => Math.max(look.textPx * 32, look.size.widthPx * 0.62)

function headLines(data: DensityData, look: Look): string[] {
  return [
    look.translate(`charts.density.${data.rule}`),
    look.translate('charts.density.n', {
      channels: counted(look.translate, 'channels', data.channelCount),
      windows: counted(look.translate, 'windows', data.density.length),
    }),
  ]
}

function panelsOf(data: DensityData, look: Look): Panel[] {
  const { translate, colours } = look,
    ofTraces = data.modality === 'traces'
  return [
    {
      title: translate('charts.axis.density'),
      share: 1.6,
      lines: [{ name: translate('charts.axis.density'), values: data.density, colour: colours.accent }],
    },
    {
      title: translate('charts.axis.absoluteR'),
      share: 1,
      lines: [
        { name: translate('charts.density.threshold'), values: data.thresholdR, colour: colours.text, dashed: true },
        { name: translate('charts.density.mean'), values: data.meanAbsoluteR, colour: colours.accent },
      ],
    },
    {
      title: translate(ofTraces ? 'charts.axis.meanSignal' : 'charts.axis.rateHz'),
      share: 0.8,
      lines: [
        {
          name: translate(ofTraces ? 'charts.density.meanSignal' : 'charts.density.meanRate'),
          values: data.meanRateHz,
          colour: colours.accent,
        },
      ],
    },
    {
      title: translate(ofTraces ? 'charts.axis.unchanging' : 'charts.axis.silent'),
      share: 0.8,
      isCount: true,
      lines: [
        {
          name: translate(ofTraces ? 'charts.density.unchanging' : 'charts.density.silent'),
          values: data.silentChannelCount,
          colour: colours.accent,
        },
      ],
    },
  ]
}

function scaleOf(panel: Panel): { min: number; max: number; ticks: number[] } {
  const ranges = panel.lines.map((line) => finiteRange(line.values) ?? { min: 0, max: 0 }),
    top = Math.max(0, ...ranges.map(({ max }) => max)),
    bottom = Math.min(0, ...ranges.map(({ min }) => min))
  const wanted = panel.share > 1 ? 4 : 2
  const max = niceMax(panel.isCount ? Math.max(top, 2) : top, wanted)
  // only traces go below zero
  const min = bottom < 0 ? -niceMax(-bottom, wanted) : 0
  return { min, max, ticks: niceTicks(min, max, min < 0 ? wanted + 1 : wanted) }
}

function timeLimits(data: DensityData, widthPx: number, look: Look): { min: number; max: number; ticks: number[]; title: string } {
  const min = (data.windowStartS[0] ?? 0) / 60
  const max = Math.max(min + 1e-6, (data.windowEndS.at(-1) ?? 60) / 60)
  return {
    min,
    max,
    ticks: niceTicks(min, max, Math.max(2, Math.min(8, widthPx / (look.textPx * 5)))),
    title: look.translate('charts.axis.windowCentre'),
  }
}

function stack(shares: readonly number[], room: Box, look: Look): Box[] {
  const gap = look.textPx * 1.5
  const sum = shares.reduce((a, b) => a + b, 0)
  const free = Math.max(20 * shares.length, room.height - gap * (shares.length - 1))
  let top = room.top
  return shares.map((share) => {
    const box = { left: room.left, top, width: room.width, height: (free * share) / sum }
    top += box.height + gap
    return box
  })
}

/** where a panel has more than one line they are named at their ends */
function namesOf(
  panel: Panel,
  box: Box | undefined,
  scale: { min: number; max: number } | undefined,
  look: Look,
): ReturnType<typeof endLabels> {
  if (!box || !scale || panel.lines.length < 2) return []
  return endLabels(
    panel.lines.flatMap((line) => {
      const last = lastFinite(line.values)
      return last === null ? [] : [{ ...line, share: (last - scale.min) / (scale.max - scale.min) }]
    }),
    box,
    look,
  )
}

const describeWindow = (data: DensityData, panels: readonly Panel[], window: number, look: Look): string[] => [
  windowText(data, window, look),
  ...panels.flatMap((panel) => panel.lines.map((line) => `${line.name}: ${readable(Number(line.values[window]))}`)),
]
