const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
/** German and French beginnings that differ from the English ones */
const otherMonths: Record<string, number> = { mär: 3, mae: 3, mai: 5, okt: 10, dez: 12, fév: 2, avr: 4, aoû: 8, déc: 12 }
/** Days a spreadsheet counts from; one of its own errors, 29 February 1900, is behind the choice of this day */
const spreadsheetStart = Date.UTC(1899, 11, 30)

/**
 * A day as people and spreadsheets write it: 2012-05-14, 14.5.2012, 5/14/12, 14 May 2012, 14-May-12, 2012年5月14日, 41043.
 * @param dayFirst how 5/4/2012 is meant where both could be
 * @returns YYYY-MM-DD; null for what is no day
 */
export function isoDateOf(text: string, dayFirst: boolean): string | null {
  const plain = text.trim()
  if (/^\d{5}$/.test(plain)) return new Date(spreadsheetStart + Number(plain) * 86_400_000).toISOString().slice(0, 10)
  const year = /^(\d{4})\s*[-/._年]\s*(\d{1,2})\s*[-/._月]\s*(\d{1,2})日?/.exec(plain)
  if (year) return dayOf(Number(year[1]), Number(year[2]), Number(year[3]))
  const named = /^(\d{1,2})[-\s._]*([a-zäéû]{3,12})\.?[-\s._]*(\d{2}|\d{4})$/i.exec(plain)
  if (named) return dayOf(fullYear(named[3]), monthOf(named[2] ?? ''), Number(named[1]))
  const american = /^([a-z]{3,12})\.?\s+(\d{1,2}),?\s+(\d{4})$/i.exec(plain)
  if (american) return dayOf(Number(american[3]), monthOf(american[1] ?? ''), Number(american[2]))
  const short = /^(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{2}|\d{4})$/.exec(plain)
  if (!short) return null
  const [first, second] = [Number(short[1]), Number(short[3])]
  const isDayFirst = first > 12 || (second <= 12 && (short[2] === '.' || dayFirst))
  return dayOf(fullYear(short[4]), isDayFirst ? second : first, isDayFirst ? first : second)
}

const fullYear = (digits = ''): number => (digits.length === 2 ? 2000 + Number(digits) : Number(digits))

function monthOf(word: string): number {
  const begin = word.slice(0, 3).toLowerCase()
  return months.indexOf(begin) + 1 || (otherMonths[begin] ?? 0)
}

function dayOf(year: number, month: number, day: number): string | null {
  const moment = new Date(Date.UTC(year, month - 1, day))
  const isReal = year >= 1950 && year < 2100 && moment.getUTCMonth() === month - 1 && moment.getUTCDate() === day
  return isReal ? moment.toISOString().slice(0, 10) : null
}
