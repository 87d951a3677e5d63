import { resolve } from 'node:path'
import { evaluationTasks, scoresOfTask, stateLabels, type EvaluationTask } from '../../../shared/domain/evaluation.ts'
import type { RouteInput } from '../../../shared/contract/contract.ts'
import { intervalText, methodOf } from '../../../shared/locales/evaluation-sentences.ts'
import { modelLabel } from '../../../shared/locales/model-label.ts'
import { ask, finishJob, openNamedProject, WrongUse, type Command, type Session } from '../command.ts'
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
  for (const line of tableOf(session, evaluation)) output.say(line)
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

type Table = { recipe: { task: EvaluationTask }; findings: { rows: Parameters<typeof cellsOf>[2][] } }

/** The table of all models on a terminal, numbers under one another. */
function tableOf({ translate }: Session, { recipe: { task }, findings: { rows } }: Table): string[] {
  if (rows.length === 0) return []
  const names = scoresOfTask[task].filter((name) => rows.some(({ scores }) => scores[name])).slice(0, 4)
  const head = ['model', 'readOut', 'seeds'].map((column) => translate(`evaluations.column.${column}`))
  const cells = [
    [...head, ...names.map((name) => translate(`evaluations.score.${name}`))],
    ...rows.map((row) => cellsOf(translate, names, row)),
  ]
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => widthOf(row[column] ?? ''))))
  return cells.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, widths[column]! - widthOf(cell))))
      .join('  ')
      .trimEnd(),
  )
}

function cellsOf(
  translate: Session['translate'],
  names: readonly (typeof scoresOfTask)[EvaluationTask][number][],
  row: Awaited<ReturnType<typeof ask<'evaluations.get'>>>['evaluation']['findings']['rows'][number],
): string[] {
  const scores = names.map((name) => {
    const value = row.scores[name]
    return value ? intervalText(value) : '–'
  })
  const seeds = row.seeds.length > 0 ? String(row.seeds.length) : '–'
  return [modelLabel(translate, row.model), row.readOut === null ? '–' : methodOf(translate, row), seeds, ...scores]
}

/** Columns a text takes: characters of Chinese take two. */
const widthOf = (text: string): number => [...text].reduce((sum, character) => sum + (/[\u2e80-\uffef]/.test(character) ? 2 : 1), 0)
