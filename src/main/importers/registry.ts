import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, Inspection } from '../../shared/domain/inspection.ts'
import { countIntervals } from '../../shared/domain/interval.ts'
import { countTaskEvents } from '../../shared/domain/task-event.ts'
import { refuseUnknownAnswers } from './answers.ts'
import { anyHdf5 } from './any-hdf5.ts'
import { clockSettings, joinBehaviour, type Base, type Behaviour, type Companion } from './behaviour.ts'
import { caimanHdf5 } from './caiman-hdf5.ts'
import { named, warning } from './checks.ts'
import { corticalLabsHdf5 } from './cortical-labs-hdf5.ts'
import { edf } from './edf.ts'
import { notRecognised } from './file-kinds.ts'
import { axionSpikeList } from './axion-spike-list.ts'
import { blackrockNev } from './blackrock-nev.ts'
import { neuroexplorer } from './neuroexplorer.ts'
import { videoPositionTracking } from './video-position-tracking.ts'
import { meaningSettingNames } from './event-meanings.ts'
import { chosenEvents, eventsCsv } from './events-csv.ts'
import type { BehaviourReading, Beside, Detection, Importer, ReadProgress, Reading, SpikeRecording, TraceRecording } from './importer.ts'
import { layoutCsv } from './layout-csv.ts'
import { maxwellHdf5 } from './maxwell-hdf5.ts'
import { matlab } from './matlab.ts'
import type { LayoutTable } from './layout-table.ts'
import { mcsHdf5 } from './mcs-hdf5.ts'
import { npy, npz } from './numpy.ts'
import { nwb } from './nwb.ts'
import { openFiles, type OpenedFile } from './opened-file.ts'
import { windowSettings, type Surroundings } from './reading-frame.ts'
import { phy } from './phy.ts'
import { positionCsv } from './position-csv.ts'
import { inspectReading, keepReading } from './recording-importer.ts'
import { retinalWaveHdf5 } from './retinal-wave-hdf5.ts'
import { spikeRowsCsv } from './spike-rows-csv.ts'
import { spikeglxMeta } from './spikeglx-meta.ts'
import { spikeTableCsv } from './spike-table-csv.ts'
import { parquet, xlsx } from './stored-tables.ts'
import { suite2p } from './suite2p.ts'
import { wideTableCsv } from './wide-table-csv.ts'
import { threeBrainHdf5 } from './three-brain-hdf5.ts'

/** Formats of recordings; some turn out to hold events and intervals alone, and then go with a recording. */
const importers: Importer[] = [
  phy,
  suite2p,
  npz,
  npy,
  xlsx,
  parquet,
  axionSpikeList,
  retinalWaveHdf5,
  maxwellHdf5,
  mcsHdf5,
  threeBrainHdf5,
  corticalLabsHdf5,
  caimanHdf5,
  nwb,
  anyHdf5,
  matlab,
  edf,
  spikeglxMeta,
  videoPositionTracking,
  positionCsv,
  neuroexplorer,
  blackrockNev,
  spikeRowsCsv,
  spikeTableCsv,
  wideTableCsv,
]

/** What may come in files of its own beside a recording. */
const besides: Importer[] = [layoutCsv, eventsCsv]

/** Formats a person can name: those of recordings, and what comes beside them. */
export const formats: readonly string[] = [...importers, ...besides].map(({ format }) => format)

/** Files of one recording, in any order, or folders of them: absolute paths. */
export type ImportRequest = { files: string[]; format?: string; set?: ImportAnswers }

/** From here on a format is sure of its files. */
const sure = 0.9
/** From here on a format is offered as an alternative. */
const possible = 0.3

/**
 * What an import would yield.
 * @throws import/… where the files are no recording, or not one
 */
export async function inspect(request: ImportRequest, interrupt: () => void = () => {}): Promise<Inspection> {
  const recognised = await recognise(request, interrupt)
  const { around, reading, companions } = await settled(readAll(recognised, interrupt))
  const found = await settled(inspectReading(reading, around))
  const whole = withBehaviour(found, { reading, companions, answers: recognised.answers })
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
  { reading, companions, answers }: { reading: Reading; companions: Companion[]; answers: ImportAnswers },
): Inspection {
  if (reading.modality === 'layout') return found
  const alone = isBehaviour(reading)
  const base = alone ? { taskEvents: [], intervals: [], startS: null, endS: null } : baseOf(reading, found)
  const parts = alone ? [{ file: '', reading }] : companions
  const { taskEvents, intervals, settings, warnings, preview } = joinBehaviour(base, parts, answers)
  if (parts.length === 0 && base.taskEvents.length + base.intervals.length === 0 && !base.track) {
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

/** Which format takes which files. */
type Recognised = {
  importer: Importer
  detection: Detection
  layoutFiles: OpenedFile[]
  companions: { importer: Importer; detection: Detection }[]
  alternatives: string[]
  answers: ImportAnswers
  /** every file that is read */
  files: OpenedFile[]
  leftOut: Inspection['warnings']
}

async function recognise({ files, format, set = {} }: ImportRequest, interrupt: () => void): Promise<Recognised> {
  const opened = await openFiles(files, interrupt)
  const choice = choose(opened, format, set)
  const { importer, detection, layoutFiles, companions, left } = choice
  // What a folder holds beside its recording is named and left; a file that was chosen by itself must be part of it.
  const strangers = left.filter(({ place, name }) => place === name)
  if (strangers.length > 0) {
    throw fail('import/files-not-one-recording', { files: named([...detection.files, ...strangers].map(({ name }) => name)) })
  }
  refuseUnknownAnswers(set, [
    ...new Set([
      ...importer.settings,
      ...windowSettings,
      ...meaningSettingNames,
      ...clockSettings,
      'eventsFile',
      ...(layoutFiles.length > 0 ? layoutCsv.settings : []),
      ...companions.flatMap((companion) => companion.importer.settings),
    ]),
  ])
  const alternatives = [...importers, ...besides]
    .filter((other) => other !== importer && (other.detect(detection.files, {})?.confidence ?? 0) >= possible)
    .map((other) => other.format)
  return {
    importer,
    detection,
    layoutFiles,
    companions,
    alternatives,
    answers: set,
    files: [...detection.files, ...layoutFiles, ...companions.flatMap((companion) => companion.detection.files)],
    leftOut: left.length > 0 ? [warning('files-left-out', { count: left.length, files: named(left.map(({ place }) => place)) })] : [],
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

type Choice = Pick<Recognised, 'importer' | 'detection' | 'layoutFiles' | 'companions'> & { left: OpenedFile[] }

/** A sure format takes its files first; then layouts and events are put aside, and what is left must be one recording. */
function choose(all: OpenedFile[], format: string | undefined, answers: ImportAnswers): Choice {
  const wanted = format === undefined ? null : [...importers, ...besides].find((importer) => importer.format === format)
  if (wanted === undefined) throw fail('import/format-unknown', { format: format ?? '', formats: formats.join(', ') })
  const byHand = chosenEvents(all, answers)
  if (byHand && byHand.length < all.length && !(wanted && besides.includes(wanted))) {
    const others = choose(
      all.filter((file) => !byHand.includes(file)),
      format,
      { ...answers, eventsFile: '' },
    )
    return { ...others, companions: [...others.companions, { importer: eventsCsv, detection: chosen(byHand) }] }
  }
  const alone = { layoutFiles: [], companions: [], left: [] }
  if (wanted && besides.includes(wanted)) return { ...alone, importer: wanted, detection: chosen(all) }
  const beside = wanted ? [] : behaviourBeside(all, answers)
  const opened = all.filter((file) => !beside.includes(file))
  const first = wanted ? null : likeliest(opened, answers)
  const surely = first && first.detection.confidence >= sure ? first : null
  let rest = surely ? opened.filter((file) => !surely.detection.files.includes(file)) : opened
  const layout = layoutCsv.detect(rest, answers)
  if (layout && !surely && !wanted && layout.files.length === opened.length) return { ...alone, importer: layoutCsv, detection: layout }
  const layoutFiles = layout && (surely || layout.files.length < rest.length) ? layout.files : []
  rest = rest.filter((file) => !layoutFiles.includes(file))
  const events = eventsCsv.detect(rest, answers)
  if (events && !surely && !wanted && events.files.length === rest.length) {
    return { ...alone, importer: eventsCsv, detection: events, layoutFiles }
  }
  // Named by hand, lone files are the recording even when they look like something beside one.
  const eventFiles = events && (surely || events.files.length < rest.length) ? events.files : []
  const companions = events && eventFiles.length > 0 ? [{ importer: eventsCsv, detection: events }] : []
  rest = rest.filter((file) => !eventFiles.includes(file))
  const main = surely ?? (wanted ? { importer: wanted, detection: wanted.detect(rest, answers) ?? chosen(rest) } : likeliest(rest, answers))
  if (!main) throw notRecognised(named(opened.map(({ name }) => name)), formats)
  const left = [...rest.filter((file) => !main.detection.files.includes(file)), ...beside]
  const another = left.length > 0 && !wanted ? main.importer.detect(left, answers) : null
  if (another && another.confidence >= sure && !main.importer.bringsBehaviour) {
    throw fail('import/files-not-one-recording', { files: named([...main.detection.files, ...another.files].map(({ place }) => place)) })
  }
  return { ...main, layoutFiles, ...withCompanions(left, companions, answers) }
}

/** Files of a format that may be behaviour alone, where there is another recording among the files for it to go with. */
function behaviourBeside(opened: OpenedFile[], answers: ImportAnswers): OpenedFile[] {
  const first = likeliest(opened, answers)
  if (!first?.importer.bringsBehaviour) return []
  const rest = opened.filter((file) => !first.detection.files.includes(file))
  const aside = [layoutCsv, eventsCsv].flatMap((importer) => importer.detect(rest, answers)?.files ?? [])
  const other = likeliest(
    rest.filter((file) => !aside.includes(file)),
    answers,
    (importer) => !importer.bringsBehaviour && !importer.isBehaviourOnly,
  )
  return other && other.detection.confidence >= possible ? first.detection.files : []
}

/** Behaviour comes in recordings' formats, too: what is left may be read as some. */
function withCompanions(
  left: OpenedFile[],
  companions: Recognised['companions'],
  answers: ImportAnswers,
): Pick<Choice, 'companions' | 'left'> {
  const another = left.length > 0 ? likeliest(left, answers, (importer) => importer.bringsBehaviour === true) : null
  if (!another || another.detection.confidence < sure) return { companions, left }
  const rest = left.filter((file) => !another.detection.files.includes(file))
  return withCompanions(rest, [...companions, another], answers)
}

function chosen(files: OpenedFile[]): Detection {
  return { confidence: 1, reasons: [{ code: 'chosen', details: { file: named(files.map(({ name }) => name)) } }], files }
}

/** The format that claims most surely some of these files; null where none does. */
export function likeliest(
  files: OpenedFile[],
  answers: ImportAnswers,
  counts: (importer: Importer) => boolean = () => true,
): { importer: Importer; detection: Detection } | null {
  const [best] = importers
    .filter(counts)
    .flatMap((importer) => {
      const detection = importer.detect(files, answers)
      return detection ? [{ importer, detection }] : []
    })
    .toSorted(
      (a, b) =>
        Number(a.importer.isBehaviourOnly ?? false) - Number(b.importer.isBehaviourOnly ?? false) ||
        b.detection.confidence - a.detection.confidence,
    )
  return best ?? null
}

async function settled<Result>(work: Generator<ReadProgress, Result> | AsyncGenerator<ReadProgress, Result>): Promise<Result> {
  for (;;) {
    const { value, done } = await work.next()
    if (done) return value
  }
}
