import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting, ImportWarning } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting } from './answers.ts'
import { warning } from './checks.ts'
import {
  findColumn,
  findTimeColumn,
  findTraceColumn,
  findTrialColumn,
  findWellColumn,
  otherChannelColumns,
  timeUnitOf,
  timeUnits,
  type TimeUnit,
} from './columns.ts'
import type { OpenedFile } from './opened-file.ts'
import { decimals, separatorNames, toNumber } from './table-cells.ts'
import { hasClockTimes, isNumericColumn, shapeOfTable, type TableShape } from './table-shape.ts'

/** Which columns are read and how, and which of it was guessed. */
export type Reading = {
  shape: TableShape
  channel: number
  time: number
  /** the column that tells wells apart, where it names more than one; −1 without */
  well: number
  /** times as `00:12:30.5` or of a calendar */
  isClock: boolean
  settings: ImportSetting[]
  warnings: ImportWarning[]
  unit: { value: TimeUnit | null; guessed: boolean }
}

export function planReading(file: OpenedFile, answers: ImportAnswers): Reading {
  const separator = choiceAnswer(answers, 'separator', separatorNames)
  const decimal = choiceAnswer(answers, 'decimal', decimals)
  const shape = shapeOfTable(file, { separator, decimal })
  if (!shape) throw fail('import/not-recognised', { file: file.name, formats: 'spike-table-csv' })
  const givenChannel = choiceAnswer(answers, 'channelColumn', shape.columns)
  const givenTime = choiceAnswer(answers, 'timeColumn', shape.columns)
  const guess = guessColumns(shape)
  const channel = givenChannel === null ? guess.channel : shape.columns.indexOf(givenChannel)
  const time = givenTime === null ? guess.time : shape.columns.indexOf(givenTime)
  if (channel < 0) throw fail('import/column-missing', { file: file.name, wanted: 'channel', found: shape.columns.join(', ') })
  if (time < 0) throw fail('import/column-missing', { file: file.name, wanted: 'time', found: shape.columns.join(', ') })
  if (channel === time)
    throw fail('import/setting-refused', {
      setting: givenTime === null ? 'channelColumn' : 'timeColumn',
      value: shape.columns[time] ?? '',
      expected: shape.columns.filter((_, i) => i !== time).join(', '),
    })
  const value = shape.hasHeader ? findTraceColumn(shape.columns) : -1
  if (value >= 0 && value !== channel && value !== time && hasEvenSteps(shape, { channel, time }))
    throw fail('import/traces-in-rows', { file: file.name, channel: shape.columns[channel] ?? '', value: shape.columns[value] ?? '' })
  const givenUnit = choiceAnswer(answers, 'timeUnit', timeUnits)
  const wellColumn = shape.hasHeader ? findWellColumn(shape.columns) : -1
  const wells = new Set(shape.sample.map((row) => row[wellColumn] ?? ''))
  const isClock = hasClockTimes(shape, time)
  const others = shape.hasHeader && givenChannel === null ? otherChannelColumns(shape.columns, channel) : []
  const trial = shape.hasHeader ? findTrialColumn(shape.columns) : -1
  const column = (at: number): string => shape.columns[at] ?? ''
  return {
    shape,
    channel,
    time,
    well: wellColumn !== channel && wells.size > 1 ? wellColumn : -1,
    isClock,
    warnings: [
      ...(others.length > 0 ? [warning('several-channel-columns', { taken: column(channel), others: others.map(column).join(', ') })] : []),
      ...(trial >= 0 && trial !== channel ? [warning('times-by-trial', { column: column(trial) })] : []),
    ],
    unit: { value: isClock ? 's' : (givenUnit ?? (shape.hasHeader ? timeUnitOf(column(time)) : null)), guessed: false },
    settings: [
      choiceSetting('channelColumn', shape.columns[channel] ?? '', {
        options: shape.columns,
        guessed: givenChannel === null && (!shape.hasHeader || others.length > 0),
      }),
      choiceSetting('timeColumn', shape.columns[time] ?? '', { options: shape.columns, guessed: !shape.hasHeader && givenTime === null }),
      choiceSetting('decimal', shape.decimal, { options: decimals, guessed: decimal === null }),
      choiceSetting('separator', shape.separator, { options: separatorNames, guessed: separator === null }),
    ],
  }
}

/** Whether the first channel's times go on in equal steps, as samples do and spikes do not. */
function hasEvenSteps({ sample, decimal }: TableShape, { channel, time }: { channel: number; time: number }): boolean {
  const times = sample.filter((row) => row[channel] === sample[0]?.[channel]).map((row) => toNumber(row[time] ?? '', decimal))
  const steps = times.slice(1).map((timeS, i) => timeS - times[i]!)
  const [step = 0] = steps
  return steps.length >= 3 && step > 0 && steps.every((other) => Math.abs(other - step) < 0.05 * step)
}

function guessColumns(shape: TableShape): { channel: number; time: number } {
  if (shape.hasHeader) return { channel: findColumn(shape.columns, 'channel'), time: findTimeColumn(shape.columns) }
  const all = shape.columns.map((_, i) => i)
  const cells = (column: number): string[] => shape.sample.map((row) => row[column] ?? '')
  const distinct = (column: number): number => new Set(cells(column)).size
  const numeric = all.filter((i) => isNumericColumn(shape, i))
  const fractional = numeric.filter((i) => cells(i).some((cell) => /[.,]\d*[1-9]/.test(cell)))
  // Times are fractions, or at least differ more than channels do.
  const time = fractional[0] ?? numeric.toSorted((a, b) => distinct(b) - distinct(a) || b - a)[0] ?? -1
  return { channel: all.find((i) => i !== time && !fractional.includes(i)) ?? all.find((i) => i !== time) ?? -1, time }
}
