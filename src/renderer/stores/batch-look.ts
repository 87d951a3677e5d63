import { isSignal, type ImportWarning, type Inspection } from '../../shared/domain/inspection.ts'
import type { BatchRow } from '../composables/batch-row.ts'
import { i18n } from '../i18n.ts'
import { ask, problemOf, type Problem } from './ask.ts'
import { fittingAnswers } from './remembered-answers.ts'

/** Looks into one of several recordings: what is known of it, and what becomes of its row. */
export async function lookInto(row: BatchRow): Promise<Partial<BatchRow>> {
  try {
    const found = await look(row)
    const loose = row.beside.length > 0 && found.inspection ? looseJoin(found.inspection) : null
    return loose ? await withoutBeside(row, i18n.global.t(`warnings.${loose.code}`, loose.details)) : found
  } catch (failure) {
    const problem = problemOf(failure)
    return row.beside.length === 0
      ? refused(problem)
      : await withoutBeside(row, problem.message).catch((alone) => refused(problemOf(alone)))
  }
}

/** A layout of another array, say, keeps nobody from the recording. */
const withoutBeside = async (row: BatchRow, leftBeside: string): Promise<Partial<BatchRow>> => ({
  ...(await look({ ...row, beside: [] })),
  beside: [],
  leftBeside,
})

/** Nobody said that this layout is of this array: it must fit well. What a person chooses for a recording need not. */
function looseJoin({ warnings, channels }: Inspection): ImportWarning | null {
  const isLoose = ({ code, details }: ImportWarning): boolean =>
    code === 'layout-joined-by-place' ||
    (code === 'layout-lacks-channels' && 2 * Number(details.count) > (channels ?? 0)) ||
    (code === 'layout-channels-not-recorded' && Number(details.count) > 3 * (channels ?? 0))
  return warnings.find(isLoose) ?? null
}

const refused = (problem: Problem): Partial<BatchRow> => ({ problem, inspection: null, state: 'explained' })

async function look(row: BatchRow): Promise<Partial<BatchRow>> {
  const found = await inspect(row)
  if (found.needs.length === 0 || !isSignal(found)) return known(found)
  const { rig } = await ask('import.remembered', { format: found.format })
  const answers = rig ? { ...fittingAnswers(rig.set, found.settings), ...row.answers } : row.answers
  if (!rig || !found.needs.some(({ name }) => name in answers && !(name in row.answers))) return known(found)
  return { ...known(await inspect({ ...row, answers })), answers, rememberedAt: rig.importedAt }
}

const inspect = ({ files, beside, answers, format }: BatchRow): Promise<Inspection> =>
  ask('import.inspect', { files: [...files, ...beside], set: answers, ...(format === null ? {} : { format }) })

/** Voltage, behaviour and layouts are explained, not imported by themselves. */
function known(inspection: Inspection): Partial<BatchRow> {
  const state = isSignal(inspection) ? (inspection.needs.length > 0 ? 'asks' : 'ready') : 'explained'
  return { inspection, problem: null, state }
}
