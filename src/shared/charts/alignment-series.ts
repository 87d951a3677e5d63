import type { EChartsOption } from 'echarts'
import type { AlignmentSeriesData } from '../domain/figure.ts'
import { counted } from '../locales/counted.ts'
import { axisTooltip, finiteOrGap, frame, gridAt, heading, textAt, valueAxis, type Box } from './frame.ts'
import { lineHeightPx, type Look } from './look.ts'
import { readable, textWidthPx, tickLabel } from './text.ts'
import { finiteRange, niceTicks } from './ticks.ts'
import { windowCentresMin, windowText } from './windows.ts'

type Column = AlignmentSeriesData['columns'][number]
type Panel = {
  title: string
  says: string
  values: ArrayLike<number>
  band: { low: ArrayLike<number>; high: ArrayLike<number> } | null
  limits: { min: number; max: number; ticks: number[] }
}

/** A measure window by window, as recorded and rate-matched, each over the grey band of its null; below them the hit ratio. */
export function alignmentSeriesOption(data: AlignmentSeriesData, look: Look): EChartsOption {
  const head = heading(headLines(data, look), look),
    panels = panelsOf(data, look),
    centres = windowCentresMin(data)
  const labelPx = Math.max(...panels.flatMap(({ limits: { ticks } }) => ticks.map((tick) => textWidthPx(tickLabel(tick, ticks), look))))
  const left = lineHeightPx(look) * 1.3 + labelPx + look.textPx * 0.8
  const boxes = stacked(panels.length, head.heightPx, { left, look })
  const min = (data.windowStartS[0] ?? 0) / 60,
    max = Math.max(min + 1e-6, (data.windowEndS.at(-1) ?? 60) / 60)
  const x = {
    min,
    max,
    ticks: niceTicks(min, max, Math.max(2, Math.min(8, (boxes[0]?.width ?? 100) / (look.textPx * 5)))),
    title: look.translate('charts.axis.windowCentre'),
  }
  return {
    ...frame(look),
    ...axisTooltip(look, (hovered) => describe(data, panels, hovered.dataIndex, look)),
    grid: boxes.map(gridAt),
    xAxis: boxes.map((_, k) => valueAxis(x, look, { gridIndex: k, labels: k === boxes.length - 1 })),
    yAxis: boxes.map((box, k) =>
      valueAxis({ ...panels[k]!.limits, title: panels[k]!.title }, look, { gridIndex: k, nameGap: box.left - lineHeightPx(look) * 0.8 }),
    ),
    series: panels.flatMap((panel, k) => [
      ...bandSeries(panel, centres, k, look),
      {
        type: 'line',
        id: `values ${k}`,
        xAxisIndex: k,
        yAxisIndex: k,
        silent: look.medium === 'paper',
        data: centres.map((centre, t) => [centre, finiteOrGap(panel.values[t])]),
        symbol: 'circle',
        showSymbol: true,
        symbolSize: look.textPx * 0.42,
        lineStyle: { color: look.colours.accent, width: look.linePx },
        itemStyle: { color: look.colours.accent },
        z: 4,
      },
    ]),
    graphic: [
      ...head.elements,
      ...panels.map(({ says }, k) =>
        textAt(says, boxes[k]!.left + 2, boxes[k]!.top - lineHeightPx(look), look, { colour: look.colours.secondary }),
      ),
    ],
  } as EChartsOption
}

export const alignmentSeriesHeightPx = (data: AlignmentSeriesData, look: Look): number =>
  lineHeightPx(look) * 5 + (data.columns.length + 1) * Math.max(look.textPx * 9, look.size.widthPx * 0.16)

const hasBand = ({ nullLow }: Column): boolean => nullLow.some(Number.isFinite)

function headLines(data: AlignmentSeriesData, look: Look): string[] {
  const { translate } = look
  return [
    translate(`charts.measure.${data.measure}`),
    translate(data.columns.some(hasBand) ? 'charts.alignmentSeries.nWithBand' : 'charts.alignmentSeries.n', {
      windows: counted(translate, 'windows', data.hitRatio.length),
      seeds: counted(translate, 'seeds', data.columns[0]?.seedCount ?? 0),
    }),
  ]
}

function panelsOf(data: AlignmentSeriesData, look: Look): Panel[] {
  const { translate } = look
  // one axis for both columns, so that they can be compared
  const limits = limitsOf(...data.columns.flatMap(({ perWindow, nullLow, nullHigh }) => [perWindow, nullLow, nullHigh]))
  const own = data.columns.map((column): Panel => ({
    title: translate(`charts.measureShort.${data.measure}`),
    says: `${translate(`charts.alignmentColumn.${column.column}`)} · ${correlationText(column, look)}`,
    values: column.perWindow,
    band: hasBand(column) ? { low: column.nullLow, high: column.nullHigh } : null,
    limits,
  }))
  const hits: Panel = {
    title: translate('charts.axis.hitRatio'),
    says: translate('charts.alignmentSeries.performance'),
    values: data.hitRatio,
    band: null,
    limits: { min: 0, max: 1, ticks: [0, 0.5, 1] },
  }
  return [...own, hits]
}

/** ρ with the hit ratio beside its null of turned event trains. */
function correlationText({ rho, p, null95 }: Column, look: Look): string {
  if (rho === null) return look.translate('charts.alignmentSeries.noRho')
  const band = null95 ? look.translate('charts.alignmentSeries.nullBand', { low: readable(null95[0]), high: readable(null95[1]) }) : ''
  return [look.translate('charts.alignmentSeries.rho', { rho: readable(rho) }), band, p === null ? '' : `p = ${readable(p)}`]
    .filter((part) => part !== '')
    .join(', ')
}

function limitsOf(...parts: readonly ArrayLike<number>[]): Panel['limits'] {
  const ranges = parts.flatMap((part) => finiteRange(part) ?? [])
  const low = Math.min(...ranges.map(({ min }) => min)),
    high = Math.max(...ranges.map(({ max }) => max))
  if (ranges.length === 0) return { min: 0, max: 1, ticks: [0, 1] }
  const room = (high - low || Math.abs(high) || 1) * 0.08
  return { min: low - room, max: high + room, ticks: niceTicks(low - room, high + room, 4) }
}

/** The null as a grey band: a transparent line at its lower edge and a filled one as high as the band on top of it. */
function bandSeries({ band }: Panel, centres: readonly number[], k: number, look: Look): Record<string, unknown>[] {
  if (!band) return []
  const common = {
    type: 'line',
    xAxisIndex: k,
    yAxisIndex: k,
    silent: true,
    symbol: 'none',
    stack: `band ${k}`,
    stackStrategy: 'all',
    lineStyle: { width: 0 },
    z: 1,
  }
  return [
    { ...common, id: `band low ${k}`, data: centres.map((centre, t) => [centre, finiteOrGap(band.low[t])]) },
    {
      ...common,
      id: `band ${k}`,
      data: centres.map((centre, t) => [centre, finiteOrGap(band.high[t]! - band.low[t]!)]),
      areaStyle: { color: look.colours.context, opacity: 0.8 },
    },
  ]
}

function stacked(panelCount: number, topPx: number, { left, look }: { left: number; look: Look }): Box[] {
  const gap = lineHeightPx(look) * 1.6,
    free = look.size.heightPx - topPx - lineHeightPx(look) * 3.6,
    height = Math.max(24, (free - gap * (panelCount - 1)) / panelCount)
  return Array.from({ length: panelCount }, (_, k) => ({
    left,
    top: topPx + lineHeightPx(look) + k * (height + gap),
    width: Math.max(20, look.size.widthPx - left - look.textPx),
    height,
  }))
}

const describe = (data: AlignmentSeriesData, panels: readonly Panel[], window: number, look: Look): string[] => [
  windowText(data, window, look),
  ...panels.map((panel, k) => {
    const name = data.columns[k] ? look.translate(`charts.alignmentColumn.${data.columns[k].column}`) : panel.title
    return `${name}: ${Number.isFinite(panel.values[window]) ? readable(Number(panel.values[window])) : look.translate('charts.withoutValue')}`
  }),
]
