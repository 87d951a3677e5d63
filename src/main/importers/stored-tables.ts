import { fail } from '../../shared/contract/errors.ts'
import type { ImportAnswers } from '../../shared/domain/inspection.ts'
import { choiceAnswer, choiceSetting } from './answers.ts'
import { axionSpikeList } from './axion-spike-list.ts'
import { eventsCsv } from './events-csv.ts'
import type { Importer, ImportTask, ReadProgress, Reading } from './importer.ts'
import { layoutCsv } from './layout-csv.ts'
import type { OpenedFile, StoredTable } from './opened-file.ts'
import { parquetTable } from './parquet-table.ts'
import { spikeTableCsv } from './spike-table-csv.ts'
import { wideTableCsv } from './wide-table-csv.ts'
import { sheetsOf } from './xlsx-sheets.ts'
import { isZip } from './zip.ts'

/** What a table can be, whatever file it stands in. */
const tables: Importer[] = [axionSpikeList, spikeTableCsv, wideTableCsv, layoutCsv, eventsCsv]
/** How a text file writes its table; a sheet has cells. */
const ofText = new Set(['separator', 'decimal'])
const tableSettings = [...new Set(tables.flatMap(({ settings }) => settings))].filter((name) => !ofText.has(name))

/** A workbook of Excel: the sheet that is most like a recording, or the one chosen. */
export const xlsx: Importer = {
  format: 'xlsx',
  settings: ['sheet', ...tableSettings],
  bringsBehaviour: true,
  detect(files) {
    const file = files.find((candidate) => isZip(candidate) && /\.xls[xm]$/i.test(candidate.name))
    return file ? { confidence: 0.9, reasons: [{ code: 'signature', details: { file: file.name } }], files: [file] } : null
  },
  read: async function* ({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, Reading> {
    const [file] = files
    if (!file || !isZip(file)) throw fail('import/not-recognised', { file: file?.name ?? '', formats: 'xlsx' })
    const sheets = await sheetsOf(file)
    const names = sheets.map(({ name }) => name)
    const given = choiceAnswer(answers, 'sheet', names)
    const candidates = sheets
      .filter(({ name }) => given === null || name === given)
      .map(({ name, table }) => ({ name, file: withTable(file, table) }))
    const { sheet, importer, opened } = likeliest(candidates, { file, answers })
    const reading = yield* importer.read({ files: [opened], answers: withoutSheet(answers), interrupt })
    if (reading.modality === 'layout' || sheets.length < 2) return reading
    return {
      ...reading,
      settings: [choiceSetting('sheet', sheet, { options: names, guessed: given === null }), ...reading.settings],
      choices: [{ name: 'sheet', options: names }, ...(reading.choices ?? [])],
    }
  },
}

/** A table as Arrow, pandas and Spark write it. */
export const parquet: Importer = {
  format: 'parquet',
  settings: tableSettings,
  bringsBehaviour: true,
  detect(files) {
    const file = files.find(({ head }) => String.fromCharCode(...head.subarray(0, 4)) === 'PAR1')
    return file ? { confidence: 0.9, reasons: [{ code: 'signature', details: { file: file.name } }], files: [file] } : null
  },
  read: async function* ({ files, answers, interrupt }: ImportTask): AsyncGenerator<ReadProgress, Reading> {
    const [file] = files
    if (!file) throw fail('import/not-recognised', { file: '', formats: 'parquet' })
    const opened = withTable(file, await parquetTable(file, interrupt))
    const { importer } = likeliest([{ name: file.name, file: opened }], { file, answers })
    return yield* importer.read({ files: [opened], answers, interrupt })
  },
}

const withTable = (file: OpenedFile, table: StoredTable): OpenedFile => ({ ...file, text: null, table })

function withoutSheet({ sheet: _, ...answers }: ImportAnswers): ImportAnswers {
  return answers
}

/** The sheet and the kind of table that fit best. Layouts and events are told by their columns, so they go first. */
function likeliest(
  candidates: { name: string; file: OpenedFile }[],
  { file, answers }: { file: OpenedFile; answers: ImportAnswers },
): { sheet: string; importer: Importer; opened: OpenedFile } {
  const [best] = candidates
    .flatMap(({ name, file: opened }) =>
      tables.flatMap((importer) => {
        const detection = importer.detect([opened], answers)
        return detection ? [{ sheet: name, importer, opened, confidence: detection.confidence }] : []
      }),
    )
    .toSorted((a, b) => b.confidence - a.confidence)
  if (!best) throw fail('import/not-recognised', { file: file.name, formats: tables.map(({ format }) => format).join(', ') })
  return best
}
