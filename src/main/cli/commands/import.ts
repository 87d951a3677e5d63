import { basename, resolve } from 'node:path'
import type { RouteOutput } from '../../../shared/contract/contract.ts'
import { ask, finishJob, openNamedProject, WrongUse, type Command, type Session } from '../command.ts'
import { worded } from '../worded-warnings.ts'

/** Brings a recording into a project, which is made where there is none. */
export const importFiles: Command = async (session) => {
  const { arguments: given, output, translate } = session
  if (given.files.length === 0) throw new WrongUse(translate('cli.filesMissing'))
  const events = given.text('events'),
    files = events ? [...given.files, events] : given.files
  await openNamedProject(session, true)
  const layoutFile = given.text('layout')
  const { jobId } = await ask(session, 'import.run', {
    files: files.map((file) => resolve(file)),
    format: given.text('as'),
    set: { ...(events ? { eventsFile: basename(events) } : {}), ...given.settings() },
    name: given.text('name') ?? '',
    subject: given.text('subject') ?? '',
    condition: given.text('condition') ?? '',
  })
  const recordingId = await finishJob(session, jobId)
  const joined = layoutFile ? await joinLayout(session, recordingId, layoutFile) : null
  const { recording, events: eventCounts, warnings: found } = await ask(session, 'recordings.get', { recordingId })
  const missed = found.filter(({ code }) => code !== 'no-positions' || !joined?.positionsUm)
  const warnings = worded(session, [...missed, ...(joined?.warnings ?? [])])
  output.say(translate('cli.imported', { name: recording.name, channels: recording.channelCount, spikes: recording.spikeCount }))
  for (const { message } of warnings) output.warn(`- ${message}`)
  return { recordingId, ...recording, events: eventCounts, warnings }
}

/** @throws RefusedCall for a layout that does not fit, which leaves the project as it was */
async function joinLayout(session: Session, recordingId: number, file: string): Promise<RouteOutput<'layouts.read'>> {
  try {
    const { channels } = await ask(session, 'recordings.get', { recordingId })
    const read = await ask(session, 'layouts.read', { file: resolve(file), channelLabels: channels.map(({ label }) => label) })
    await ask(session, 'layouts.set', { recordingId, ...read.layout, positionsUm: read.positionsUm })
    return read
  } catch (problem) {
    await ask(session, 'recordings.remove', { recordingId })
    throw problem
  }
}
