import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting } from './answers.ts'
import { findColumn, micrometresPer } from './columns.ts'
import type { TableShape } from './table-shape.ts'

/** Settings that name a column, by what it says of a channel; `none` where the file does not say it. */
const columnSettings = {
  channel: 'layoutChannel',
  x: 'layoutX',
  y: 'layoutY',
  region: 'regionColumn',
  role: 'roleColumn',
  side: 'sideColumn',
  paddle: 'paddleColumn',
} as const
type LayoutColumn = keyof typeof columnSettings
const layoutColumns = Object.keys(columnSettings) as LayoutColumn[]
export const noColumn = 'none'
const lengthUnits = { um: 1, mm: 1000, nm: 0.001 } as const

export const layoutSettings: readonly string[] = [...Object.values(columnSettings), 'positionUnit']

/** Every column the person names stands in this table, and they are enough for a layout. */
export function isNamed({ columns }: TableShape, answers: ImportAnswers): boolean {
  const given = layoutColumns.filter((role) => ![undefined, '', noColumn].includes(answers[columnSettings[role]] as string | undefined))
  if (!given.every((role) => columns.includes(String(answers[columnSettings[role]])))) return false
  return (given.includes('x') && given.includes('y')) || (given.includes('channel') && given.includes('region'))
}

/**
 * A column that no file of the layout has is refused.
 * @throws import/setting-refused
 */
export function refuseUnknownColumns(columns: string[], answers: ImportAnswers): void {
  for (const setting of Object.values(columnSettings)) {
    const given = String(answers[setting] ?? '')
    if (given === '' || given === noColumn || columns.includes(given)) continue
    throw fail('import/setting-refused', { setting, value: given, expected: [...new Set(columns), noColumn].join(', ') })
  }
}

type Columns = Record<LayoutColumn, number>

/** Where each thing stands: as the person says, else by its name; −1 without a column. */
export function columnsOf({ columns, hasHeader }: TableShape, answers: ImportAnswers): Columns {
  const guess = (role: LayoutColumn): number => (hasHeader ? findColumn(columns, role) : ['channel', 'x', 'y'].indexOf(role))
  const at = (role: LayoutColumn): number => {
    const given = String(answers[columnSettings[role]] ?? '')
    return given === noColumn || (given !== '' && columns.includes(given)) ? columns.indexOf(given) : guess(role)
  }
  return Object.fromEntries(layoutColumns.map((role) => [role, at(role)])) as Columns
}

export function columnSettingsOf({ columns }: TableShape, at: Columns, answers: ImportAnswers): ImportSetting[] {
  const isOneOfSeveral = columns.filter((column) => findColumn([column], 'region') === 0).length > 1
  const given = choiceAnswer(answers, 'positionUnit', unitNames)
  return [
    ...layoutColumns.map((role): ImportSetting => {
      const setting = columnSettings[role]
      const guessed = answers[setting] === undefined && role === 'region' && isOneOfSeveral
      return choiceSetting(setting, columns[at[role]] ?? noColumn, { options: [noColumn, ...columns], guessed })
    }),
    ...(at.x >= 0 && at.y >= 0
      ? [choiceSetting('positionUnit', given ?? unitOf(columns[at.x] ?? ''), { options: unitNames, guessed: false })]
      : []),
  ]
}

/** Micrometres per unit of a column of positions: as the person says, else as its name does. */
export function micrometresOf({ columns }: TableShape, column: number, answers: ImportAnswers): number {
  const unit = choiceAnswer(answers, 'positionUnit', unitNames)
  return unit === null ? micrometresPer(columns[column] ?? '') : lengthUnits[unit]
}

const unitNames = ['um', 'mm', 'nm'] as const
const unitOf = (column: string): string => unitNames.find((unit) => lengthUnits[unit] === micrometresPer(column)) ?? 'um'
