import { alignmentMeasures } from '../domain/alignment.ts'
import { scoreNames, windowSide } from '../domain/evaluation.ts'
import { alignmentColumns } from '../domain/figure.ts'
import { classLabel } from './class-label.ts'
import { modelLabel } from './model-label.ts'
import type { Translate } from './translate.ts'

const worded =
  (codes: readonly string[], path: string) =>
  (translate: Translate, code: string): string =>
    codes.includes(code) ? translate(`${path}.${code}`) : code

/** columns of source tables whose cells are codes */
const wordsOf: Record<string, (translate: Translate, code: string) => string> = {
  column: worded(alignmentColumns, 'charts.alignmentColumn'),
  measure: worded(alignmentMeasures, 'charts.measureShort'),
  score: worded(scoreNames, 'evaluations.shortScore'),
  model: (translate, code) => (code === 'control' ? translate('charts.models.key.control') : modelLabel(translate, code)),
  unit: unitLabel,
  class: classLabel,
  read_as: classLabel,
  side: worded(windowSide.options, 'charts.split'),
}

/** A cell of a figure's table in words: codes of ours are translated, a person's own names stay. */
export const cellLabel = (translate: Translate, column: string, cell: string): string => wordsOf[column]?.(translate, cell) ?? cell

function unitLabel(translate: Translate, code: string): string {
  const [, unit, number] = /^(seed|subject) (\d+)$/.exec(code) ?? []
  return unit === undefined ? code : translate(`figures.table.${unit}`, { number })
}
