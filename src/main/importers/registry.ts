import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, Inspection } from '../../shared/domain/inspection.ts'
import { refuseUnknownAnswers } from './answers.ts'
import type { Detection, Importer, ImportTask, ReadProgress, SpikeRecording } from './importer.ts'
import { layoutCsv, readLayoutTable } from './layout-csv.ts'
import { openFile, type OpenedFile } from './opened-file.ts'
import { retinalWaveHdf5 } from './retinal-wave-hdf5.ts'
import { spikeTableCsv } from './spike-table-csv.ts'

/** Formats of recordings. */
const importers: Importer[] = [
  retinalWaveHdf5,
  spikeTableCsv,
]

/** Formats a person can name: those of recordings, and the layout beside them. */
export const formats: readonly string[] = [...importers, layoutCsv].map(({ format }) => format)

/** Files of one recording, in any order: absolute paths. */
export type ImportRequest = { files: string[]; format?: string; set?: ImportAnswers }

/**
 * What an import would yield.
 * @throws import/… where the files are no recording, or not one
 */
export async function inspect(request: ImportRequest, interrupt: () => void = () => {}): Promise<Inspection> {
  const { importer, task, reasons, alternatives } = await recognise(request, interrupt)
  return { ...await importer.inspect(task), reasons, alternatives }
}

/**
 * Reads the files of one recording.
 * @throws import/… where the files are no recording, or not one
 */
export async function* read(request: ImportRequest, interrupt: () => void): AsyncGenerator<ReadProgress, SpikeRecording> {
  const { importer, task } = await recognise(request, interrupt)
  return yield* importer.read(task)
}

type Recognised = { importer: Importer; task: ImportTask; reasons: Detection['reasons']; alternatives: string[] }

async function recognise({ files, format, set = {} }: ImportRequest, interrupt: () => void): Promise<Recognised> {
  const opened: OpenedFile[] = []
  for (const path of new Set(files)) {
    interrupt()
    opened.push(await openFile(path))
  }
  const { importer, detection, layoutFiles } = choose(opened, format)
  refuseUnknownAnswers(set, layoutFiles.length > 0 ? [...importer.settings, ...layoutCsv.settings] : importer.settings)
  const layout = layoutFiles.length > 0 ? await readLayoutTable(layoutFiles, { answers: set, interrupt }) : null
  const alternatives = [...importers, layoutCsv].filter((other) => other !== importer && (other.detect(detection.files)?.confidence ?? 0) >= 0.3).map((other) => other.format)
  return { importer, task: { files: detection.files, layout, answers: set, interrupt }, reasons: detection.reasons, alternatives }
}

type Choice = { importer: Importer; detection: Detection; layoutFiles: OpenedFile[] }

/** Which importer takes which files: layouts are put aside first, what is left must be one recording. */
function choose(opened: OpenedFile[], format: string | undefined): Choice {
  const wanted = format === undefined ? null : [...importers, layoutCsv].find((importer) => importer.format === format)
  if (wanted === undefined) throw fail('import/format-unknown', { format: format ?? '', formats: formats.join(', ') })
  if (wanted === layoutCsv) return { importer: layoutCsv, detection: chosen(opened), layoutFiles: [] }
  const layout = layoutCsv.detect(opened)
  const isOnlyLayout = layout?.files.length === opened.length
  if (layout && isOnlyLayout && !wanted) return { importer: layoutCsv, detection: layout, layoutFiles: [] }
  // Named by hand, a lone file is the recording even when it looks like a layout.
  const layoutFiles = isOnlyLayout ? [] : layout?.files ?? []
  const rest = opened.filter((file) => !layoutFiles.includes(file))
  const { importer, detection } = wanted ? { importer: wanted, detection: wanted.detect(rest) ?? chosen(rest) } : likeliest(rest)
  const left = rest.filter((file) => !detection.files.includes(file))
  if (left.length > 0) throw fail('import/files-not-one-recording', { files: rest.map(({ name }) => name).join(', ') })
  return { importer, detection, layoutFiles }
}

function chosen(files: OpenedFile[]): Detection {
  return { confidence: 1, reasons: [{ code: 'chosen', details: { file: files.map(({ name }) => name).join(', ') } }], files }
}

function likeliest(files: OpenedFile[]): { importer: Importer; detection: Detection } {
  const [best] = importers
    .flatMap((importer) => {
      const detection = importer.detect(files)
      return detection ? [{ importer, detection }] : []
    })
    .toSorted((a, b) => b.detection.confidence - a.detection.confidence)
  if (!best) throw fail('import/not-recognised', { file: files[0]?.name ?? '', formats: formats.join(', ') })
  return best
}
