import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, Inspection } from '../../shared/domain/inspection.ts'
import { countIntervals } from '../../shared/domain/interval.ts'
import { countTaskEvents } from '../../shared/domain/task-event.ts'
import { refuseUnknownAnswers } from './answers.ts'
import { anyHdf5 } from './any-hdf5.ts'
import { caimanHdf5 } from './caiman-hdf5.ts'
import { named, warning } from './checks.ts'
import { corticalLabsHdf5 } from './cortical-labs-hdf5.ts'
import { edf } from './edf.ts'
import { notRecognised } from './file-kinds.ts'
import { axionSpikeList } from './axion-spike-list.ts'
import { blackrockNev } from './blackrock-nev.ts'
import { neuroexplorer } from './neuroexplorer.ts'
import { videoPositionTracking } from './video-position-tracking.ts'
import { eventsCsv } from './events-csv.ts'
import type { BehaviourReading, Detection, Importer, ReadProgress, Reading, SpikeRecording, TraceRecording } from './importer.ts'
import { layoutCsv } from './layout-csv.ts'
import { maxwellHdf5 } from './maxwell-hdf5.ts'
import { matlab } from './matlab.ts'
import type { LayoutTable } from './layout-table.ts'
import { mcsHdf5 } from './mcs-hdf5.ts'
import { npy, npz } from './numpy.ts'
import { nwb } from './nwb.ts'
import { openFiles, type OpenedFile } from './opened-file.ts'
import { eventsWithin, windowSettings, type Surroundings } from './reading-frame.ts'
import { phy } from './phy.ts'
import { inspectReading, keepReading } from './recording-importer.ts'
import { retinalWaveHdf5 } from './retinal-wave-hdf5.ts'
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
  neuroexplorer,
  blackrockNev,
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
  return companions.reduce((inspection, companion) => joinedInspection(inspection, companion), {
    ...found,
    reasons: recognised.detection.reasons,
    alternatives: recognised.alternatives,
    warnings: [...recognised.leftOut, ...found.warnings],
  })
}

/**
 * Reads the files of one recording.
 * @returns the recording, and the files it came from
 * @throws import/… where the files are no recording, or not one
 */
export async function* read(
  request: ImportRequest,
  interrupt: () => void,
): AsyncGenerator<ReadProgress, { recording: SpikeRecording | TraceRecording; files: OpenedFile[] }> {
  const recognised = await recognise(request, interrupt)
  const { around, reading, companions } = yield* readAll(recognised, interrupt)
  const recording = yield* keepReading(reading, around)
  for (const companion of companions) {
    const within = eventsWithin(eventsOf(companion), recording)
    recording.taskEvents = [...recording.taskEvents, ...within.taskEvents].toSorted((a, b) => a.timeS - b.timeS)
    recording.intervals = [...recording.intervals, ...within.intervals].toSorted((a, b) => a.startS - b.startS)
    recording.warnings.push(...companion.reading.warnings, ...within.warnings)
  }
  recording.warnings.unshift(...recognised.leftOut)
  return { recording, files: recognised.files }
}

/** Events and intervals that came in files of their own. */
type Companion = { file: string; reading: BehaviourReading }

const eventsOf = ({ file, reading }: Companion) => ({
  file,
  taskEvents: reading.taskEvents ?? [],
  intervals: reading.intervals ?? [],
})

function joinedInspection(found: Inspection, companion: Companion): Inspection {
  const { taskEvents, intervals, warnings } = eventsWithin(eventsOf(companion), found)
  const { reading } = companion
  return {
    ...found,
    events: summed(found.events, countTaskEvents(taskEvents)),
    intervals: summed(found.intervals, countIntervals(intervals)),
    settings: [...found.settings, ...reading.settings],
    choices: [...found.choices, ...(reading.choices ?? [])],
    needs: [...found.needs, ...reading.needs],
    warnings: [...found.warnings, ...reading.warnings, ...warnings],
  }
}

function summed(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const sum = { ...a }
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count
  return sum
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
    const reading = yield* part.importer.read({ files, answers, interrupt })
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

const isBehaviour = (reading: Reading): reading is BehaviourReading => reading.modality === 'behaviour'

type Choice = Pick<Recognised, 'importer' | 'detection' | 'layoutFiles' | 'companions'> & { left: OpenedFile[] }

/** A sure format takes its files first; then layouts and events are put aside, and what is left must be one recording. */
function choose(all: OpenedFile[], format: string | undefined, answers: ImportAnswers): Choice {
  const wanted = format === undefined ? null : [...importers, ...besides].find((importer) => importer.format === format)
  if (wanted === undefined) throw fail('import/format-unknown', { format: format ?? '', formats: formats.join(', ') })
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
