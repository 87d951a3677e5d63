import { fail } from '../../shared/contract/errors.ts'
import { choiceAnswer, choiceSetting, numberAnswer } from './answers.ts'
import { warning } from './checks.ts'
import { timeUnits } from './columns.ts'
import type { Importer, ImportTask, ReadProgress, SpikeReading } from './importer.ts'
import { channelLimit, spikeLimit } from './labels.ts'
import { bytesOf, type OpenedFile } from './opened-file.ts'
import { nameIn, firstCells, shapeOfRows, type RowShape } from './spike-rows-shape.ts'
import { toSeconds } from './spike-time-unit.ts'
import { decimals, isMissing, separatorNames, separators, toNumber } from './table-cells.ts'

const format = 'spike-rows-csv'
const longestCell = 10_000

/** Text with a row for each channel: its name, then the times of its spikes, as many as there are; or the times alone. */
export const spikeRowsCsv: Importer = {
  format,
  settings: ['firstCell', 'timeUnit', 'samplingRateHz', 'decimal', 'separator'],
  detect(files) {
    for (const file of files) {
      const shape = shapeOfRows(file)
      if (shape) return { confidence: shape.isSure ? 0.93 : 0.7, reasons: [{ code: 'rows', details: { file: file.name } }], files: [file] }
    }
    return null
  },
  read,
}

async function* read({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, SpikeReading> {
  const [file] = files
  const decimal = choiceAnswer(answers, 'decimal', decimals)
  const separator = choiceAnswer(answers, 'separator', separatorNames)
  const found = file && shapeOfRows(file)
  if (!file || !found) throw fail('import/not-recognised', { file: file?.name ?? '', formats: format })
  const givenNames = choiceAnswer(answers, 'firstCell', firstCells)
  const shape = { ...found, decimal: decimal ?? found.decimal, separator: separator ?? found.separator, names: givenNames ?? found.names }
  const { labels, offsets, times } = yield* readRows(file, shape, interrupt)
  if (times.length === 0) throw fail('import/no-spikes', { file: file.name })
  let largest = 0
  let allWhole = true
  for (let s = 0; s < times.length; s++) {
    if (times[s]! > largest) largest = times[s]!
    if (allWhole && !Number.isInteger(times[s]!)) allWhole = false
  }
  const samplingRateHz = numberAnswer(answers, 'samplingRateHz', 0),
    unit = choiceAnswer(answers, 'timeUnit', timeUnits)
  const timing = toSeconds(file, { allWhole, largest, times, labels }, { unit, samplingRateHz, isRateGiven: true })
  return {
    modality: 'spikes',
    channelLabels: labels,
    trains: { timesS: times, offsets: Uint32Array.from(offsets) },
    positionsUm: null,
    samplingRateHz,
    knowsAllChannels: true,
    settings: [
      choiceSetting('firstCell', shape.names, { options: firstCells, guessed: givenNames === null && !found.isSure }),
      ...timing.settings,
      choiceSetting('decimal', shape.decimal, { options: decimals, guessed: decimal === null }),
      choiceSetting('separator', shape.separator, { options: separatorNames, guessed: separator === null }),
    ],
    needs: timing.needs,
    warnings: [...timing.warnings, ...(givenNames === null && !found.isSure ? [warning('first-cells-guessed', { file: file.name })] : [])],
  }
}

/** Trains of the rows, one after the other; row c has times [offsets[c], offsets[c + 1]). */
type Rows = { labels: string[]; offsets: number[]; times: Float64Array }

/** Reads cell by cell: a row of a channel may be longer than what is held in memory of the text. */
async function* readRows(file: OpenedFile, shape: RowShape, interrupt: () => void): AsyncGenerator<ReadProgress, Rows> {
  const taker = rowTaker(file, shape)
  const decoder = new TextDecoder(file.text?.encoding ?? 'utf-8')
  const bySpace = shape.separator === 'space'
  const sign = separators[shape.separator].charCodeAt(0)
  let bytesDone = 0
  let rest = ''
  const take = (text: string): void => {
    let start = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      const isEnd = code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)
      if (!isEnd && code !== sign && !(bySpace && code === 9)) continue
      if (!bySpace || at > start || isEnd) taker.cell(text.slice(start, at))
      if (isEnd) taker.endLine()
      start = at + 1
    }
    rest = text.slice(start)
    if (rest.length > longestCell) throw fail('import/line-too-long', { file: file.name, line: taker.line() })
  }
  for await (const bytes of bytesOf(file, 0, file.bytes)) {
    interrupt()
    bytesDone += bytes.length
    take(rest + decoder.decode(bytes, { stream: true }))
    yield { done: bytesDone, total: file.bytes, phase: 'read' }
  }
  take(`${rest}${decoder.decode()}\n`)
  return taker.rows()
}

function rowTaker(file: OpenedFile, { names, decimal, skippedLines }: RowShape) {
  const labels: string[] = []
  const known = new Set<string>()
  const offsets = [0]
  let times = new Float64Array(1 << 12)
  let count = 0
  let line = 1
  let column = 0
  /** an empty cell of this line, which only others may follow */
  let gap = 0
  let isRemark = false
  const place = (at: number) => ({ file: file.name, line, column: String(at) })
  const begin = (label: string): void => {
    if (label === '') throw fail('import/cell-empty', place(1))
    if (known.has(label)) throw fail('import/duplicate-channel', { file: file.name, line, channel: label })
    if (labels.length >= channelLimit) throw fail('import/too-many-channels', { file: file.name, limit: channelLimit })
    known.add(label)
    labels.push(label)
  }
  const time = (cell: string): void => {
    if (isMissing(cell)) {
      gap ||= column
      return
    }
    if (gap > 0) throw fail('import/cell-empty', place(gap))
    const value = toNumber(cell, decimal)
    const found = cell.trim().slice(0, 40)
    if (Number.isNaN(value)) throw fail('import/cell-not-a-number', { ...place(column), found })
    if (value < 0) throw fail('import/cell-negative-time', { ...place(column), found })
    if (count >= spikeLimit) {
      throw fail('import/dataset-too-large', { file: file.name, dataset: file.name, claimedMB: Math.round(file.bytes / 1e6) })
    }
    if (count === times.length) times = new Float64Array(times.buffer.transfer(16 * count))
    times[count++] = value
  }
  return {
    line: () => line,
    cell(cell: string): void {
      column += 1
      if (line <= skippedLines || isRemark) return
      if (column === 1) {
        isRemark = /^\s*[#%]/.test(cell)
        if (isRemark) return
        if (names === 'name') {
          const label = nameIn(cell)
          // A line without anything is none.
          if (label !== '') begin(label)
          else gap = 1
          return
        }
        if (!isMissing(cell)) begin(String(labels.length))
      }
      time(cell)
    },
    endLine(): void {
      if (labels.length === offsets.length) offsets.push(count)
      line += 1
      column = 0
      gap = 0
      isRemark = false
    },
    rows: (): Rows => ({ labels, offsets, times: times.slice(0, count) }),
  }
}
