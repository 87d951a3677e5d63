import { isSignal, type Inspection } from '../../shared/domain/inspection.ts'
import type { BatchRow } from '../composables/batch-row.ts'
import { ask, problemOf, type Problem } from './ask.ts'
import { fittingAnswers } from './remembered-answers.ts'

/** Looks into one of several recordings: what is known of it, and what becomes of its row. */
export async function lookInto(row: BatchRow): Promise<Partial<BatchRow>> {
  try {
    return await look(row)
  } catch (failure) {
    if (row.beside.length === 0) return refused(problemOf(failure))
    // A layout of another array, say, keeps nobody from the recording.
    try {
      return { ...(await look({ ...row, beside: [] })), beside: [], leftBeside: problemOf(failure).message }
    } catch (alone) {
      return refused(problemOf(alone))
    }
  }
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
