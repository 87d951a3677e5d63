import { resolve } from 'node:path'
import { ask, WrongUse, type Command } from '../command.ts'
import { worded } from '../worded-warnings.ts'

/** What an import would yield, without a project. */
export const inspect: Command = async (session) => {
  const { arguments: given, output, translate } = session
  if (given.files.length === 0) throw new WrongUse(translate('cli.filesMissing'))
  const found = await ask(session, 'import.inspect', {
    files: given.files.map((file) => resolve(file)),
    format: given.text('as'),
    set: given.settings(),
  })
  const warnings = worded(session, found.warnings)
  output.say(translate('cli.inspected', { format: found.format, channels: found.channels ?? 0, spikes: found.spikes ?? 0 }))
  for (const { message } of warnings) output.say(`- ${message}`)
  const {
    format,
    modality,
    channels,
    spikes,
    samples,
    samplingRateHz,
    firstS,
    lastS,
    durationS,
    spikesPerChannel,
    events,
    choices,
    needs,
  } = found
  return {
    format,
    modality,
    channels,
    spikes,
    samples,
    samplingRateHz,
    firstS,
    lastS,
    durationS,
    spikesPerChannel,
    traceSums: found.traceSums,
    positionsUm: found.positionsUm ? pairs(found.positionsUm) : null,
    events,
    choices,
    needs: needs.map(({ name, why }) => ({ name, why: translate(why) })),
    warnings,
  }
}

function pairs(flat: Float64Array): (number | null)[][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] ?? null, flat[2 * i + 1] ?? null])
}
