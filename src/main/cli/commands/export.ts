import { exportKinds } from '../../../shared/contract/figures.ts'
import type { RouteInput } from '../../../shared/contract/contract.ts'
import { ask, openNamedProject, WrongUse, type Command } from '../command.ts'
import { writeOut } from './figure.ts'

/** Writes one table of a project's newest results. */
export const exportTable: Command = async (session) => {
  const { arguments: given, output, translate } = session
  const what = given.text('what') ?? ''
  if (!(exportKinds as readonly string[]).includes(what))
    throw new WrongUse(translate('cli.unknownTable', { what, tables: exportKinds.join(', ') }))
  const out = given.text('out')
  if (!out) throw new WrongUse(translate('cli.outMissing'))
  await openNamedProject(session)
  const file = await ask(session, 'exports.table', { what, format: given.text('format') } as RouteInput<'exports.table'>)
  const path = await writeOut(session, out, file.bytes)
  output.say(path)
  return { path, bytes: file.bytes.length }
}
