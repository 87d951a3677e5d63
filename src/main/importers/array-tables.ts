import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting, numberAnswer, numberSetting } from './answers.ts'
import {
  type Around,
  type Beside,
  type Numeric,
  contentsSetting,
  listsOf,
  positionsFor,
  squeeze,
  turned,
  unclear,
  words,
} from './array-variables.ts'
import { warning } from './checks.ts'
import { timeUnitOf, timeUnits, unitsPerSecond } from './columns.ts'
import type { CountReading, Said, SaidChannels, TraceReading } from './importer.ts'
import { channelLimit, uniqueLabels } from './labels.ts'
import { evenTimes } from './trace-importer.ts'

const axes = ['rows', 'columns'] as const

/** A table of counts or traces, and the times that belong to it. */
export function tableOf(tables: Numeric[], { numeric, beside, given, task }: Around): TraceReading | CountReading {
  const { file, answers } = task
  const names = tables.map(({ name }) => name)
  const wanted = choiceAnswer(answers, 'valueVariable', names)
  const table = tables.find(({ name }) => name === wanted) ?? tables.toSorted((a, b) => b.numbers.length - a.numbers.length)[0]
  if (!table) throw unclear(tables, task)
  const [rowCount = 0, columnCount = 0] = table.shape
  const vectors = numeric.filter(
    ({ shape, name }) => shape.length === 1 && (words.time.test(squeeze(name)) || words.sample.test(squeeze(name))),
  )
  const wantedTimes = choiceAnswer(answers, 'timeVariable', listsOf(numeric))
  const times =
    wantedTimes !== null
      ? numeric.find(({ name }) => name === wantedTimes)
      : vectors.find(({ numbers }) => numbers.length === columnCount || numbers.length === rowCount)
  const givenAxis = choiceAnswer(answers, 'channelAxis', axes)
  const told = times && rowCount !== columnCount ? (times.numbers.length === columnCount ? 'rows' : 'columns') : null
  const axis = givenAxis ?? told ?? (rowCount <= columnCount ? 'rows' : 'columns')
  const channelCount = axis === 'rows' ? rowCount : columnCount
  const sampleCount = axis === 'rows' ? columnCount : rowCount
  if (channelCount > channelLimit) throw fail('import/too-many-channels', { file, limit: channelLimit })
  if (times && times.numbers.length !== sampleCount) {
    throw fail('import/counts-disagree', { file, dataset: times.name, expected: sampleCount, found: times.numbers.length })
  }
  const values = axis === 'rows' ? table.numbers : turned(table.numbers, rowCount, columnCount)
  const shared = sharedOf({ table, channelCount, beside })
  const binMs = numberAnswer(answers, 'binMs', 0)
  const rateHz = numberAnswer(answers, 'samplingRateHz', 0)
  const isCounts =
    given === 'counts' || (given === null && rateHz === null && !times && (binMs !== null || beside.binMs !== null || areCounts(values)))
  const settings = [
    contentsSetting(isCounts ? 'counts' : 'traces', given),
    ...(tables.length > 1 ? [choiceSetting('valueVariable', table.name, { options: names, guessed: wanted === null })] : []),
    choiceSetting('channelAxis', axis, { options: axes, guessed: givenAxis === null && told === null }),
  ]
  const choices: Said['choices'] = tables.length > 1 ? [{ name: 'valueVariable', options: names }] : []
  if (isCounts) {
    refuseNegative(values, { file, place: table.name })
    const width = binMs ?? beside.binMs
    return {
      ...shared,
      modality: 'counts',
      values,
      binMs: width,
      settings: [...settings, numberSetting('binMs', width, { unit: 'ms', guessed: false })],
      choices,
      needs: width === null ? [{ name: 'binMs', why: 'formats.needs.binMs' }] : [],
    }
  }
  const clock = traceClock({ times, sampleCount, rateHz: rateHz ?? beside.rateHz, answers })
  return { ...shared, modality: 'traces', values, ...clock, settings: [...settings, ...clock.settings], choices }
}

type Clock = Pick<TraceReading, 'timesS' | 'samplingRateHz' | 'settings' | 'needs'>

function traceClock({
  times,
  sampleCount,
  rateHz,
  answers,
}: {
  times: Numeric | undefined
  sampleCount: number
  rateHz: number | null
  answers: ImportAnswers
}): Clock {
  const rate = numberSetting('samplingRateHz', rateHz, { unit: 'Hz', guessed: false })
  const needs = [{ name: 'samplingRateHz', why: 'formats.needs.frameRateHz' }]
  if (!times) {
    return rateHz === null
      ? { timesS: null, samplingRateHz: null, settings: [rate], needs }
      : { timesS: evenTimes(sampleCount, rateHz), samplingRateHz: rateHz, settings: [rate], needs: [] }
  }
  const given = choiceAnswer(answers, 'timeUnit', timeUnits)
  const told = words.sample.test(squeeze(times.name)) ? 'samples' : timeUnitOf(times.name)
  const unit = given ?? told ?? 's'
  const perSecond = unit === 'samples' ? rateHz : unitsPerSecond[unit]
  const settings = [choiceSetting('timeUnit', unit, { options: timeUnits, guessed: given === null && told === null }), rate]
  if (perSecond === null) return { timesS: null, samplingRateHz: null, settings, needs }
  return { timesS: Float64Array.from(times.numbers, (time) => time / perSecond), samplingRateHz: rateHz, settings, needs: [] }
}

function sharedOf({
  table,
  channelCount,
  beside,
}: {
  table: Numeric
  channelCount: number
  beside: Beside
}): SaidChannels & Pick<Said, 'warnings'> {
  const { names } = beside
  const texts = names?.texts ?? (names?.numbers ? Array.from(names.numbers, String) : null)
  const fits = texts?.length === channelCount && names !== table
  const { labels, renamedCount } = uniqueLabels(fits ? texts : Array.from({ length: channelCount }, (_, c) => String(c)))
  const { positionsUm, warnings } = positionsFor(labels, beside)
  return {
    channelLabels: labels,
    positionsUm,
    warnings: [...(renamedCount > 0 ? [warning('labels-repeated', { count: renamedCount })] : []), ...warnings],
  }
}

function areCounts(values: Float32Array | Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= 0) || !Number.isInteger(values[i]!)) return false
  return true
}

function refuseNegative(values: Float32Array | Float64Array, at: { file: string; place: string }): void {
  for (let i = 0; i < values.length; i++) {
    if (!(values[i]! >= 0)) throw fail('import/not-a-count', { file: at.file, place: `${at.place}[${i}]`, found: values[i]! })
  }
}
