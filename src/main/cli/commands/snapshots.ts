import type { Recording } from '../../../shared/domain/recording.ts'
import { recipeFor, snapshotPresets, type SnapshotPreset, type SnapshotRecipe } from '../../../shared/domain/snapshot.ts'
import type { RouteInput } from '../../../shared/contract/contract.ts'
import { ask, finishJob, openNamedProject, WrongUse, type Command, type Session } from '../command.ts'
import { readRecipe } from '../recipe-file.ts'

/** Makes the snapshots of the newest recording, or of the one named. */
export const snapshots: Command = async (session) => {
  await openNamedProject(session)
  const recording = await chosenRecording(session),
    { id: recordingId } = recording
  const recipe = await recipeOf(session, recipeFor(recording))
  const made = await ask(session, 'snapshots.make', { recordingId, recipe })
  const snapshotSetId = made.snapshotSetId ?? (await finishJob(session, made.jobId ?? 0))
  const { snapshotSet, snapshots: windows } = await ask(session, 'snapshots.get', { snapshotSetId })
  const mean = windows.reduce((sum, { density }) => sum + density, 0) / windows.length
  session.output.say(
    session.translate('cli.snapshotsMade', { count: windows.length, channels: snapshotSet.channelCount, density: mean.toPrecision(3) }),
  )
  const { leftOut } = snapshotSet
  if (leftOut.channelIndexes.length > 0)
    session.output.say(session.translate('cli.channelsLeftOut', { count: leftOut.channelIndexes.length }))
  if (leftOut.intervals.length > 0) session.output.say(session.translate('cli.intervalsLeftOut', { count: leftOut.intervals.length }))
  return { snapshotSetId, recipe: snapshotSet.recipe, channelCount: snapshotSet.channelCount, leftOut, snapshots: windows }
}

async function chosenRecording(session: Session): Promise<Recording> {
  const { recordings } = await ask(session, 'recordings.list', {})
  const named = session.arguments.text('recording')
  const found = named === undefined ? recordings.at(-1) : recordings.find(({ id, name }) => name === named || String(id) === named)
  if (!found) throw new WrongUse(session.translate('cli.noRecording', { names: recordings.map(({ name }) => name).join(', ') }))
  return found
}

/** Names of a part's kind: another kind starts from its own defaults. */
const kinds = ['rule', 'measure', 'by']
const words = new Map<unknown, boolean>([
  ['true', true],
  ['false', false],
])

type Recipe = RouteInput<'snapshots.make'>['recipe']

async function recipeOf(session: Session, usual: SnapshotRecipe): Promise<Recipe> {
  const { arguments: given, translate } = session,
    preset = given.text('preset')
  if (preset !== undefined && !Object.hasOwn(snapshotPresets, preset))
    throw new WrongUse(translate('cli.unknownPreset', { preset, presets: Object.keys(snapshotPresets).join(', ') }))
  const start = (await readRecipe(session)) ?? (preset === undefined ? usual : snapshotPresets[preset as SnapshotPreset])
  const recipe = structuredClone(start) as Record<string, unknown>
  for (const [name, value] of Object.entries(given.settings())) {
    const [outer = '', inner] = name.split('.'),
      said = inner === 'labels' ? String(value).split(',') : (words.get(value) ?? value)
    if (inner === undefined) recipe[outer] = value === 'null' ? null : said
    else if (kinds.includes(inner)) recipe[outer] = { [inner]: said }
    else recipe[outer] = { ...(recipe[outer] as object), [inner]: said }
  }
  return recipe as Recipe
}
