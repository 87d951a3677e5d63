import type { ImportAnswers, ImportSetting, ImportWarning } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting } from './answers.ts'
import type { TableShape } from './table-shape.ts'
import type { Columns } from './wide-table-columns.ts'

const contents = ['spikes', 'counts', 'traces'] as const
type Contents = (typeof contents)[number]

export const axes = ['rows', 'columns'] as const

type Axis = (typeof axes)[number]

export function isAscending(numbers: ArrayLike<number>): boolean {
  for (let i = 0; i < numbers.length; i++) if (!(numbers[i]! >= (i === 0 ? 0 : numbers[i - 1]!))) return false
  return numbers.length > 1
}

/** What the columns are: which one the time, which ones channels, which nothing of the signal. */
export type Plan = {
  contents: Contents
  isContentsGiven: boolean
  time: number
  isTimeGuessed: boolean
  channels: number[]
  axis: Axis
  isAxisGuessed: boolean
  indexColumn: string | null
  textColumns: string[]
  /** of a row per channel: the column with the channels' names */
  labelColumn: number
}

export function planOf(
  columns: Columns,
  { shape, time, isGiven, answers }: { shape: TableShape; time: number; isGiven: boolean; answers: ImportAnswers },
): Plan {
  const { names, numbers, rowCount } = columns
  const given = choiceAnswer(answers, 'contents', contents)
  const text = names.map((_, i) => (columns.texts[i]?.length ?? 0) > 0)
  const index = names.findIndex(
    (name, i) => i !== time && !text[i] && isIndex(numbers[i]!, shape.hasHeader ? name : null) && names.length > 1,
  )
  const left = names.map((_, i) => i).filter((i) => i !== index && !text[i])
  const guessedTime = time < 0 && !shape.hasHeader && left.length > 2 && given !== 'spikes' ? clockAmong(left, numbers) : -1
  const clock = time >= 0 ? time : guessedTime
  const channels = left.filter((i) => i !== clock)
  const guess: Contents =
    clock >= 0
      ? areSparseCounts(channels, numbers)
        ? 'counts'
        : 'traces'
      : areTrains(channels, numbers)
        ? 'spikes'
        : areCounts(channels, numbers)
          ? 'counts'
          : 'traces'
  const chosen = given ?? (answers.binMs !== undefined && guess !== 'spikes' ? 'counts' : guess)
  const givenAxis = choiceAnswer(answers, 'channelAxis', axes)
  const byRow = !shape.hasHeader && clock < 0 && chosen !== 'spikes' && rowCount < channels.length
  return {
    contents: chosen,
    isContentsGiven: given !== null,
    time: clock,
    isTimeGuessed: !isGiven && (guessedTime >= 0 || !shape.hasHeader),
    channels,
    axis: givenAxis ?? (byRow ? 'rows' : 'columns'),
    isAxisGuessed: givenAxis === null && !shape.hasHeader,
    indexColumn: index >= 0 ? (names[index] ?? '') : null,
    textColumns: names.filter((_, i) => text[i]),
    labelColumn: text.indexOf(true),
  }
}

/** Row numbers, from 0 or 1; with a header only where it does not name a channel. */
function isIndex(column: Float64Array, name: string | null): boolean {
  if (
    name !== null &&
    !/^(unnamed.*|index|idx|row|nr|no\.?|#|bins?|bin[ _]?(no|nr|index|number)|slice|step|scan|volume|)$/i.test(name.trim())
  )
    return false
  const first = column[0]
  if (column.length < 3 || (first !== 0 && first !== 1)) return false
  return column.every((value, row) => value === first + row)
}

/** Without a header: a first column that always rises, where not all do. */
function clockAmong(columns: number[], numbers: Float64Array[]): number {
  const [first = -1, ...others] = columns
  const rises = (i: number): boolean => {
    const column = numbers[i]!
    for (let r = 1; r < column.length; r++) if (!(column[r]! > column[r - 1]!)) return false
    return column.length > 2
  }
  return rises(first) && !others.every(rises) ? first : -1
}

/** Lists of times: each column rises from its top and is empty below its last. */
function areTrains(columns: number[], numbers: Float64Array[]): boolean {
  return (
    columns.length > 0 &&
    columns.every((i) => {
      const column = numbers[i]!
      const count = filledLength(column)
      return count <= 1 ? true : isAscending(column.subarray(0, count)) && column[count - 1]! > column[0]!
    })
  )
}

/** How many rows from the top hold numbers; all of them where a number stands below a gap. */
export function filledLength(column: Float64Array): number {
  let count = column.length
  while (count > 0 && Number.isNaN(column[count - 1]!)) count -= 1
  return count
}

function areCounts(columns: number[], numbers: Float64Array[]): boolean {
  return columns.every((i) => numbers[i]!.every((value) => value >= 0 && Number.isInteger(value)))
}

/** Beside a clock, whole numbers are counts where many are 0; a camera's values are whole, too, but never so. */
function areSparseCounts(columns: number[], numbers: Float64Array[]): boolean {
  let [zeros, all] = [0, 0]
  for (const i of columns) {
    for (const value of numbers[i]!) {
      if (value === 0) zeros += 1
      all += 1
    }
  }
  return zeros > 0.3 * all && areCounts(columns, numbers)
}

export type About = {
  file: string
  answers: ImportAnswers
  plan: Plan
  settings: ImportSetting[]
  warnings: ImportWarning[]
  /** the times stand as a clock or a calendar writes them */
  isClock: boolean
  /** the sampling rate that stands above the table */
  toldRateHz: number | null
  interrupt: () => void
}

export const contentsSetting = ({ contents: value, isContentsGiven }: Plan): ImportSetting =>
  choiceSetting('contents', value, { options: contents, guessed: !isContentsGiven })
