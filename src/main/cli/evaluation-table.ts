import { scoresOfTask, type EvaluationRow, type EvaluationTask, type ScoreName } from '../../shared/domain/evaluation.ts'
import { intervalText, methodOf } from '../../shared/locales/evaluation-sentences.ts'
import { modelLabel } from '../../shared/locales/model-label.ts'
import type { Translate } from '../../shared/locales/translate.ts'

type Table = { recipe: { task: EvaluationTask }; findings: { rows: readonly EvaluationRow[] } }

/** The table of all models on a terminal, numbers under one another, and behind a row why it lacks a score. */
export function evaluationTable(translate: Translate, { recipe: { task }, findings: { rows } }: Table): string[] {
  if (rows.length === 0) return []
  const names = scoresOfTask[task].filter((name) => rows.some(({ scores }) => scores[name])).slice(0, 4)
  const head = ['model', 'readOut', 'seeds'].map((column) => translate(`evaluations.column.${column}`))
  const cells = [
    [...head, ...names.map((name) => translate(`evaluations.score.${name}`)), ''],
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

function cellsOf(translate: Translate, names: readonly ScoreName[], row: EvaluationRow): string[] {
  const scores = names.map((name) => {
    const value = row.scores[name]
    return value ? intervalText(value) : '–'
  })
  const seeds = row.seeds.length > 0 ? String(row.seeds.length) : '–',
    why = row.reason ? translate(`evaluations.reason.${row.reason.reason}`, row.reason) : ''
  return [modelLabel(translate, row.model), row.readOut === null ? '–' : methodOf(translate, row), seeds, ...scores, why]
}

/** Columns a text takes: characters of Chinese take two. */
const widthOf = (text: string): number => [...text].reduce((sum, character) => sum + (/[\u2e80-\uffef]/.test(character) ? 2 : 1), 0)
