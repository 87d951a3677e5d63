import { trainedName } from '../../../shared/domain/evaluation.ts'
import { modelPresetFor, modelPresets, modelRecipe, type ModelPreset, type ModelRecipe } from '../../../shared/domain/model-run.ts'
import { modelLabel } from '../../../shared/locales/model-label.ts'
import type { RouteInput, RouteOutput } from '../../../shared/contract/contract.ts'
import { ask, finishJob, openNamedProject, RefusedCall, WrongUse, type Command, type Session } from '../command.ts'
import { newestSet } from '../newest.ts'
import { readRecipe } from '../recipe-file.ts'

type Start = RouteInput<'modelRuns.start'>
type Beside = RouteOutput<'modelRuns.beside'>

/**
 * Trains TAVRNN, or every recipe of the file that `--recipe` names (of those, the models that `--models` names), on the newest
 * snapshots, or those of the recording named, once per seed, and beside each on the rate-matched ones (`--set beside=none`:
 * not). An interrupted training of the same recipe goes on; a finished one stands, unless an engine is named. One that fails
 * is said and stops no other; the command has then failed.
 */
export const train: Command = async (session) => {
  const { arguments: given } = session
  await openNamedProject(session)
  const snapshotSetId = await newestSet(session)
  const kept = await readRecipe(session),
    preset = await presetOf(session, snapshotSetId, kept !== null)
  const { beside = 'rate-matched', ...settings } = switches(given.settings()),
    isBeside = beside !== 'none',
    starts = startsOf(session, (Array.isArray(kept) ? kept : [kept ?? modelPresets[preset]]) as object[]),
    seeds = Array.from({ length: given.number('seeds') ?? 1 }, (_, k) => k + 1),
    runs = [],
    failed: RefusedCall[] = []
  for (const { start, seed } of starts.flatMap((one) => seeds.map((of) => ({ start: one, seed: of })))) {
    const recipe = {
      ...start,
      ...settings,
      ...(given.number('epochs') ? { epochs: given.number('epochs') } : {}),
      seed,
    } as Start['recipe']
    const engine = (given.text('engine') ?? 'auto') as Start['engine']
    const { modelRuns } = await ask(session, 'modelRuns.list', {})
    const same = modelRuns.filter((run) => run.snapshotSetId === snapshotSetId && sameRecipe(run.recipe, recipe)),
      done = given.text('engine') ? undefined : same.find(({ state }) => state === 'done')
    if (done) {
      const run = await toldRun(session, done.id, 'cli.trainedBefore')
      runs.push({ ...run, rateMatched: isBeside ? await finishBeside(session, done.id, null) : null })
      continue
    }
    const open = same.find(({ state }) => state === 'interrupted' || state === 'paused')
    const { jobId, modelRunId, begun } = open
      ? { ...(await ask(session, 'modelRuns.resume', { modelRunId: open.id })), modelRunId: open.id, begun: null }
      : await started(session, { snapshotSetId, recipe, engine, beside: isBeside ? 'rate-matched' : 'none' })
    try {
      await waitFor(session, jobId, modelRunId)
    } catch (problem) {
      if (!(problem instanceof RefusedCall) || session.signal.aborted) throw problem
      failed.push(problem)
      const model = modelLabel(session.translate, trainedName(modelRecipe.parse(recipe)))
      session.output.say(session.translate('cli.notTrained', { model, seed, because: problem.message }))
      continue
    }
    const run = await toldRun(session, modelRunId, 'cli.trained')
    const matched = isBeside ? await finishBeside(session, modelRunId, begun) : null
    runs.push({ ...run, rateMatched: matched })
  }
  if (failed[0]) throw failed[0]
  return { runs }
}

/** The preset named, or the one that goes with the snapshots, which is said where it is not the usual one. */
async function presetOf(session: Session, snapshotSetId: number, isRecipeNamed: boolean): Promise<ModelPreset> {
  const { arguments: given, output, translate } = session,
    named = given.text('preset')
  if (named !== undefined && !Object.hasOwn(modelPresets, named))
    throw new WrongUse(translate('cli.unknownPreset', { preset: named, presets: Object.keys(modelPresets).join(', ') }))
  if (named !== undefined || isRecipeNamed) return (named ?? 'studio') as ModelPreset
  const { snapshotSets } = await ask(session, 'snapshots.list', {}),
    set = snapshotSets.find(({ id }) => id === snapshotSetId),
    preset = set ? modelPresetFor(set.recipe) : 'studio'
  if (preset !== 'studio') output.say(translate('cli.presetOfSnapshots', { preset, note: translate(`train.presetNote.${preset}`) }))
  return preset
}

/** The recipes whose models `--models` names; all without it. */
function startsOf({ arguments: given, translate }: Session, starts: object[]): object[] {
  const wanted = given.text('models')?.split(',')
  if (!wanted) return starts
  const nameOf = (start: object): string => trainedName(modelRecipe.parse(start)),
    unknown = wanted.find((name) => !starts.some((start) => nameOf(start) === name))
  if (unknown !== undefined) throw new WrongUse(translate('cli.noModelInRecipe', { name: unknown, names: starts.map(nameOf).join(', ') }))
  return starts.filter((start) => wanted.includes(nameOf(start)))
}

async function started(session: Session, input: Start): Promise<{ jobId: number; modelRunId: number; begun: Beside }> {
  const { beside: begun, ...run } = await ask(session, 'modelRuns.start', input)
  return { ...run, begun }
}

async function waitFor(session: Session, jobId: number, modelRunId: number): Promise<void> {
  const { output, translate } = session
  const end = session.host.subscribe((notice) => {
    if (notice.notice === 'engine' && notice.modelRunId === modelRunId)
      output.say(translate('cli.otherEngine', { because: notice.because, engine: notice.engine }))
  })
  await finishJob(session, jobId).finally(end)
}

async function toldRun(session: Session, modelRunId: number, words: string) {
  const run = await ask(session, 'modelRuns.get', { modelRunId }),
    loss = await finalLoss(session, modelRunId),
    { seed } = run.recipe
  session.output.say(session.translate(words, { seed, epochs: run.epochCount, engine: run.engine, loss: loss?.toPrecision(6) ?? '–' }))
  if (run.halvings > 0) session.output.say(session.translate('train.strip.halved', { times: run.halvings }))
  return { modelRunId, seed, epochs: run.epochCount, halvings: run.halvings, engine: run.engine, seconds: run.trainingS, loss }
}

async function finalLoss(session: Session, modelRunId: number): Promise<number | null> {
  const loss = await ask(session, 'figures.data', { spec: { figure: 'loss', modelRunId } })
  if (loss.figure !== 'loss' || loss.nll.length === 0) return null
  const last = loss.nll.length - 1
  return (loss.nll[last] ?? NaN) + (loss.klWeight[last] ?? 0) * (loss.kl[last] ?? 0)
}

/**
 * Waits for the rate-matched training beside a run; null, with a word why, where there is none.
 * @param begun with the run; null: asks for it
 */
async function finishBeside(session: Session, modelRunId: number, begun: Beside | null) {
  const { output, translate } = session
  let beside = begun ?? (await ask(session, 'modelRuns.beside', { modelRunId }))
  if (beside.snapshotsJobId !== null) {
    try {
      await finishJob(session, beside.snapshotsJobId)
    } catch (problem) {
      // too few spikes to match rates: the recording has its as-recorded column all the same
      if (!(problem instanceof RefusedCall) || session.signal.aborted) throw problem
      output.say(translate('cli.noneBeside', { because: problem.message }))
      return null
    }
    beside = await ask(session, 'modelRuns.beside', { modelRunId })
  }
  if (beside.modelRunId === null) {
    output.say(translate('cli.noneBeside', { because: translate(`modelRuns.beside.${beside.reason}`) }))
    return null
  }
  if (beside.jobId !== null) await waitFor(session, beside.jobId, beside.modelRunId)
  return toldRun(session, beside.modelRunId, 'cli.trainedBeside')
}

/** `--set stopsWhenFlat=false` and `--set attentionWidth=null` mean what they say. */
function switches(settings: Record<string, string | number>): Record<string, unknown> {
  const words: Record<string, boolean | null> = { true: true, false: false, null: null }
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, Object.hasOwn(words, value) ? words[value] : value]))
}

/** Whether a run's recipe is the one that is wanted, settings that were not given at their defaults. */
function sameRecipe(kept: ModelRecipe, wanted: unknown): boolean {
  const { success, data } = modelRecipe.safeParse(wanted)
  return success && JSON.stringify(modelRecipe.parse(kept)) === JSON.stringify(data)
}
