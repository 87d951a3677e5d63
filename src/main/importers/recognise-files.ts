import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers, Inspection } from '../../shared/domain/inspection.ts'
import { refuseUnknownAnswers } from './answers.ts'
import { clockSettings } from './behaviour.ts'
import { named, warning } from './checks.ts'
import { meaningSettingNames } from './event-meanings.ts'
import { chosenEvents, eventsCsv } from './events-csv.ts'
import { notRecognised, otherKindOf } from './file-kinds.ts'
import type { Detection, Importer } from './importer.ts'
import { layoutCsv } from './layout-csv.ts'
import { openFiles, type OpenedFile } from './opened-file.ts'
import { windowSettings } from './reading-frame.ts'
import { besides, formats, importers, likeliest } from './registry.ts'

/** Files of one recording, in any order, or folders of them: absolute paths. */
export type ImportRequest = { files: string[]; format?: string; set?: ImportAnswers }

/** From here on a format is sure of its files. */
export const sure = 0.9

/** From here on a format is offered as an alternative. */
const possible = 0.3

/** Which format takes which files. */
export type Recognised = {
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

export async function recognise({ files, format, set = {} }: ImportRequest, interrupt: () => void): Promise<Recognised> {
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
  // a page of notes may look like a table
  if (!wanted && all.every(({ name }) => otherKindOf(name) === 'import/is-a-document'))
    throw notRecognised(named(all.map(({ name }) => name)), formats)
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
