import type { EChartsOption } from 'echarts'
import type { ConfusionData } from '../domain/figure.ts'
import { classLabel } from '../locales/class-label.ts'
import { modelLabel } from '../locales/model-label.ts'
import { frame, heading, textAt } from './frame.ts'
import { lineHeightPx, type Look } from './look.ts'
import { sequentialColour } from './palette.ts'
import { count, elided, textWidthPx } from './text.ts'

/** Which class was read as which: rows are the truth and add up to 1, with the number of windows in each cell. */
export function confusionOption(data: ConfusionData, look: Look): EChartsOption {
  const { translate } = look
  const { head, left, top, cell, labelPx } = planOf(data, look)
  const elements: Record<string, unknown>[] = [...head.elements]
  const names = data.classes.map((name) => classLabel(translate, name))
  elements.push(textAt(translate('charts.confusion.readAs'), left, head.heightPx, look, { colour: look.colours.secondary }))
  names.forEach((name, k) => {
    elements.push(
      textAt(elided(name, cell.width - 4, look), left + (k + 0.5) * cell.width, top - lineHeightPx(look), look, { align: 'center' }),
    )
    elements.push(
      textAt(elided(name, labelPx, look), left - look.textPx * 0.6, top + (k + 0.5) * cell.height, look, { align: 'right', middle: true }),
    )
  })
  data.counts.forEach((row, own) => {
    const total = row.reduce((sum, one) => sum + one, 0)
    row.forEach((one, read) => {
      const share = total > 0 ? one / total : 0,
        x = left + read * cell.width,
        y = top + own * cell.height
      const colour = sequentialColour(share, look.ground),
        ink = isLight(colour) ? '#14171a' : '#ffffff'
      elements.push({
        type: 'rect',
        silent: true,
        shape: { x: x + 1, y: y + 1, width: cell.width - 2, height: cell.height - 2 },
        style: { fill: colour },
      })
      elements.push(
        textAt(share.toFixed(2), x + cell.width / 2, y + cell.height / 2 - lineHeightPx(look) * 0.45, look, {
          align: 'center',
          middle: true,
          colour: ink,
        }),
        textAt(`n = ${count(one)}`, x + cell.width / 2, y + cell.height / 2 + lineHeightPx(look) * 0.45, look, {
          align: 'center',
          middle: true,
          colour: ink,
        }),
      )
    })
  })
  return { ...frame(look), graphic: elements } as EChartsOption
}

export const confusionHeightPx = (data: ConfusionData, look: Look): number => {
  const { head } = planOf(data, look)
  return (
    head.heightPx +
    lineHeightPx(look) * 2.4 +
    data.classes.length * Math.max(look.textPx * 3.6, (look.size.widthPx * 0.5) / data.classes.length)
  )
}

function planOf(data: ConfusionData, look: Look) {
  const { translate } = look
  const readOut = data.readOut === null ? '' : ` · ${translate(`evaluations.readOut.${data.readOut}`)}`
  const head = heading([`${modelLabel(translate, data.model)}${readOut}`, translate('charts.confusion.rows')], look)
  const labelPx = Math.min(look.size.widthPx * 0.4, Math.max(...data.classes.map((name) => textWidthPx(classLabel(translate, name), look))))
  const left = labelPx + look.textPx * 0.8,
    top = head.heightPx + lineHeightPx(look) * 2.2
  const side = data.classes.length
  const width = Math.max(24, (look.size.widthPx - left - 2) / side),
    height = Math.max(look.textPx * 2.8, (look.size.heightPx - top - 4) / side)
  return { head, left, top, labelPx, cell: { width: Math.min(width, height * 2.4), height } }
}

/** Whether black letters read better on a colour written #rrggbb than white ones. */
function isLight(colour: string): boolean {
  const channel = (at: number): number => (Number.parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) > 0.22
}
