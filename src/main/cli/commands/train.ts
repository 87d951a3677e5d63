import { modelPresets } from '../../../shared/domain/model-run.ts'
import type { RouteInput } from '../../../shared/contract/contract.ts'
import { ask, finishJob, openNamedProject, WrongUse, type Command } from '../command.ts'

type Start = RouteInput<'modelRuns.start'>

/** Trains TAVRNN on the newest snapshots, once per seed; an interrupted training of the same recipe goes on. */
export const train: Command = async (session) => {
  const { arguments: given, output, translate } = session
  await openNamedProject(session)
  const { snapshotSets } = await ask(session, 'snapshots.list', {})
  const set = snapshotSets.at(-1)
  if (!set) throw new WrongUse(translate('cli.noSnapshots'))
  const preset = given.text('preset') ?? 'studio'
  if (!Object.hasOwn(modelPresets, preset))
    throw new WrongUse(translate('cli.unknownPreset', { preset, presets: Object.keys(modelPresets).join(', ') }))
  const runs = []
  for (let seed = 1; seed <= (given.number('seeds') ?? 1); seed++) {
    const recipe = {
      ...modelPresets[preset as keyof typeof modelPresets],
      ...switches(given.settings()),
      ...(given.number('epochs') ? { epochs: given.number('epochs') } : {}),
      seed,
    } as Start['recipe']
    const engine = (given.text('engine') ?? 'auto') as Start['engine']
    const { modelRuns } = await ask(session, 'modelRuns.list', {})
    const open = modelRuns.find(
      (run) => run.snapshotSetId === set.id && (run.state === 'interrupted' || run.state === 'paused') && sameRecipe(run.recipe, recipe),
    )
    const { jobId, modelRunId } = open
      ? { ...(await ask(session, 'modelRuns.resume', { modelRunId: open.id })), modelRunId: open.id }
      : await ask(session, 'modelRuns.start', { snapshotSetId: set.id, recipe, engine })
    const end = session.host.subscribe((notice) => {
      if (notice.notice === 'engine' && notice.modelRunId === modelRunId)
        output.say(translate('cli.otherEngine', { because: notice.because, engine: notice.engine }))
    })
    await finishJob(session, jobId).finally(end)
    const run = await ask(session, 'modelRuns.get', { modelRunId })
    const loss = await ask(session, 'figures.data', { spec: { figure: 'loss', modelRunId } })
    const last = loss.figure === 'loss' ? loss.nll.length - 1 : -1
    const finalLoss =
      loss.figure === 'loss' && last >= 0 ? (loss.nll[last] ?? NaN) + (loss.klWeight[last] ?? 0) * (loss.kl[last] ?? 0) : null
    output.say(translate('cli.trained', { seed, epochs: run.epochCount, engine: run.engine, loss: finalLoss?.toPrecision(6) ?? '' }))
    runs.push({ modelRunId, seed, epochs: run.epochCount, engine: run.engine, seconds: run.trainingS, loss: finalLoss })
  }
  return { runs }
}

/** `--set stopsWhenFlat=false` and `--set attentionWidth=null` mean what they say. */
function switches(settings: Record<string, string | number>): Record<string, unknown> {
  const words: Record<string, boolean | null> = { true: true, false: false, null: null }
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, Object.hasOwn(words, value) ? words[value] : value]))
}

/** Whether every setting given is the run's too. */
function sameRecipe(kept: object, wanted: object): boolean {
  return Object.entries(wanted).every(([name, value]) => JSON.stringify((kept as Record<string, unknown>)[name]) === JSON.stringify(value))
}
