import { resolve } from 'node:path'
import { arrayTemplateNames } from '../../../shared/domain/array-template.ts'
import type { RouteInput, RouteOutput } from '../../../shared/contract/contract.ts'
import { ask, openNamedProject, WrongUse, type Command, type Session } from '../command.ts'
import { writeOut } from './figure.ts'

type Joined = RouteOutput<'layouts.read'>

/** Gives a recording the layout of a file or of a known array, or writes a known array as a layout file. */
export const layout: Command = async (session) => {
  const { arguments: given, output, translate } = session
  const out = given.text('out')
  if (out !== undefined) {
    const array = await templateOf(session, [])
    const file = await writeOut(session, out, new TextEncoder().encode(csvOf(array)))
    output.say(translate('cli.layoutWritten', { file, channels: array.channelLabels.length }))
    return { template: given.text('template'), channels: array.channelLabels.length, file }
  }
  await openNamedProject(session)
  const { recordings } = await ask(session, 'recordings.list', {}),
    named = given.text('recording')
  const recording = named === undefined ? recordings.at(-1) : recordings.find(({ id, name }) => name === named || String(id) === named)
  if (!recording) throw new WrongUse(translate('cli.noRecording', { names: recordings.map(({ name }) => name).join(', ') }))
  const { channels, layout: before } = await ask(session, 'recordings.get', { recordingId: recording.id })
  const labels = channels.map(({ label }) => label)
  const [file] = given.files
  const joined: Joined = file
    ? await ask(session, 'layouts.read', { file: resolve(file), set: given.settings(), channelLabels: labels })
    : await templateOf(session, labels)
  for (const { code, details } of joined.warnings) output.say(`- ${translate(`warnings.${code}`, details)}`)
  // An array without regions says where channels are; regions drawn before stay.
  const kept = joined.layout.regions.length > 0 ? joined.layout : before
  await ask(session, 'layouts.set', { recordingId: recording.id, ...kept, positionsUm: joined.positionsUm, positions: 'replace' })
  const placed = labels.filter((_, c) => Number.isFinite(joined.positionsUm?.[2 * c] ?? NaN)).length
  output.say(translate('cli.layoutSet', { name: recording.name, placed, channels: labels.length, regions: kept.regions.length }))
  return { recordingId: recording.id, channels: labels.length, placed, regions: kept.regions, warnings: joined.warnings }
}

async function templateOf(session: Session, channelLabels: string[]): Promise<RouteOutput<'layouts.template'>> {
  const { arguments: given, translate } = session
  const template = arrayTemplateNames.find((name) => name === given.text('template'))
  if (!template) throw new WrongUse(translate('cli.templateMissing', { templates: arrayTemplateNames.join(', ') }))
  return await ask(session, 'layouts.template', { ...given.settings(), template, channelLabels } as RouteInput<'layouts.template'>)
}

function csvOf({ channelLabels, positionsUm, layout: on }: RouteOutput<'layouts.template'>): string {
  const cell = (value: number | undefined): string => (value !== undefined && Number.isFinite(value) ? String(value) : '')
  const lines = channelLabels.map((label, c) => {
    const region = on.regions[on.regionOfChannel[c] ?? -1]
    const words = [region?.name ?? '', region?.role ?? '', region?.side ?? '', region?.paddle ?? '']
    return [label, cell(positionsUm?.[2 * c]), cell(positionsUm?.[2 * c + 1]), ...words].join(',')
  })
  return `channel,x_um,y_um,region,role,side,paddle\n${lines.join('\n')}\n`
}
