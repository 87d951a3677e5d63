import { resolve } from 'node:path'
import { evaluationTasks, stateLabels } from '../../../shared/domain/evaluation.ts'
import type { RouteInput } from '../../../shared/contract/contract.ts'
import { ask, finishJob, openNamedProject, WrongUse, type Command, type Session } from '../command.ts'
import { evaluationTable } from '../evaluation-table.ts'
import { newestSet } from '../newest.ts'
import { readRecipe } from '../recipe-file.ts'

type Recipe = NonNullable<RouteInput<'evaluations.make'>['recipe']>

/** Asks every model of the newest snapshots one question, beside the simple models and the commonest class. */
export const evaluate: Command = async (session) => {
  const { arguments: given, output } = session
  const recipe = recipeOf(session, ((await readRecipe(session)) ?? {}) as Recipe)
  await openNamedProject(session)
  const snapshotSetId = await newestSet(session)
  const vectors = given.text('vectors')
  if (vectors) {
    const name = given.text('name') ?? vectors.replace(/^.*[\\/]|\.\w+$/g, '')
    await ask(session, 'evaluations.importVectors', { snapshotSetId, file: resolve(vectors), name })
  }
  const made = await ask(session, 'evaluations.make', { snapshotSetId, recipe }),
    evaluationId = made.evaluationId ?? (await finishJob(session, made.jobId ?? 0))
  const { evaluation, sentences } = await ask(session, 'evaluations.get', { evaluationId })
  for (const line of evaluationTable(session.translate, evaluation)) output.say(line)
  for (const sentence of sentences) output.say(sentence)
  return { ...evaluation, sentences }
}

/** Options say more than the file, and the file more than the defaults. */
function recipeOf({ arguments: given, translate }: Session, kept: Recipe): Recipe {
  const task = evaluationTasks.find((known) => known === (given.text('task') ?? kept.task ?? 'states')),
    label = stateLabels.find((known) => known === (given.text('label') ?? kept.label ?? 'performance')),
    models = given.text('models')
  if (!task) throw new WrongUse(translate('cli.unknownTask', { task: given.text('task') ?? '', tasks: evaluationTasks.join(', ') }))
  if (!label) throw new WrongUse(translate('cli.unknownLabel', { label: given.text('label') ?? '', labels: stateLabels.join(', ') }))
  const controls = given.text('controls')
  const split = given.text('split'),
    { readOuts, foldCount, ...settings } = given.settings()
  return {
    ...kept,
    ...settings,
    task,
    label,
    ...(models ? { models: models === 'all' ? null : models.split(',') } : {}),
    ...(controls ? { controls: controls === 'none' ? [] : controls.split(',') } : {}),
    ...(readOuts === undefined ? {} : { readOuts: String(readOuts).split(',') }),
    ...(split === 'subjects' ? { scope: 'subjects' } : {}),
    ...(split || foldCount ? { split: { kind: split ?? 'blocks', ...(foldCount ? { foldCount } : {}) } } : {}),
  } as Recipe
}
