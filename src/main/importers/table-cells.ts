import Papa from 'papaparse'

export const separators = { comma: ',', semicolon: ';', tab: '\t', space: ' ', bar: '|' } as const

export type Separator = keyof typeof separators

export const separatorNames = ['comma', 'semicolon', 'tab', 'space', 'bar'] as const satisfies Separator[]

export const decimals = ['point', 'comma'] as const

export type Decimal = (typeof decimals)[number]

export const aNumber =
  /^[+-]?(\d+([.,]\d*)?|[.,]\d+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}([\u00A0\u202F'’]\d{3})+([.,]\d+)?)([eE][+-]?\d+)?$/

/** `00:12:30.5`, `12:30.5` and the times of a calendar as programs write them. */
const aClock = /^(\d+:\d{2}:\d{2}([.,]\d+)?|\d+:\d{2}[.,]\d+)$/

const aDate = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/

export function isRemark(line: string): boolean {
  return line.startsWith('#') || line.startsWith('%')
}

export function fieldsOf(line: string, separator: Separator): string[] {
  if (separator === 'space') return line.trim().split(/[ \t]+/)
  const [row = []] = Papa.parse<string[]>(line, { delimiter: separators[separator], newline: '\n' }).data
  return row.map((cell) => cell.trim())
}

export const isNumber = (cell: string): boolean => aNumber.test(cell) || aClock.test(cell) || aDate.test(cell)

/** A cell that holds nothing: empty, or as programs write it. */
export function isMissing(cell: string): boolean {
  return /^\s*(nan|na|n\/a|null|none|-)?\s*$/i.test(cell)
}

/**
 * A cell as a number; NaN where it is none. Hexadecimal and the like are refused. Signs between thousands are taken away where they
 * cannot be a decimal sign: `1,000.5`, `1.000,5`, `1 000`.
 */
export function toNumber(cell: string, decimal: Decimal): number {
  let text = cell.trim()
  if (/[\u00A0\u202F'’]\d{3}/.test(text) && aNumber.test(text)) text = text.replace(/[\u00A0\u202F'’]/g, '')
  else if (decimal === 'point' && /^[+-]?\d{1,3}(,\d{3})+\.\d+$/.test(text)) text = text.replaceAll(',', '')
  else if (decimal === 'comma' && /^[+-]?\d{1,3}(\.\d{3})+,\d+$/.test(text)) text = text.replaceAll('.', '')
  if (decimal === 'comma') text = text.replace(',', '.')
  const value = Number(text)
  return text === '' || !Number.isFinite(value) || /[xob]/i.test(text) ? NaN : value
}

/** A time as the clock or the calendar writes it, in seconds (of a calendar since 1970, UTC where it names no zone); NaN for anything else. */
export function clockTime(cell: string): number {
  const text = cell.trim()
  if (aClock.test(text)) return text.split(':').reduce((sum, part) => 60 * sum + Number(part.replace(',', '.')), 0)
  if (!aDate.test(text)) return NaN
  const fraction = /\.(\d+)/.exec(text)?.[0] ?? '.0'
  const plain = text.replace(fraction, '').replace(' ', 'T')
  return Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(plain) ? plain : `${plain}Z`) / 1000 + Number(fraction)
}
