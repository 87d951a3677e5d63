import type { EChartsOption } from 'echarts'
import type { ModelsData } from '../domain/figure.ts'
import { counted } from '../locales/counted.ts'
import { intervalText } from '../locales/evaluation-sentences.ts'
import { modelLabel } from '../locales/model-label.ts'
import { frame, gridAt, heading, hiddenAxis, flowingKey, markTooltip, textAt, valueAxis, type Box } from './frame.ts'
import { lineHeightPx, type Look } from './look.ts'
import { simpleColour } from './palette.ts'
import { capitalised, elided, textWidthPx } from './text.ts'
import { finiteRange, niceTicks } from './ticks.ts'

type Row = ModelsData['rows'][number]

const colourOf = ({ kind }: Row, look: Look): string =>
  kind === 'learned' ? look.colours.accent : kind === 'imported' ? '#cc79a7' : simpleColour(look)

/**
 * Models under one another, best guess and controls behind them: a dot for every seed or subject, the mean with its interval
 * and its value in figures.
 */
export function modelsOption(data: ModelsData, look: Look): EChartsOption {
  const { translate, colours } = look
  const { head, box, rowPx, labelPx, axis } = planOf(data, look)
  const xOf = (value: number): number => box.left + ((value - axis.min) / (axis.max - axis.min)) * box.width,
    yOf = (row: number): number => box.top + (row + 0.5) * rowPx
  const marks = data.rows.map((row, k) => ({ row, k, colour: colourOf(row, look) }))
  const dot = { type: 'scatter', symbol: 'circle', cursor: 'default', emphasis: { scale: false }, progressive: 0 }
  return {
    ...frame(look),
    ...markTooltip(look, ([, , k = 0]) => describe(data.rows[k], look)),
    grid: gridAt(box),
    xAxis: valueAxis(axis, look),
    yAxis: { ...hiddenAxis(0, data.rows.length), inverse: true },
    series: [
      {
        ...dot,
        id: 'each',
        silent: true,
        symbolSize: look.textPx * 0.45,
        data: marks.flatMap(({ row, k, colour }) =>
          row.points.map((value) => ({ value: [value, k + 0.5, k], itemStyle: { color: colour, opacity: 0.35 } })),
        ),
      },
      ...marks.flatMap(({ row: { low, high }, k, colour }) =>
        low === null || high === null
          ? []
          : [
              {
                type: 'line',
                id: `interval ${k}`,
                silent: true,
                symbol: 'none',
                data: [
                  [low, k + 0.5],
                  [high, k + 0.5],
                ],
                lineStyle: { color: colour, width: look.linePx * 2, cap: 'butt' },
              },
            ],
      ),
      {
        ...dot,
        id: 'mean',
        symbolSize: look.textPx * 0.75,
        data: marks.map(({ row, k, colour }) => ({
          value: [row.mean, k + 0.5, k],
          itemStyle: { color: colour, borderColor: colours.background, borderWidth: look.linePx },
        })),
      },
    ],
    graphic: [
      ...behind(data, { box, xOf }, look),
      ...head.elements,
      ...marks.map(({ row, k }) =>
        textAt(elided(modelLabel(translate, row.model), labelPx, look), box.left - look.textPx * 0.8, yOf(k), look, {
          align: 'right',
          middle: true,
        }),
      ),
      ...marks.map(({ row, k }) =>
        textAt(intervalText({ ...row, count: 1 }), box.left + box.width + look.textPx, yOf(k), look, { middle: true }),
      ),
      ...flowingKey(
        keyOf(data, look),
        { left: 1, top: box.top + box.height + lineHeightPx(look) * 2.9, width: look.size.widthPx - 2 },
        look,
      ).elements,
    ],
  } as EChartsOption
}

export const modelsHeightPx = (data: ModelsData, look: Look): number => {
  const { head, keyPx } = planOf(data, look)
  return head.heightPx + data.rows.length * look.textPx * 1.9 + lineHeightPx(look) * 4.2 + keyPx
}

/** Always guessing, and the control's interval, behind all rows. */
function behind(data: ModelsData, { box, xOf }: { box: Box; xOf: (value: number) => number }, look: Look): Record<string, unknown>[] {
  const elements: Record<string, unknown>[] = [],
    { control, chance } = data
  if (control && control.low !== null && control.high !== null) {
    const left = Math.max(box.left, xOf(control.low)),
      right = Math.min(box.left + box.width, xOf(control.high))
    elements.push({
      type: 'rect',
      silent: true,
      z: -1,
      shape: { x: left, y: box.top, width: Math.max(1, right - left), height: box.height },
      style: { fill: look.colours.context, opacity: 0.8 },
    })
  }
  if (chance !== null) {
    elements.push({
      type: 'line',
      silent: true,
      z: -1,
      shape: { x1: xOf(chance), x2: xOf(chance), y1: box.top, y2: box.top + box.height },
      style: { stroke: look.colours.secondary, lineWidth: look.linePx, lineDash: [4, 3] },
    })
    const text = look.translate('charts.models.key.chance'),
      half = textWidthPx(text, look) / 2
    const middle = Math.min(look.size.widthPx - half, Math.max(half, xOf(chance)))
    elements.push(textAt(text, middle, box.top - lineHeightPx(look), look, { align: 'center', colour: look.colours.secondary }))
  }
  return elements
}

function keyOf({ rows, control }: ModelsData, look: Look): { label: string; colour: string; hollow?: boolean }[] {
  const say = (name: string): string => look.translate(`charts.models.key.${name}`)
  const kinds = (['learned', 'imported', 'simple'] as const).flatMap((kind) => {
    const row = rows.find((one) => one.kind === kind || (kind === 'simple' && one.kind === 'forecast'))
    return row ? [{ label: say(kind), colour: colourOf(row, look) }] : []
  })
  return [...kinds, ...((control?.low ?? null) === null ? [] : [{ label: say('control'), colour: look.colours.context }])]
}

function planOf(data: ModelsData, look: Look) {
  const { translate } = look
  const over = data.over === 'subjects' ? counted(translate, 'subjects', data.unitCount) : counted(translate, 'seeds', data.unitCount)
  const title = data.readOut === null ? translate(`evaluations.score.${data.score}`) : translate(`evaluations.readOut.${data.readOut}`)
  const lines = [capitalised(title), translate(`charts.models.${data.over}`, { over })]
  const head = heading(lines, look)
  const values = data.rows.map((row) => textWidthPx(intervalText({ ...row, count: 1 }), look))
  const labelPx = Math.min(
    look.size.widthPx * 0.4,
    Math.max(...data.rows.map(({ model }) => textWidthPx(modelLabel(translate, model), look))),
  )
  const left = labelPx + look.textPx,
    right = Math.max(...values) + look.textPx * 1.6
  const keyPx = flowingKey(keyOf(data, look), { left: 1, top: 0, width: look.size.widthPx - 2 }, look).heightPx
  const bottom = lineHeightPx(look) * 3 + keyPx,
    top = head.heightPx + (data.chance === null ? 0 : lineHeightPx(look))
  const rowPx = Math.min(look.textPx * 3, Math.max(look.textPx * 1.3, (look.size.heightPx - top - bottom) / data.rows.length)),
    height = rowPx * data.rows.length
  const box: Box = { left, top, width: Math.max(40, look.size.widthPx - left - right), height }
  return { head, box, labelPx, keyPx, rowPx, axis: axisOf(data, box.width, look) }
}

/** from a round number below everything drawn to one above; shares end at 1 */
function axisOf(data: ModelsData, widthPx: number, look: Look): { min: number; max: number; ticks: number[]; title: string } {
  const drawn = data.rows.flatMap(({ mean, low, high, points }) => [mean, low ?? mean, high ?? mean, ...points])
  const { control, chance } = data
  const range = finiteRange([
    ...drawn,
    ...(chance === null ? [] : [chance]),
    ...(control ? [control.low ?? control.mean, control.high ?? control.mean] : []),
  ]) ?? {
    min: 0,
    max: 1,
  }
  const isShare = range.min >= 0 && range.max <= 1,
    span = Math.max(range.max - range.min, isShare ? 0.2 : 1e-6),
    wanted = Math.max(2, Math.min(6, widthPx / (look.textPx * 5)))
  const step = niceTicks(0, span, wanted)[1] ?? span
  const min = Math.floor((range.min - 0.02 * span) / step) * step,
    max = isShare ? Math.min(1.02, Math.ceil((range.max + 0.02 * span) / step) * step) : Math.ceil((range.max + 0.02 * span) / step) * step
  const from = isShare ? Math.max(-0.02, min) : min
  // a narrow axis still says what its length is worth
  const few = niceTicks(from, max, wanted),
    ticks = few.length < 2 ? niceTicks(from, max, 2 * wanted) : few
  return { min: from, max, ticks, title: capitalised(look.translate(`evaluations.score.${data.score}`)) }
}

function describe(row: Row | undefined, look: Look): string[] {
  if (!row) return []
  return [modelLabel(look.translate, row.model), intervalText({ ...row, count: 1 })]
}
