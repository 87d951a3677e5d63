import type { EChartsOption } from 'echarts'
import type { SplitData } from '../domain/figure.ts'
import { classLabel } from '../locales/class-label.ts'
import { counted } from '../locales/counted.ts'
import { flowingKey, frame, heading, textAt } from './frame.ts'
import { lineHeightPx, type Look } from './look.ts'
import { okabeIto } from './palette.ts'
import { elided, textWidthPx } from './text.ts'
import { niceTicks } from './ticks.ts'

const sides = ['train', 'gap', 'test'] as const

/** Windows in order of time with their classes, and under them on which side of each fold they are. */
export function splitOption(data: SplitData, look: Look): EChartsOption {
  const { translate } = look
  const { head, left, top, rowPx, width, labelPx } = planOf(data, look)
  const windowCount = data.windowLabel.length,
    xOf = (window: number): number => left + (window / windowCount) * width
  const elements: Record<string, unknown>[] = [...head.elements]
  const row = (place: number, colourOf: (window: number) => string): void => {
    const y = top + place * rowPx
    for (let from = 0, to = 0; from < windowCount; from = to) {
      while (to < windowCount && colourOf(to) === colourOf(from) && data.windowRecording[to] === data.windowRecording[from]) to++
      elements.push({
        type: 'rect',
        silent: true,
        shape: {
          x: xOf(from),
          y: y + 1,
          width: Math.max(0.5, xOf(to) - xOf(from) - (to < windowCount && isNewRecording(data, to) ? 1.5 : 0)),
          height: rowPx - 2,
        },
        style: { fill: colourOf(from) },
      })
    }
  }
  const label = (place: number, text: string): void =>
    void elements.push(
      textAt(elided(text, labelPx, look), left - look.textPx * 0.6, top + (place + 0.5) * rowPx, look, { align: 'right', middle: true }),
    )

  row(0, (window) => classColour(data.windowLabel[window]!, look))
  label(0, translate('charts.split.state'))
  data.folds.forEach((own, fold) => {
    row(fold + 1.4, (window) => sideColour(own[window] ?? 'gap', look))
    label(fold + 1.4, data.foldNames[fold] ?? String(fold + 1))
  })
  const bottom = top + (data.folds.length + 1.4) * rowPx
  for (const tick of niceTicks(1, windowCount, Math.max(2, Math.min(6, width / (look.textPx * 5)))).filter(Number.isInteger))
    elements.push(
      textAt(String(tick), xOf(tick - 0.5), bottom + look.textPx * 0.3, look, { align: 'center', colour: look.colours.secondary }),
    )
  elements.push(textAt(translate('charts.split.window'), left + width / 2, bottom + lineHeightPx(look) * 1.2, look, { align: 'center' }))
  elements.push(
    ...flowingKey(keyOf(data, look), { left: 1, top: bottom + lineHeightPx(look) * 2.5, width: look.size.widthPx - 2 }, look).elements,
  )
  return { ...frame(look), graphic: elements } as EChartsOption
}

export const splitHeightPx = (data: SplitData, look: Look): number => {
  const { head, rowPx, keyPx } = planOf(data, { ...look, size: { ...look.size, heightPx: Infinity } })
  return head.heightPx + (data.folds.length + 1.4) * rowPx + lineHeightPx(look) * 2.8 + keyPx
}

const isNewRecording = ({ windowRecording }: SplitData, window: number): boolean => windowRecording[window] !== windowRecording[window - 1]

const classColour = (label: number, look: Look): string =>
  label < 0 ? look.colours.context : (okabeIto[[2, 0, 5, 1, 4, 6, 3][label % 7]!] ?? '#888888')

const sideColour = (side: (typeof sides)[number], look: Look): string =>
  side === 'test' ? look.colours.accent : side === 'train' ? (look.ground === 'dark' ? '#4a5560' : '#b9c4cd') : look.colours.background

function keyOf(data: SplitData, look: Look): { label: string; colour: string; hollow?: boolean }[] {
  const { translate } = look
  const shown = sides.filter((side) => data.folds.some((own) => own.includes(side)))
  return [
    ...data.classes.map((name, k) => ({ label: classLabel(translate, name), colour: classColour(k, look) })),
    ...(data.windowLabel.some((label) => label < 0) ? [{ label: translate('charts.split.unlabelled'), colour: look.colours.context }] : []),
    ...shown.map((side) =>
      side === 'gap'
        ? { label: translate('charts.split.gap'), colour: look.colours.secondary, hollow: true }
        : { label: translate(`charts.split.${side}`), colour: sideColour(side, look) },
    ),
  ]
}

function planOf(data: SplitData, look: Look) {
  const { translate } = look
  const head = heading(
    [
      translate(data.folds.length > 0 ? 'charts.split.title' : 'charts.split.classes', {
        windows: counted(translate, 'windows', data.windowLabel.length),
      }),
    ],
    look,
  )
  const names = [translate('charts.split.state'), ...data.foldNames]
  const labelPx = Math.min(look.size.widthPx * 0.3, Math.max(...names.map((name) => textWidthPx(name, look))))
  const left = labelPx + look.textPx * 0.8
  // the last tick may stand under the last window, and is centred
  const right = 2 + textWidthPx(String(data.windowLabel.length), look) / 2
  const keyPx = flowingKey(keyOf(data, look), { left: 1, top: 0, width: look.size.widthPx - 2 }, look).heightPx
  const room = look.size.heightPx - head.heightPx - lineHeightPx(look) * 2.8 - keyPx
  const rowPx = Math.min(look.textPx * 2.2, Math.max(look.textPx * 1.2, room / (data.folds.length + 1.4)))
  return { head, left, top: head.heightPx, labelPx, rowPx, keyPx, width: Math.max(40, look.size.widthPx - left - right) }
}
