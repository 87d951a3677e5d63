import type { EChartsOption } from 'echarts'
import type { LossData } from '../domain/figure.ts'
import { counted } from '../locales/counted.ts'
import { axisTooltip, endLabels, finiteOrGap, frame, gridAt, heading, lastFinite, valueAxis, type AxisLimits, type Box } from './frame.ts'
import { lineHeightPx, type Look } from './look.ts'
import { readable, textWidthPx, tickLabel } from './text.ts'
import { finiteRange, niceMax, niceTicks } from './ticks.ts'

type Line = { name: string; values: number[]; colour: string; bold?: boolean }

/**
 * The loss over epochs. Where it is a bound, its terms: above total and NLL with the level of chance (all logits 0: T · log 2),
 * below the β-weighted KL, which is much smaller and has an axis of its own. Other losses have no terms and no such level.
 */
export function lossOption(data: LossData, look: Look): EChartsOption {
  const { translate, colours } = look
  const terms = lossTerms(data),
    isBound = data.of === 'bound'
  const chance: Line[] = isBound
    ? [{ name: translate('charts.loss.chance'), values: [data.snapshotCount * Math.LN2], colour: colours.secondary }]
    : []
  const upper: Line[] = isBound
    ? [
        { name: translate('charts.loss.total'), values: terms.total, colour: colours.text, bold: true },
        { name: translate('charts.loss.nll'), values: terms.nll, colour: colours.accent },
      ]
    : [{ name: translate('charts.loss.loss'), values: terms.total, colour: colours.accent }]
  const lower: Line[] = isBound ? [{ name: translate('charts.loss.kl'), values: terms.weightedKl, colour: '#d55e00' }] : []
  const head = heading(
    [
      translate(isBound ? 'charts.loss.n' : 'charts.loss.nOfBatches', {
        epochs: counted(translate, 'epochs', terms.total.length),
        snapshots: counted(translate, 'snapshots', data.snapshotCount),
      }),
    ],
    look,
  )
  const upperAxis = lossAxis([...upper, ...chance].flatMap(({ values }) => values))
  const klMax = niceMax(finiteRange(terms.weightedKl)?.max ?? 1, 2)
  const lowerAxis = { min: 0, max: klMax, ticks: niceTicks(0, klMax, 2), logarithmic: false }
  const right = Math.max(...[...upper, ...lower, ...chance].map(({ name }) => textWidthPx(name, look))) + look.textPx
  const axes = isBound ? [upperAxis, lowerAxis] : [upperAxis]
  const labelPx = Math.max(...axes.flatMap(({ ticks }) => ticks.map((tick) => textWidthPx(tickLabel(tick, ticks), look))))
  const left = lineHeightPx(look) * 1.3 + labelPx + look.textPx * 0.8
  const bottom = lineHeightPx(look) * 2.6
  const gap = isBound ? look.textPx * 1.5 : 0,
    upperShare = isBound ? 0.7 : 1
  const plotPx = Math.max(40, look.size.heightPx - head.heightPx - bottom - gap)
  const width = Math.max(20, look.size.widthPx - left - right)
  const upperBox: Box = { left, top: head.heightPx, width, height: plotPx * upperShare },
    lowerBox: Box = { left, top: head.heightPx + plotPx * 0.7 + gap, width, height: plotPx * 0.3 }
  const boxes = isBound ? [upperBox, lowerBox] : [upperBox]
  const x = epochAxis(data, width, look)
  const y = [
    { ...upperAxis, title: translate(`charts.axis.lossOf.${data.of}`) },
    { ...lowerAxis, title: translate('charts.axis.kl') },
  ].slice(0, boxes.length)

  return {
    ...frame(look),
    ...axisTooltip(look, (hovered) => describeEpoch([...upper, ...lower], Math.max(1, Math.round(hovered.value[0] ?? 1)), look)),
    grid: boxes.map(gridAt),
    xAxis: boxes.map((_, k) => valueAxis(x, look, { gridIndex: k, labels: k === boxes.length - 1 })),
    yAxis: y.map((axis, k) => ({
      ...valueAxis(axis, look, { gridIndex: k, nameGap: left - lineHeightPx(look) * 0.8 }),
      ...(axis.logarithmic ? { type: 'log' } : {}),
    })),
    series: [
      ...upper.map((line) => lineSeries(line, 0, look)),
      ...lower.map((line) => lineSeries(line, 1, look)),
      ...chance.map(({ name, values, colour }) => ({
        id: 'chance',
        type: 'line',
        name,
        xAxisIndex: 0,
        yAxisIndex: 0,
        silent: true,
        symbol: 'none',
        data: [x.min, x.max].map((epoch) => [epoch, values[0]]),
        lineStyle: { color: colour, width: look.linePx, type: 'dashed' },
      })),
    ],
    graphic: [...head.elements, ...namesOf([...upper, ...chance], upperBox, upperAxis, look), ...namesOf(lower, lowerBox, lowerAxis, look)],
  } as EChartsOption
}

export const lossHeightPx = (_data: LossData, look: Look): number => Math.max(look.textPx * 22, look.size.widthPx * 0.58)

/** Terms as drawn, per epoch: total = NLL + β · KL. */
export function lossTerms(data: LossData): { total: number[]; nll: number[]; weightedKl: number[] } {
  const nll = Array.from(data.nll)
  const weightedKl = nll.map((_, k) => (data.kl[k] ?? 0) * (data.klWeight[k] ?? 0))
  return { nll, weightedKl, total: nll.map((value, k) => value + (weightedKl[k] ?? 0)) }
}

/** from 0; logarithmic where the first epochs overshoot so far that the rest would be a line at the bottom */
function lossAxis(values: readonly number[]): { min: number; max: number; ticks: number[]; logarithmic: boolean } {
  const range = finiteRange(values) ?? { min: 0, max: 1 }
  if (range.min > 0 && range.max / range.min > 12) {
    const min = 10 ** Math.floor(Math.log10(range.min))
    const max = 10 ** Math.ceil(Math.log10(range.max))
    const ticks = Array.from({ length: Math.round(Math.log10(max / min)) + 1 }, (_, k) => min * 10 ** k)
    return { min, max, ticks, logarithmic: true }
  }
  const max = niceMax(range.max, 4)
  return { min: Math.min(0, range.min), max, ticks: niceTicks(0, max, 4), logarithmic: false }
}

/** to the epochs there are, in round steps, so that a running training fills its picture */
function epochAxis(data: LossData, widthPx: number, look: Look): AxisLimits {
  const epochs = data.nll.length
  const max = Math.max(Math.min(10, data.epochLimit), 2, Math.min(data.epochLimit, niceMax(epochs, 8)), epochs)
  return {
    min: 0,
    max,
    ticks: niceTicks(0, max, Math.max(2, Math.min(8, widthPx / (look.textPx * 5)))).filter(Number.isInteger),
    title: look.translate('charts.axis.epoch'),
  }
}

function lineSeries(line: Line, panel: number, look: Look): Record<string, unknown> {
  return {
    id: line.name,
    type: 'line',
    name: line.name,
    xAxisIndex: panel,
    yAxisIndex: panel,
    silent: look.medium === 'paper',
    data: line.values.map((value, epoch) => [epoch + 1, finiteOrGap(value)]),
    symbol: 'circle',
    showSymbol: line.values.length < 3,
    symbolSize: look.textPx * 0.4,
    lineStyle: { color: line.colour, width: look.linePx * (line.bold ? 1.6 : 1) },
    itemStyle: { color: line.colour },
    clip: true,
  }
}

function namesOf(
  lines: readonly Line[],
  box: Box,
  axis: { min: number; max: number; logarithmic: boolean },
  look: Look,
): ReturnType<typeof endLabels> {
  const share = (value: number): number =>
    axis.logarithmic ? Math.log(value / axis.min) / Math.log(axis.max / axis.min) : (value - axis.min) / (axis.max - axis.min)
  return endLabels(
    lines.flatMap((line) => {
      const last = lastFinite(line.values)
      return last === null ? [] : [{ ...line, share: share(last) }]
    }),
    box,
    look,
  )
}

const describeEpoch = (lines: readonly Line[], epoch: number, look: Look): string[] => [
  `${look.translate('charts.axis.epoch')} ${epoch}`,
  ...lines.map((line) => `${line.name}: ${readable(line.values[epoch - 1] ?? NaN)}`),
]
