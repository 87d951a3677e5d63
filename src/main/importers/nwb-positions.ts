import { CodedError, fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, ImportSetting, ImportWarning, Inspection } from '../../shared/domain/inspection.ts'
import type { Interval } from '../../shared/domain/interval.ts'
import { choiceAnswer, choiceSetting } from './answers.ts'
import { named, warning } from './checks.ts'
import type { PositionTrack } from './importer.ts'
import { isDataset, textAttribute, type NwbFile, type NwbObject } from './nwb-file.ts'
import { clockOf } from './nwb-rois.ts'
import { visitsOf, visitSettings } from './track-visits.ts'

/** Which series is the animal's position, and the unit of its places where the file tells a wrong one. */
export const positionSettings: readonly string[] = ['position', 'trackUnit', ...visitSettings]
const none = 'none'
const trackUnits = ['m', 'cm', 'mm', 'px'] as const
type TrackUnit = (typeof trackUnits)[number]
const mostSamples = 5_000_000
const shortestM = 0.05
const longestM = 100
/** A straight track is this much narrower than it is long. */
const narrowShare = 0.25

export type NwbPositions = {
  /** null where no series was taken */
  track: PositionTrack | null
  intervals: Interval[]
  settings: ImportSetting[]
  choices: Inspection['choices']
  warnings: ImportWarning[]
}

type Series = NwbObject & { isAngle: boolean }

/**
 * Visits to the two ends of a track, out of one SpatialSeries: `data` [samples], [samples, 1] or more columns of which the first two are
 * x and y, times conversion plus offset in `unit`; times as of any series. Without an answer the first series that runs along a
 * straight line is taken; where an animal looks is an angle and only taken when it is asked for.
 * @throws what reading a series throws, where the person picked it
 * @source NWB Schema 2.8, nwb.behavior
 */
export function readPositions(nwb: NwbFile, answers: ImportAnswers, interrupt: () => void): NwbPositions {
  const series = seriesOf(nwb)
  if (series.length === 0) return { track: null, intervals: [], settings: [], choices: [], warnings: [] }
  const options = [...series.map(({ path }) => path), none]
  const given = choiceAnswer(answers, 'position', options)
  const taken = given === null ? guessed(nwb, series, { answers, interrupt }) : given === none ? null : readTrack(nwb, given, answers)
  const left = series.filter(({ path }) => path !== taken?.path)
  const about = {
    choices: [{ name: 'position', options }],
    warnings: left.length > 0 ? [warning('positions-left', { series: named(left.map(({ name }) => name)) })] : [],
  }
  const setting = choiceSetting('position', taken?.path ?? none, { options, guessed: given === null })
  if (!taken) return { track: null, intervals: [], settings: [setting], ...about }
  const visits = visitsOf(taken.track, answers)
  return {
    track: taken.track,
    intervals: visits.intervals ?? [],
    settings: [setting, choiceSetting('trackUnit', taken.unit, { options: trackUnits, guessed: taken.isUnitGuessed }), ...visits.settings],
    choices: about.choices,
    warnings: [
      ...about.warnings,
      ...(given === null ? [warning('position-guessed', { series: taken.path })] : []),
      ...lengthWarnings(taken, visits.settings),
      ...visits.warnings,
    ],
  }
}

/** Many programs write metres where they mean pixels or centimetres. */
function lengthWarnings({ path, unit }: Taken, settings: readonly ImportSetting[]): ImportWarning[] {
  const lengthM = Number(settings.find(({ name }) => name === 'trackM')?.value)
  if (unit === 'px' || (lengthM >= shortestM && lengthM <= longestM)) return []
  return [warning('track-length-doubtful', { series: path, unit, lengthM: Number(lengthM.toPrecision(3)) })]
}

function seriesOf({ file, objects }: NwbFile): Series[] {
  return objects.flatMap((object) => {
    if (object.type !== 'SpatialSeries' || !isDataset(file, `${object.path}/data`)) return []
    const around = textAttribute(file, object.path.slice(0, object.path.lastIndexOf('/')) || '/', 'neurodata_type')
    const unit = textAttribute(file, `${object.path}/data`, 'unit') ?? ''
    return [{ ...object, isAngle: around === 'CompassDirection' || around === 'EyeTracking' || /^(rad|deg)/i.test(unit) }]
  })
}

type Taken = { path: string; track: PositionTrack; unit: TrackUnit; isUnitGuessed: boolean }

/** The first series along a straight line; one that cannot be read is not taken. */
function guessed(nwb: NwbFile, series: Series[], { answers, interrupt }: { answers: ImportAnswers; interrupt: () => void }): Taken | null {
  for (const { path, isAngle } of series) {
    interrupt()
    if (isAngle) continue
    try {
      const taken = readTrack(nwb, path, answers)
      if (isStraight(taken.track)) return taken
    } catch (problem) {
      // Nobody asked for this series: its fault must not keep the units from being read.
      if (!(problem instanceof CodedError) || !problem.code.startsWith('import/') || problem.code === 'import/setting-refused')
        throw problem
    }
  }
  return null
}

function readTrack({ file }: NwbFile, path: string, answers: ImportAnswers): Taken {
  const data = `${path}/data`
  const shape = file.shapeOf(data) ?? []
  const [sampleCount = 0, columnCount = 1] = shape
  if (sampleCount > mostSamples) {
    throw fail('import/dataset-too-large', { file: file.name, dataset: data, claimedMB: Math.round((8 * sampleCount * columnCount) / 1e6) })
  }
  const { data: numbers } = file.numbers(data, shape.length === 1 ? 1 : 2)
  const { timesS } = clockOf(file, path, sampleCount)
  if (!timesS) throw fail('import/dataset-missing', { file: file.name, dataset: `${path}/timestamps` })
  if (timesS.length !== sampleCount) {
    throw fail('import/counts-disagree', {
      file: file.name,
      dataset: `${path}/timestamps`,
      expected: sampleCount,
      found: timesS.length,
    })
  }
  if (sampleCount < 2 || columnCount < 1) throw fail('import/no-samples', { file: file.name })
  timesS.forEach((timeS, s) => {
    const place = { file: file.name, place: `${path}/timestamps[${s}]` }
    if (!Number.isFinite(timeS)) throw fail('import/not-a-number', { ...place, found: String(timeS) })
    const before = timesS[s - 1]
    if (before !== undefined && timeS < before) throw fail('import/times-backwards', { ...place, before, after: timeS })
  })
  const [by, plus] = [factor(file.attribute(data, 'conversion'), 1), factor(file.attribute(data, 'offset'), 0)]
  const told = unitOf(textAttribute(file, data, 'unit'))
  const given = choiceAnswer(answers, 'trackUnit', trackUnits)
  const unit = given ?? told ?? 'px'
  const column = (c: number): Float64Array =>
    Float64Array.from({ length: sampleCount }, (_, s) => {
      const value = c < columnCount ? numbers[s * columnCount + c]! * by + plus : 0
      return Number.isFinite(value) ? value : NaN
    })
  return {
    path,
    unit,
    isUnitGuessed: given === null && told === null,
    track: { file: file.name, unit, timesS, x: column(0), y: column(1) },
  }
}

const factor = (value: unknown, usual: number): number =>
  typeof value === 'number' && Number.isFinite(value) && (value !== 0 || usual === 0) ? value : usual

/** As people write it; null where none of them is meant. */
function unitOf(text: string | null): TrackUnit | null {
  const word = (text ?? '').trim().toLowerCase()
  if (/^(m|met(er|re)s?)$/.test(word)) return 'm'
  if (/^(cm|centimet(er|re)s?)$/.test(word)) return 'cm'
  if (/^(mm|millimet(er|re)s?)$/.test(word)) return 'mm'
  return /^(px|pix|pixels?)$/.test(word) ? 'px' : null
}

/** Whether the places lie along a line, at any angle: the smaller of their two principal deviations is far below the larger. */
function isStraight({ x, y }: PositionTrack): boolean {
  const known = [...x.keys()].filter((s) => !Number.isNaN(x[s]! + y[s]!))
  const mean = (values: Float64Array): number => known.reduce((sum, s) => sum + values[s]!, 0) / known.length
  const [mx, my] = [mean(x), mean(y)]
  const product = (a: Float64Array, ma: number, b: Float64Array, mb: number): number =>
    known.reduce((sum, s) => sum + (a[s]! - ma) * (b[s]! - mb), 0)
  const [xx, yy, xy] = [product(x, mx, x, mx), product(y, my, y, my), product(x, mx, y, my)]
  const [middle, apart] = [(xx + yy) / 2, Math.hypot((xx - yy) / 2, xy)]
  return middle + apart > 0 && Math.sqrt(Math.max(0, middle - apart) / (middle + apart)) < narrowShare
}
