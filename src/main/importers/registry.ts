import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, Inspection } from '../../shared/domain/inspection.ts'
import { countTaskEvents, type TaskEvent } from '../../shared/domain/task-event.ts'
import { refuseUnknownAnswers } from './answers.ts'
import { eventsCsv, eventsWithin, readEvents, type EventTable } from './events-csv.ts'
import type { Detection, Importer, ImportTask, ReadProgress, SpikeRecording } from './importer.ts'
import { layoutCsv, readLayoutTable } from './layout-csv.ts'
import { openFile, type OpenedFile } from './opened-file.ts'
import { retinalWaveHdf5 } from './retinal-wave-hdf5.ts'
import { spikeTableCsv } from './spike-table-csv.ts'

/** Formats of recordings. */
const importers: Importer[] = [retinalWaveHdf5, spikeTableCsv]

/** What may come in files of its own beside a recording. */
const besides: Importer[] = [layoutCsv, eventsCsv]

/** Formats a person can name: those of recordings, and what comes beside them. */
export const formats: readonly string[] = [...importers, ...besides].map(({ format }) => format)

/** Files of one recording, in any order: absolute paths. */
export type ImportRequest = { files: string[]; format?: string; set?: ImportAnswers }

/**
 * What an import would yield.
 * @throws import/… where the files are no recording, or not one
 */
export async function inspect(request: ImportRequest, interrupt: () => void = () => {}): Promise<Inspection> {
  const { importer, task, events, reasons, alternatives } = await recognise(request, interrupt)
  const found = { ...(await importer.inspect(task)), reasons, alternatives }
  if (!events) return found
  const within = eventsWithin(events, found)
  return {
    ...found,
    events: { ...found.events, ...countTaskEvents(within.events) },
    settings: [...found.settings, ...events.settings],
    warnings: [...found.warnings, ...within.warnings],
  }
}

/**
 * Reads the files of one recording.
 * @throws import/… where the files are no recording, or not one
 */
export async function* read(
  request: ImportRequest,
  interrupt: () => void,
): AsyncGenerator<ReadProgress, SpikeRecording & { taskEvents: TaskEvent[] }> {
  const { importer, task, events } = await recognise(request, interrupt)
  const recording = yield* importer.read(task)
  if (!events) return { ...recording, taskEvents: [] }
  const within = eventsWithin(events, recording)
  return { ...recording, taskEvents: within.events, warnings: [...recording.warnings, ...within.warnings] }
}

type Recognised = { importer: Importer; task: ImportTask; events: EventTable | null; reasons: Detection['reasons']; alternatives: string[] }

async function recognise({ files, format, set = {} }: ImportRequest, interrupt: () => void): Promise<Recognised> {
  const opened: OpenedFile[] = []
  for (const path of new Set(files)) {
    interrupt()
    opened.push(await openFile(path))
  }
  const { importer, detection, layoutFiles, eventFiles } = choose(opened, format, set)
  refuseUnknownAnswers(set, [
    ...importer.settings,
    ...(layoutFiles.length > 0 ? layoutCsv.settings : []),
    ...(eventFiles.length > 0 ? eventsCsv.settings : []),
  ])
  const layout = layoutFiles.length > 0 ? await readLayoutTable(layoutFiles, { answers: set, interrupt }) : null
  const events = eventFiles.length > 0 ? await readEvents(eventFiles, { answers: set, interrupt }) : null
  const alternatives = [...importers, ...besides]
    .filter((other) => other !== importer && (other.detect(detection.files, {})?.confidence ?? 0) >= 0.3)
    .map((other) => other.format)
  return { importer, task: { files: detection.files, layout, answers: set, interrupt }, events, reasons: detection.reasons, alternatives }
}

type Choice = { importer: Importer; detection: Detection; layoutFiles: OpenedFile[]; eventFiles: OpenedFile[] }

/** Which importer takes which files: layouts and events are put aside first, what is left must be one recording. */
function choose(opened: OpenedFile[], format: string | undefined, answers: ImportAnswers): Choice {
  const wanted = format === undefined ? null : [...importers, ...besides].find((importer) => importer.format === format)
  if (wanted === undefined) throw fail('import/format-unknown', { format: format ?? '', formats: formats.join(', ') })
  if (wanted && besides.includes(wanted)) return { importer: wanted, detection: chosen(opened), layoutFiles: [], eventFiles: [] }
  const aside = (importer: Importer, files: OpenedFile[]): { own: OpenedFile[]; alone: Detection | null } => {
    const detection = importer.detect(files, answers)
    const isAlone = detection !== null && detection.files.length === files.length
    // Named by hand, lone files are the recording even when they look like something beside one.
    return { own: isAlone ? [] : (detection?.files ?? []), alone: isAlone && !wanted ? detection : null }
  }
  const layout = aside(layoutCsv, opened)
  if (layout.alone) return { importer: layoutCsv, detection: layout.alone, layoutFiles: [], eventFiles: [] }
  const others = opened.filter((file) => !layout.own.includes(file)),
    events = aside(eventsCsv, others)
  if (events.alone) return { importer: eventsCsv, detection: events.alone, layoutFiles: layout.own, eventFiles: [] }
  const rest = others.filter((file) => !events.own.includes(file))
  const { importer, detection } = wanted
    ? { importer: wanted, detection: wanted.detect(rest, answers) ?? chosen(rest) }
    : likeliest(rest, answers)
  const left = rest.filter((file) => !detection.files.includes(file))
  if (left.length > 0) throw fail('import/files-not-one-recording', { files: rest.map(({ name }) => name).join(', ') })
  return { importer, detection, layoutFiles: layout.own, eventFiles: events.own }
}

function chosen(files: OpenedFile[]): Detection {
  return { confidence: 1, reasons: [{ code: 'chosen', details: { file: files.map(({ name }) => name).join(', ') } }], files }
}

function likeliest(files: OpenedFile[], answers: ImportAnswers): { importer: Importer; detection: Detection } {
  const [best] = importers
    .flatMap((importer) => {
      const detection = importer.detect(files, answers)
      return detection ? [{ importer, detection }] : []
    })
    .toSorted((a, b) => b.detection.confidence - a.detection.confidence)
  if (!best) throw fail('import/not-recognised', { file: files[0]?.name ?? '', formats: formats.join(', ') })
  return best
}
