import type { EChartsOption } from 'echarts'
import { isSimpleMeasure } from '../domain/alignment.ts'
import type { CohortFigureData } from '../domain/figure.ts'
import { counted } from '../locales/counted.ts'
import { flowingKey, frame, gridAt, heading, hiddenAxis, markTooltip, textAt, valueAxis, type Box } from './frame.ts'
import { lineHeightPx, type Look } from './look.ts'
import { simpleColour } from './palette.ts'
import { elided, readable, textWidthPx } from './text.ts'

type Row = CohortFigureData['rows'][number]

const ticks = [-1, -0.5, 0, 0.5, 1]

const colourOf = ({ measure }: Row, look: Look): string => (isSimpleMeasure(measure) ? simpleColour(look) : look.colours.accent)

/**
 * ρ with the hit ratio: a dot a subject, mean and 95 % interval, measure under measure; as recorded left, rate-matched right.
 * What needs no model has a colour of its own.
 */
export function cohortOption(data: CohortFigureData, look: Look): EChartsOption {
  const { colours, translate } = look
  const { head, boxes, columns, labelPx, rowPx, keyAt } = planOf(data, look)
  const marks = columns.flatMap((column, k) =>
    data.rows.flatMap((row, r) =>
      row.columns.filter((one) => one.column === column).map((found) => ({ found, r, k, colour: colourOf(row, look) })),
    ),
  )
  const dot = { type: 'scatter', symbol: 'circle', cursor: 'default', emphasis: { scale: false } }
  return {
    ...frame(look),
    ...markTooltip(look, ([, , r = 0, k = 0, subject = -1]) => describe(data, { r, k, subject }, look)),
    grid: boxes.map(gridAt),
    xAxis: boxes.map((_, k) => valueAxis({ min: -1, max: 1, ticks, title: translate('charts.axis.rho') }, look, { gridIndex: k })),
    yAxis: boxes.map((_, k) => ({ ...hiddenAxis(0, data.rows.length), inverse: true, gridIndex: k })),
    series: [
      ...marks.map(({ found, r, k, colour }) => ({
        ...dot,
        id: `subjects ${k} ${r}`,
        xAxisIndex: k,
        yAxisIndex: k,
        symbolSize: look.textPx * 0.5,
        itemStyle: { color: colour, opacity: 0.4 },
        data: Array.from(found.rho).flatMap((rho, s) => (Number.isFinite(rho) ? [[rho, r + 0.5, r, k, s]] : [])),
      })),
      ...marks.flatMap(({ found: { low, high }, r, k, colour }) =>
        low === null || high === null
          ? []
          : [
              {
                type: 'line',
                id: `interval ${k} ${r}`,
                xAxisIndex: k,
                yAxisIndex: k,
                silent: true,
                symbol: 'none',
                data: [
                  [low, r + 0.5],
                  [high, r + 0.5],
                ],
                lineStyle: { color: colour, width: look.linePx * 2, cap: 'butt' },
              },
            ],
      ),
      ...marks.flatMap(({ found, r, k, colour }) =>
        found.mean === null
          ? []
          : [
              {
                ...dot,
                id: `mean ${k} ${r}`,
                xAxisIndex: k,
                yAxisIndex: k,
                symbolSize: look.textPx * 0.8,
                itemStyle: { color: colour, borderColor: colours.background, borderWidth: look.linePx },
                data: [[found.mean, r + 0.5, r, k, -1]],
              },
            ],
      ),
    ],
    graphic: [
      ...boxes.map((box) => ({
        type: 'line',
        silent: true,
        z: -1,
        shape: { x1: box.left + box.width / 2, x2: box.left + box.width / 2, y1: box.top, y2: box.top + box.height },
        style: { stroke: colours.secondary, lineWidth: look.linePx, lineDash: [4, 3] },
      })),
      ...head.elements,
      ...columns.map((column, k) =>
        textAt(translate(`charts.alignmentColumn.${column}`), boxes[k]!.left, boxes[k]!.top - lineHeightPx(look) * 1.2, look),
      ),
      ...data.rows.map((row, r) =>
        textAt(
          elided(translate(`charts.measureShort.${row.measure}`), labelPx, look),
          boxes[0]!.left - look.textPx * 0.8,
          boxes[0]!.top + (r + 0.5) * rowPx,
          look,
          {
            align: 'right',
            middle: true,
            weight: row.kind === 'primary' ? 'bold' : 'normal',
          },
        ),
      ),
      ...flowingKey(keyOf(data, look), keyAt, look).elements,
    ],
  } as EChartsOption
}

export const cohortHeightPx = (data: CohortFigureData, look: Look): number =>
  lineHeightPx(look) * 8 + planOf(data, look).keyPx + data.rows.length * look.textPx * 1.8

function keyOf({ rows }: CohortFigureData, look: Look): { label: string; colour: string }[] {
  return (['model', 'simple'] as const).flatMap((kind) => {
    const row = rows.find((one) => isSimpleMeasure(one.measure) === (kind === 'simple'))
    return row ? [{ label: look.translate(`alignments.table.${kind}`), colour: colourOf(row, look) }] : []
  })
}

/** Subjects with a dot of the primary measure; where it has none at all, with a dot somewhere. */
function shownSubjects({ subjects, rows }: CohortFigureData): number {
  const countIn = (counted: readonly Row[]): number =>
    subjects.filter((_, s) => counted.some(({ columns }) => columns.some(({ rho }) => Number.isFinite(rho[s])))).length
  return countIn(rows.filter(({ kind }) => kind === 'primary').slice(0, 1)) || countIn(rows)
}

function planOf(data: CohortFigureData, look: Look) {
  const { translate } = look
  const head = heading(
    [translate('charts.cohort.title'), translate('charts.cohort.n', { subjects: counted(translate, 'subjects', shownSubjects(data)) })],
    look,
  )
  const columns = (['asRecorded', 'rateMatched'] as const).filter((column) =>
    data.rows.some((row) => row.columns.some((one) => one.column === column)),
  )
  const labelPx = Math.min(
    look.size.widthPx * 0.32,
    Math.max(...data.rows.map(({ measure }) => textWidthPx(translate(`charts.measureShort.${measure}`), look))),
  )
  const left = labelPx + look.textPx,
    gap = look.textPx * 3,
    top = head.heightPx + lineHeightPx(look) * 1.4
  const width = Math.max(20, (look.size.widthPx - left - look.textPx * 1.2 - gap * (columns.length - 1)) / Math.max(1, columns.length)),
    keyPlace = { left: 1, width: look.size.widthPx - 2 },
    keyPx = flowingKey(keyOf(data, look), { ...keyPlace, top: 0 }, look).heightPx
  const height = Math.max(24, look.size.heightPx - top - lineHeightPx(look) * 3 - keyPx)
  const boxes: Box[] = columns.map((_, k) => ({ left: left + k * (width + gap), top, width, height }))
  return {
    head,
    columns,
    boxes,
    labelPx,
    rowPx: height / Math.max(1, data.rows.length),
    keyPx,
    keyAt: { ...keyPlace, top: top + height + lineHeightPx(look) * 2.9 },
  }
}

function describe(data: CohortFigureData, { r, k, subject }: { r: number; k: number; subject: number }, look: Look): string[] {
  const row = data.rows[r],
    found = row?.columns[k]
  if (!row || !found) return []
  const name = look.translate(`charts.measure.${row.measure}`)
  if (subject >= 0) return [data.subjects[subject] ?? '', `${name}: ρ = ${readable(found.rho[subject] ?? NaN)}`]
  const { mean, low, high, pSignFlip, pSwap } = found
  return [
    name,
    mean === null ? '' : `ρ = ${readable(mean)}${low === null || high === null ? '' : ` (${readable(low)} … ${readable(high)})`}`,
    pSignFlip === null
      ? ''
      : look.translate('charts.cohort.tests', { signFlip: readable(pSignFlip), swap: pSwap === null ? '–' : readable(pSwap) }),
  ].filter((line) => line !== '')
}
