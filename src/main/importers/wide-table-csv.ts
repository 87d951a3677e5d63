import { fail } from '../../shared/contract/errors.ts'
import type { ImportWarning } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import { findColumn, findTimeColumn, timeUnitOf, timeUnits, unitsPerSecond, type TimeUnit } from './columns.ts'
import type { CountReading, Importer, ImportTask, ReadProgress, SpikeReading, TraceReading } from './importer.ts'
import { spikeLimit, uniqueLabels } from './labels.ts'
import { looksLikeSpikeList } from './spike-table-looks.ts'
import { groupByChannel } from './spike-trains.ts'
import { decimals, separatorNames, toNumber } from './table-cells.ts'
import { hasClockTimes, holdsNumbers, shapeOfTable, type TableShape } from './table-shape.ts'
import { type Columns, readColumns } from './wide-table-columns.ts'
import { type About, type Plan, contentsSetting, filledLength, isAscending, planOf } from './wide-table-plan.ts'
import { signalOf } from './wide-table-signal.ts'

/**
 * A table with a column for each channel (or a row): traces, with a column of times or without; spike counts in bins; or the spike times
 * of each channel one below the other, one channel alone as well. Inscopix writes traces so, with the cells' marks in a second header.
 */
export const wideTableCsv: Importer = {
  format: 'wide-table-csv',
  settings: ['contents', 'timeColumn', 'timeUnit', 'samplingRateHz', 'binMs', 'channelAxis', 'cells', 'decimal', 'separator'],
  detect(files) {
    const [best] = files
      .flatMap((file) => {
        const shape = shapeOfTable(file, { oneColumn: true })
        const confidence = shape ? confidenceIn(shape) : 0
        return shape && confidence > 0 ? [{ file, shape, confidence }] : []
      })
      .toSorted((a, b) => b.confidence - a.confidence)
    if (!best) return null
    const { file, shape, confidence } = best
    const code = isInscopix(shape) ? 'inscopix' : findTimeColumn(shape.columns) >= 0 ? 'times' : 'table'
    return { confidence, reasons: [{ code, details: { file: file.name, columns: shape.columns.length } }], files: [file] }
  },
  read: readTable,
}

function confidenceIn(shape: TableShape): number {
  const numeric = shape.columns.filter((_, i) => holdsNumbers(shape, i)).length
  if (shape.columns.length === 1)
    return numeric === 1 && isAscending(shape.sample.map(([cell]) => toNumber(cell ?? '', shape.decimal))) ? 0.5 : 0
  if (isInscopix(shape)) return 0.95
  if (numeric < 2 || numeric < shape.columns.length / 2) return 0
  if (!shape.hasHeader) return looksLikeSpikeList(shape) ? 0.4 : numeric >= 4 ? 0.65 : numeric === 3 ? 0.35 : 0.2
  if (findColumn(shape.columns, 'channel') >= 0) return 0.15
  const besides = ['kind', 'x', 'y'] as const
  if (besides.some((role) => findColumn(shape.columns, role) >= 0)) return 0.3
  return findTimeColumn(shape.columns) >= 0 ? (numeric > 2 ? 0.85 : 0.5) : 0.6
}

/** `, C00, C01` above `Time(s)/Cell Status, accepted, rejected`. */
function isInscopix({ hasHeader, columns, sample: [second = []] }: TableShape): boolean {
  return (
    hasHeader &&
    columns.length > 1 &&
    /^time\s*\(s\)/i.test(second[0]?.trim() ?? '') &&
    second.slice(1).every((cell) => /^[a-z ]+$/i.test(cell))
  )
}

async function* readTable({
  files,
  answers,
  interrupt,
}: ImportTask): AsyncGenerator<ReadProgress, SpikeReading | CountReading | TraceReading> {
  const [file] = files
  const separator = choiceAnswer(answers, 'separator', separatorNames)
  const decimal = choiceAnswer(answers, 'decimal', decimals)
  const shape = file && shapeOfTable(file, { separator, decimal, oneColumn: true })
  if (!file || !shape) throw fail('import/not-recognised', { file: file?.name ?? '', formats: 'wide-table-csv' })
  const inscopix = isInscopix(shape)
  const header = inscopix ? ['Time(s)', ...shape.columns.slice(1)] : shape.columns
  const givenTime = choiceAnswer(answers, 'timeColumn', header)
  const told = inscopix ? 0 : shape.hasHeader && header.length > 1 ? findTimeColumn(header) : -1
  const time = givenTime === null ? told : header.indexOf(givenTime)
  const columns = yield* readColumns(file, { ...shape, columns: header }, { time, inscopix, interrupt })
  if (columns.rowCount === 0) throw fail('import/no-samples', { file: file.name })
  const plan = planOf(columns, { shape, time, isGiven: givenTime !== null, answers })
  const about: About = {
    file: file.name,
    answers,
    plan,
    settings:
      file.table || header.length === 1
        ? []
        : [
            choiceSetting('decimal', shape.decimal, { options: decimals, guessed: decimal === null }),
            choiceSetting('separator', shape.separator, { options: separatorNames, guessed: separator === null }),
          ],
    warnings: leftOutOf(plan),
    isClock: plan.time >= 0 && hasClockTimes(shape, plan.time),
    toldRateHz: shape.rateHz,
    interrupt,
  }
  if (plan.contents === 'spikes') return spikesOf(columns, about)
  return signalOf(columns, about, { inscopix, header })
}

function leftOutOf({ indexColumn, textColumns, axis }: Plan): ImportWarning[] {
  const texts = axis === 'rows' ? textColumns.slice(1) : textColumns
  return [
    ...(indexColumn === null ? [] : [warning('index-column', { column: indexColumn || '1' })]),
    ...(texts.length > 0 ? [warning('columns-left-out', { count: texts.length, columns: named(texts) })] : []),
  ]
}

function spikesOf({ names, numbers }: Columns, { file, answers, plan, settings, warnings, toldRateHz, interrupt }: About): SpikeReading {
  const given = choiceAnswer(answers, 'timeUnit', timeUnits)
  const [only] = plan.channels
  const told = plan.channels.length === 1 && only !== undefined ? timeUnitOf(names[only] ?? '') : null
  const count = plan.channels.reduce((sum, i) => sum + filledLength(numbers[i]!), 0)
  if (count > spikeLimit) throw fail('import/dataset-too-large', { file, dataset: file, claimedMB: Math.round((8 * count) / 1e6) })
  const times = new Float64Array(count)
  const rows = new Uint32Array(count)
  let at = 0
  let isWhole = true
  let largest = 0
  plan.channels.forEach((i, row) => {
    interrupt()
    const train = numbers[i]!.subarray(0, filledLength(numbers[i]!))
    for (let s = 0; s < train.length; s++) {
      const value = train[s]!
      const place = `${names[i] ?? ''}, ${s + 1}`
      if (Number.isNaN(value)) throw fail('import/not-a-number', { file, place, found: 'NaN' })
      if (value < 0) throw fail('import/negative-time', { file, place, found: value })
      if (!Number.isInteger(value)) isWhole = false
      if (value > largest) largest = value
      times[at] = value
      rows[at++] = row
    }
  })
  const unit: TimeUnit = given ?? told ?? (isWhole ? (largest < 1e8 ? 'ms' : 'us') : largest < 1e6 ? 's' : 'ms')
  const rateHz = numberAnswer(answers, 'samplingRateHz', 0) ?? toldRateHz
  const perSecond = unit === 'samples' ? rateHz : unitsPerSecond[unit]
  if (perSecond !== null) for (let s = 0; s < times.length; s++) times[s]! /= perSecond
  const { labels } = uniqueLabels(plan.channels.map((i) => names[i] ?? ''))
  return {
    modality: 'spikes',
    channelLabels: labels,
    trains: groupByChannel(times, rows, labels.length),
    positionsUm: null,
    samplingRateHz: rateHz,
    knowsAllChannels: true,
    settings: [
      contentsSetting(plan),
      choiceSetting('timeUnit', unit, { options: timeUnits, guessed: given === null && told === null }),
      numberSetting('samplingRateHz', rateHz, { unit: 'Hz', guessed: false }),
      ...settings,
    ],
    needs: perSecond === null ? [{ name: 'samplingRateHz', why: 'formats.needs.samplingRateHz' }] : [],
    warnings: [...warnings, ...(given === null && told === null ? [warning('time-unit-guessed', { file, unit })] : [])],
  }
}
