import { fail } from '../../shared/contract/errors.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import { timeUnitOf, timeUnits, unitsPerSecond, type TimeUnit } from './columns.ts'
import type { CountReading, TraceReading } from './importer.ts'
import { uniqueLabels } from './labels.ts'
import { evenTimes } from './trace-importer.ts'
import type { Columns } from './wide-table-columns.ts'
import { type About, type Plan, axes, contentsSetting } from './wide-table-plan.ts'

/** Inscopix marks its cells: which of them are taken. */
const cellMarks = ['not-rejected', 'accepted', 'all'] as const

export function signalOf(
  columns: Columns,
  about: About,
  { inscopix, header }: { inscopix: boolean; header: string[] },
): TraceReading | CountReading {
  const { answers, plan, file } = about
  const marks = inscopix ? columns.marks : null
  const wantedCells = choiceAnswer(answers, 'cells', cellMarks) ?? 'not-rejected'
  const isTaken = (i: number): boolean =>
    marks === null || wantedCells === 'all' || (wantedCells === 'accepted' ? marks[i] === 'accepted' : marks[i] !== 'rejected')
  const channels = plan.channels.filter(isTaken)
  if (channels.length === 0) throw fail('import/no-cells', { file })
  const leftOut = plan.channels.filter((i) => !isTaken(i))
  const byRow = plan.axis === 'rows'
  const { values, labels, sampleCount, renamedCount } = byRow
    ? rowsAsChannels(columns, channels, plan)
    : columnsAsChannels(columns, channels)
  const shared = {
    channelLabels: labels,
    positionsUm: null,
    values,
    warnings: [
      ...about.warnings,
      ...(renamedCount > 0 ? [warning('labels-repeated', { count: renamedCount })] : []),
      ...(leftOut.length > 0
        ? [
            warning('units-left-out', {
              count: leftOut.length,
              units: named(
                leftOut.map((i) => `${columns.names[i] ?? ''} (${marks?.[i] ?? ''})`),
                40,
              ),
            }),
          ]
        : []),
    ],
  }
  const settings = [
    ...(inscopix ? [choiceSetting('cells', wantedCells, { options: cellMarks, guessed: answers.cells === undefined })] : []),
    contentsSetting(plan),
    ...(plan.time < 0 ? [choiceSetting('channelAxis', plan.axis, { options: axes, guessed: plan.isAxisGuessed })] : []),
    ...(byRow
      ? []
      : [
          choiceSetting('timeColumn', plan.time < 0 ? null : (header[plan.time] ?? null), { options: header, guessed: plan.isTimeGuessed }),
        ]),
    ...about.settings,
  ]
  const choices = inscopix ? [{ name: 'cells', options: [...cellMarks] }] : []
  const clock = clockOf(columns, about, sampleCount)
  if (plan.contents === 'counts') {
    for (const [i, value] of values.entries()) {
      if (!(value >= 0))
        throw fail('import/not-a-count', {
          file,
          place: `${labels[Math.floor(i / sampleCount)] ?? ''}, ${(i % sampleCount) + 1}`,
          found: value,
        })
    }
    const stepS = clock.timesS && clock.timesS.length > 1 ? (clock.timesS.at(-1)! - clock.timesS[0]!) / (clock.timesS.length - 1) : null
    const binMs = numberAnswer(answers, 'binMs', 0) ?? (stepS === null ? null : 1000 * stepS)
    return {
      ...shared,
      modality: 'counts',
      binMs,
      startS: clock.timesS?.[0] ?? 0,
      settings: [
        ...settings,
        ...(plan.time < 0 ? [] : clock.settings),
        numberSetting('binMs', binMs, { unit: 'ms', guessed: answers.binMs === undefined }),
      ],
      warnings: [...shared.warnings, ...clock.warnings],
      choices,
      needs: binMs === null ? [{ name: 'binMs', why: 'formats.needs.binMs' }] : [],
    }
  }
  return {
    ...shared,
    modality: 'traces',
    ...clock,
    settings: [...settings, ...clock.settings],
    warnings: [...shared.warnings, ...clock.warnings],
    choices,
  }
}

function columnsAsChannels({ names, numbers, rowCount }: Columns, channels: number[]) {
  const values = new Float64Array(channels.length * rowCount)
  channels.forEach((i, c) => values.set(numbers[i]!, c * rowCount))
  return { values, sampleCount: rowCount, ...uniqueLabels(channels.map((i) => names[i] ?? '')) }
}

function rowsAsChannels({ numbers, rowCount, texts }: Columns, channels: number[], { labelColumn }: Plan) {
  const values = new Float64Array(channels.length * rowCount)
  channels.forEach((i, s) => numbers[i]!.forEach((value, row) => (values[row * channels.length + s] = value)))
  const labels = texts[labelColumn] ?? []
  return { values, sampleCount: channels.length, ...uniqueLabels(Array.from({ length: rowCount }, (_, row) => labels[row] ?? String(row))) }
}

function clockOf(
  { names, numbers }: Columns,
  { file, answers, plan, isClock, toldRateHz }: About,
  sampleCount: number,
): Pick<TraceReading, 'timesS' | 'samplingRateHz' | 'settings' | 'needs' | 'warnings'> {
  const givenRate = numberAnswer(answers, 'samplingRateHz', 0)
  const rateHz = givenRate ?? toldRateHz
  const rate = numberSetting('samplingRateHz', rateHz, { unit: 'Hz', guessed: givenRate === null && rateHz !== null })
  const needs = [{ name: 'samplingRateHz', why: 'formats.needs.frameRateHz' }]
  if (plan.time < 0) {
    return rateHz === null
      ? { timesS: null, samplingRateHz: null, settings: [rate], needs, warnings: [] }
      : { timesS: evenTimes(sampleCount, rateHz), samplingRateHz: rateHz, settings: [rate], needs: [], warnings: [] }
  }
  const given = choiceAnswer(answers, 'timeUnit', timeUnits)
  const told = plan.isTimeGuessed ? null : timeUnitOf(names[plan.time] ?? '')
  const clock = numbers[plan.time]!
  // Nobody takes a picture every five seconds and writes whole numbers: these are milliseconds.
  const stepS = (clock[clock.length - 1]! - clock[0]!) / (clock.length - 1)
  const guess: TimeUnit = stepS >= 5 && clock.every(Number.isInteger) ? 'ms' : 's'
  const unit = isClock ? 's' : (given ?? told ?? guess)
  const isGuessed = !isClock && given === null && told === null
  const perSecond = unit === 'samples' ? rateHz : unitsPerSecond[unit]
  const settings = [choiceSetting('timeUnit', unit, { options: timeUnits, guessed: isGuessed }), rate]
  const warnings = isGuessed ? [warning('time-unit-guessed', { file, unit })] : []
  if (perSecond === null) return { timesS: null, samplingRateHz: null, settings, needs, warnings }
  return { timesS: clock.map((time) => time / perSecond), samplingRateHz: null, settings, needs: [], warnings }
}
