import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, Inspection } from '../../shared/domain/inspection.ts'
import { countIntervals } from '../../shared/domain/interval.ts'
import { countTaskEvents } from '../../shared/domain/task-event.ts'
import { refuseUnknownAnswers } from './answers.ts'
import { clockSettings, joinBehaviour, type Base, type Behaviour, type Companion } from './behaviour.ts'
import { named } from './checks.ts'
import { meaningSettingNames } from './event-meanings.ts'
import { eventsCsv } from './events-csv.ts'
import type { BehaviourReading, Beside, Importer, ReadProgress, Reading, SpikeRecording, TraceRecording } from './importer.ts'
import { layoutCsv } from './layout-csv.ts'
import type { LayoutTable } from './layout-table.ts'
import { openFiles, type OpenedFile } from './opened-file.ts'
import { windowSettings, type Surroundings } from './reading-frame.ts'
import { type ImportRequest, type Recognised, recognise, sure } from './recognise-files.ts'
import { inspectReading, keepReading } from './recording-importer.ts'
import { likeliest } from './registry.ts'
import { spikeTableCsv } from './spike-table-csv.ts'

/**
 * What an import would yield.
 * @throws import/… where the files are no recording, or not one
 */
export async function inspect(request: ImportRequest, interrupt: () => void = () => {}): Promise<Inspection> {
  const recognised = await recognise(request, interrupt)
  const { around, reading, companions } = await settled(readAll(recognised, interrupt))
  const found = await settled(inspectReading(reading, around))
  const whole = withBehaviour(found, { file: around.file, reading, companions, answers: recognised.answers })
  return {
    ...whole,
    reasons: recognised.detection.reasons,
    alternatives: recognised.alternatives,
    warnings: [...recognised.leftOut, ...whole.warnings],
  }
}

/**
 * Reads the files of one recording.
 * @returns the recording, the files it came from, and every setting as it was used
 * @throws import/… where the files are no recording, or not one
 */
export async function* read(
  request: ImportRequest,
  interrupt: () => void,
): AsyncGenerator<
  ReadProgress,
  { recording: SpikeRecording | TraceRecording; files: OpenedFile[]; settings: Record<string, string | number | null> }
> {
  const recognised = await recognise(request, interrupt)
  const { around, reading, companions } = yield* readAll(recognised, interrupt)
  const recording = yield* keepReading(reading, around)
  const behaviour = joinBehaviour(baseOf(reading, recording), companions, recognised.answers)
  recording.taskEvents = behaviour.taskEvents
  recording.intervals = behaviour.intervals
  recording.warnings.push(...companions.flatMap((companion) => companion.reading.warnings), ...behaviour.warnings)
  recording.warnings.unshift(...recognised.leftOut)
  const settings = [...settingsOf(reading), ...companions.flatMap((companion) => companion.reading.settings), ...behaviour.settings]
  return { recording, files: recognised.files, settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])) }
}

const settingsOf = (reading: Reading): Inspection['settings'] => (reading.modality === 'layout' ? [] : reading.settings)

/** A reading's own events and intervals, and the recording they are in. */
function baseOf(reading: Reading, { startS, endS }: { startS: number | null; endS: number | null }): Base {
  const { taskEvents = [], intervals = [], track } = reading.modality === 'layout' ? {} : reading
  return { taskEvents, intervals, track, startS, endS }
}

/** An inspection with what came in files beside the recording; of files that are behaviour alone, all there is. */
function withBehaviour(
  found: Inspection,
  { file, reading, companions, answers }: { file: string; reading: Reading; companions: Companion[]; answers: ImportAnswers },
): Inspection {
  if (reading.modality === 'layout') return found
  const alone = isBehaviour(reading)
  const base = alone ? { taskEvents: [], intervals: [], startS: null, endS: null } : baseOf(reading, found)
  const parts = alone ? [{ file, reading }] : companions
  const { taskEvents, intervals, settings, warnings, preview } = joinBehaviour(base, parts, answers)
  // A file that holds positions lets the person choose one, also where none is taken yet.
  const offersTrack = settingsOf(reading).some(({ name }) => name === 'position')
  if (parts.length === 0 && base.taskEvents.length + base.intervals.length === 0 && !offersTrack) {
    refuseMeanings(answers)
    return withCompanionsOf(found, companions)
  }
  return {
    ...withCompanionsOf(found, companions),
    events: countTaskEvents(taskEvents),
    intervals: countIntervals(intervals),
    settings: [...found.settings, ...companions.flatMap((companion) => companion.reading.settings), ...(alone ? [] : settings)],
    warnings: [...found.warnings, ...companions.flatMap((companion) => companion.reading.warnings), ...warnings],
    behaviour: alone ? { ...preview, clock: null } : preview,
  }
}

function withCompanionsOf(found: Inspection, companions: Companion[]): Inspection {
  return {
    ...found,
    choices: [...found.choices, ...companions.flatMap(({ reading }) => reading.choices ?? [])],
    needs: [...found.needs, ...companions.flatMap(({ reading }) => reading.needs)],
  }
}

/** Meanings of words make no sense where nothing has a word. @throws import/setting-unknown */
function refuseMeanings(answers: ImportAnswers): void {
  for (const setting of meaningSettingNames) {
    if (answers[setting] !== undefined) throw fail('import/setting-unknown', { setting, settings: windowSettings.join(', ') })
  }
}

/** One file of events, intervals or positions for a recording that is there already. */
export type BesideRequest = {
  file: string
  set?: ImportAnswers
  base: Base & { startS: number; endS: number; samplingRateHz: number | null }
}

/** What it would add, with every setting as it was used. */
export type WhatIsBeside = Pick<Behaviour, 'added' | 'settings' | 'warnings' | 'preview'>

/**
 * What a file would add to a recording: a table of events, or any format that holds events, intervals or positions of an animal.
 * @throws import/nothing-to-use where it holds none of these
 */
export async function readBeside({ file, set = {}, base }: BesideRequest, interrupt: () => void = () => {}): Promise<WhatIsBeside> {
  const [opened] = await openFiles([file], interrupt)
  if (!opened) throw fail('import/folder-empty', { file })
  const behaviourOnly = likeliest([opened], set, (importer) => importer.isBehaviourOnly === true)
  const other = behaviourOnly ?? likeliest([opened], set)
  const isSure = other !== null && other.detection.confidence >= sure && other.importer !== spikeTableCsv
  const answers: ImportAnswers = isSure ? set : { ...set, eventsFile: opened.name }
  const importer = isSure ? other.importer : eventsCsv
  refuseUnknownAnswers(set, [...importer.settings, ...meaningSettingNames, ...clockSettings, 'eventsFile'])
  const { startS, endS, samplingRateHz } = base
  const reading = await settled(importer.read({ files: [opened], answers, interrupt, beside: { startS, endS, samplingRateHz } }))
  const { taskEvents = [], intervals = [], track } = reading.modality === 'layout' ? {} : reading
  const isTable = isBehaviour(reading) && reading.table
  if (taskEvents.length + intervals.length === 0 && !track && !isTable) {
    throw fail('import/nothing-to-use', { file: opened.name, found: reading.modality })
  }
  const behaviour: BehaviourReading = isBehaviour(reading)
    ? reading
    : { modality: 'behaviour', taskEvents, intervals, track, needs: [], settings: settingsOf(reading), warnings: [] }
  const joined = joinBehaviour(base, [{ file: opened.name, reading: behaviour }], answers)
  const { added, preview } = joined
  return {
    added,
    preview,
    settings: [...behaviour.settings, ...joined.settings],
    warnings: [...behaviour.warnings, ...joined.warnings],
  }
}

/** Reads the recording's files and those beside it. */
async function* readAll(
  { importer, detection, layoutFiles, companions, answers }: Recognised,
  interrupt: () => void,
): AsyncGenerator<ReadProgress, { around: Surroundings; reading: Reading; companions: Companion[] }> {
  let layout: LayoutTable | null = null
  if (layoutFiles.length > 0) {
    const read = yield* layoutCsv.read({ files: layoutFiles, answers, interrupt })
    if (read.modality === 'layout') layout = read.table
  }
  const parts: { importer: Importer; file: string; reading: Reading }[] = []
  for (const part of [{ importer, detection }, ...companions]) {
    const { files } = part.detection
    const beside = besideOf(parts.find((other) => !isBehaviour(other.reading))?.reading)
    const reading = yield* part.importer.read({ files, answers, interrupt, beside })
    parts.push({ importer: part.importer, file: named(files.map(({ name }) => name)), reading })
  }
  // Which of two files of one format is the recording shows only now: the one that is not behaviour alone.
  const [first, ...others] = parts.toSorted((a, b) => Number(isBehaviour(a.reading)) - Number(isBehaviour(b.reading)))
  const behaviours = others.flatMap(({ file, reading }): Companion[] => (isBehaviour(reading) ? [{ file, reading }] : []))
  if (!first || behaviours.length < others.length) {
    throw fail('import/files-not-one-recording', { files: named(parts.map(({ file }) => file)) })
  }
  const around = { format: first.importer.format, file: first.file, layout, answers, interrupt }
  return { around, reading: first.reading, companions: behaviours }
}

/** Where a reading's signal begins and ends, for files whose times have no unit. */
function besideOf(reading: Reading | undefined): Beside | undefined {
  if (reading?.modality === 'spikes') {
    const { timesS } = reading.trains
    let [startS, endS] = [reading.spanS?.startS ?? Infinity, reading.spanS?.endS ?? -Infinity]
    for (let s = 0; s < timesS.length; s++) {
      startS = Math.min(startS, timesS[s]!)
      endS = Math.max(endS, timesS[s]!)
    }
    return startS <= endS ? { startS: Math.min(0, startS), endS, samplingRateHz: reading.samplingRateHz } : undefined
  }
  if (reading?.modality !== 'traces' || !reading.timesS || reading.timesS.length === 0) return undefined
  return { startS: reading.timesS[0]!, endS: reading.timesS.at(-1)!, samplingRateHz: reading.samplingRateHz }
}

const isBehaviour = (reading: Reading): reading is BehaviourReading => reading.modality === 'behaviour'

async function settled<Result>(work: Generator<ReadProgress, Result> | AsyncGenerator<ReadProgress, Result>): Promise<Result> {
  for (;;) {
    const { value, done } = await work.next()
    if (done) return value
  }
}
