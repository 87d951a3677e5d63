import { fail } from '../../shared/contract/errors.ts'
import { choiceAnswer, choiceSetting } from './answers.ts'
import { findColumn, findTimeColumn, timeUnitOf, timeUnits, unitsPerSecond } from './columns.ts'
import type { BehaviourReading, Importer, ImportTask, ReadProgress } from './importer.ts'
import type { OpenedFile } from './opened-file.ts'
import { isBlankRow, rowsOf } from './table-rows.ts'
import { isMissing, toNumber } from './table-cells.ts'
import { shapeOfTable, type TableShape } from './table-shape.ts'
import { visitsOf, visitSettings } from './track-visits.ts'

const format = 'position-csv'
const mostRecords = 20_000_000

/**
 * Where an animal was, a row per video frame: a time, x and y, and nothing that names a channel. It goes with a recording of the same
 * clock: visits to the two ends of its track become intervals.
 */
export const positionCsv: Importer = {
  format,
  settings: ['positionTimeUnit', ...visitSettings],
  bringsBehaviour: true,
  isBehaviourOnly: true,
  detect(files) {
    const file = files.find((candidate) => {
      const shape = shapeOfTable(candidate)
      return shape !== null && columnsOf(shape) !== null
    })
    return file ? { confidence: 0.92, reasons: [{ code: 'columns', details: { file: file.name } }], files: [file] } : null
  },
  read,
}

function columnsOf({ columns, hasHeader }: TableShape): { time: number; x: number; y: number } | null {
  if (!hasHeader || findColumn(columns, 'channel') >= 0 || findColumn(columns, 'kind') >= 0) return null
  const plain = columns.map((column) => column.replace(/[\s_([-]*(px|pixels?)[)\]]?\s*$/i, ''))
  const [time, x, y] = [findTimeColumn(columns), findColumn(plain, 'x'), findColumn(plain, 'y')]
  return time >= 0 && x >= 0 && y >= 0 ? { time, x, y } : null
}

async function* read({ files, answers, interrupt, beside }: ImportTask): AsyncGenerator<ReadProgress, BehaviourReading> {
  const [file] = files
  const shape = file && shapeOfTable(file)
  const at = shape ? columnsOf(shape) : null
  if (!file || !shape || !at) throw fail('import/not-recognised', { file: file?.name ?? '', formats: format })
  const given = choiceAnswer(answers, 'positionTimeUnit', timeUnits),
    told = timeUnitOf(shape.columns[at.time] ?? '')
  const timeUnit = given ?? told ?? 's'
  const perSecond = timeUnit === 'samples' ? (beside?.samplingRateHz ?? null) : unitsPerSecond[timeUnit]
  if (perSecond === null) throw fail('import/needs-setting', { file: file.name, setting: 'positionTimeUnit' })
  const track = { times: [] as number[], x: [] as number[], y: [] as number[] }
  for await (const { rows, firstLine, bytesDone } of rowsOf(file, shape)) {
    interrupt()
    for (const [r, row] of rows.entries()) {
      if (isBlankRow(row)) continue
      const line = firstLine + r
      const number = (column: number, mayMiss: boolean): number => numberIn(row, column, { file, shape, line, mayMiss })
      const timeS = number(at.time, false) / perSecond
      const before = track.times.at(-1)
      if (before !== undefined && timeS < before)
        throw fail('import/times-backwards', { file: file.name, place: String(line), before, after: timeS })
      if (track.times.length >= mostRecords)
        throw fail('import/dataset-too-large', {
          file: file.name,
          dataset: shape.columns[at.time] ?? '',
          claimedMB: Math.round(file.bytes / 1e6),
        })
      track.times.push(timeS)
      track.x.push(number(at.x, true))
      track.y.push(number(at.y, true))
    }
    yield { done: bytesDone, total: file.bytes, phase: 'read' }
  }
  if (track.times.length < 2) throw fail('import/no-samples', { file: file.name })
  const reading = visitsOf(
    {
      file: file.name,
      unit: /(?:^|[\s_([-])(mm|cm|m)[)\]]?$/i.exec(shape.columns[at.x] ?? '')?.[1]?.toLowerCase() ?? 'px',
      timesS: Float64Array.from(track.times),
      x: Float64Array.from(track.x),
      y: Float64Array.from(track.y),
    },
    answers,
  )
  return {
    ...reading,
    settings: [
      choiceSetting('positionTimeUnit', timeUnit, { options: timeUnits, guessed: given === null && told === null }),
      ...reading.settings,
    ],
  }
}

function numberIn(
  row: string[],
  column: number,
  { file, shape, line, mayMiss }: { file: OpenedFile; shape: TableShape; line: number; mayMiss: boolean },
): number {
  const cell = row[column] ?? ''
  if (mayMiss && isMissing(cell)) return NaN
  const value = toNumber(cell, shape.decimal)
  if (!Number.isNaN(value)) return value
  const place = { file: file.name, line, column: shape.columns[column] ?? '' }
  throw cell.trim() === ''
    ? fail('import/cell-empty', place)
    : fail('import/cell-not-a-number', { ...place, found: cell.trim().slice(0, 40) })
}
