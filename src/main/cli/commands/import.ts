import { basename, resolve } from 'node:path'
import { ask, finishJob, openNamedProject, WrongUse, type Command } from '../command.ts'

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
  if (layoutFile) await joinLayout(session, recordingId, layoutFile)
  const { recording, events: eventCounts } = await ask(session, 'recordings.get', { recordingId })
  output.say(translate('cli.imported', { name: recording.name, channels: recording.channelCount, spikes: recording.spikeCount }))
  return { recordingId, ...recording, events: eventCounts }
}

async function joinLayout(session: Parameters<Command>[0], recordingId: number, file: string): Promise<void> {
  try {
    const { channels } = await ask(session, 'recordings.get', { recordingId })
    const { layout, positionsUm, warnings } = await ask(session, 'layouts.read', {
      file: resolve(file),
      channelLabels: channels.map(({ label }) => label),
    })
    for (const { code, details } of warnings) session.output.say(`- ${session.translate(`warnings.${code}`, details)}`)
    await ask(session, 'layouts.set', { recordingId, ...layout, positionsUm })
  } catch (problem) {
    // A refused layout leaves the project as it was.
    await ask(session, 'recordings.remove', { recordingId })
    throw problem
  }
}
