import { fail } from '../../shared/contract/errors.ts'
import { firstScore, spokenModel, spokenReadOut, type EvaluationRow } from '../../shared/domain/evaluation.ts'
import type { ConfusionData, FigureSpec, ModelsData, SplitData } from '../../shared/domain/figure.ts'
import { getEvaluation } from '../store/evaluations.ts'
import type { ReadableDB } from '../store/open.ts'
import { listRecordings } from '../store/recordings.ts'

type Spec<Name extends FigureSpec['figure']> = Extract<FigureSpec, { figure: Name }>

/** @throws evaluations/not-found, figures/nothing-to-draw where nothing was scored */
export function modelsFigureOf(db: ReadableDB, { evaluationId, readOut: named }: Spec<'models'>): ModelsData {
  const evaluation = getEvaluation(db, evaluationId),
    { recipe, findings } = evaluation,
    { task } = recipe,
    readOut = named ?? spokenReadOut(evaluation.recipe)
  const scored = findings.rows.flatMap((row) => {
    const first = row.kind !== 'majority' && row.readOut === readOut ? firstScore(task, row) : null
    return first ? [{ row, ...first }] : []
  })
  const score = scored[0]?.score
  if (score === undefined) throw fail('figures/nothing-to-draw', { figure: 'models' })
  const over = task === 'states' && recipe.split.kind === 'subjects' ? 'subjects' : 'seeds'
  const shown = scored.filter((one) => one.score === score)
  const guess = findings.rows.find(({ kind }) => kind === 'majority')
  const spoken = spokenModel(shown.map(({ row }) => row)) ?? shown[0]?.row.model,
    dealtOut = task === 'channels' ? 'roles-permuted' : 'labels-permuted'
  const control = findings.controls.find(
    (one) => one.score !== null && one.model === spoken && one.control === dealtOut && one.readOut === readOut,
  )
  return {
    figure: 'models',
    task,
    score,
    readOut,
    over,
    unitCount: Math.max(0, ...shown.map(({ row, value }) => (over === 'subjects' ? value.count : row.seeds.length))),
    rows: shown.map(({ row, value }) => ({
      model: row.model,
      kind: row.kind,
      mean: value.mean,
      low: value.low,
      high: value.high,
      points: over === 'subjects' ? row.perUnit.map(({ value }) => value) : row.seeds.length > 1 ? row.perSeed : [],
      pointNames: over === 'subjects' ? row.perUnit.map(({ unit }) => unit) : row.seeds.length > 1 ? row.seeds.map(String) : [],
    })),
    chance: guess?.scores[score]?.mean ?? null,
    control: control?.score ?? null,
  }
}

/** @throws evaluations/not-found, figures/nothing-to-draw where the model has no confusion */
export function confusionFigureOf(db: ReadableDB, { evaluationId, model, readOut: named }: Spec<'confusion'>): ConfusionData {
  const evaluation = getEvaluation(db, evaluationId),
    readOut = named ?? spokenReadOut(evaluation.recipe)
  const row = confused(evaluation.findings.rows, model, readOut)
  if (!row?.confusion) throw fail('figures/nothing-to-draw', { figure: 'confusion' })
  return { figure: 'confusion', model: row.model, readOut: row.readOut, classes: evaluation.findings.classes, counts: row.confusion }
}

/** The model named, else the one that speaks, else the first simple one with a confusion. */
function confused(rows: readonly EvaluationRow[], model: string | null, readOut: string | null): EvaluationRow | undefined {
  const withCounts = rows.filter((row) => row.confusion !== null && (row.readOut === readOut || row.kind === 'majority'))
  if (model !== null) return withCounts.find((row) => row.model === model)
  const spoken = spokenModel(withCounts)
  return withCounts.find((row) => row.model === spoken) ?? withCounts.find(({ kind }) => kind === 'simple')
}

/** @throws evaluations/not-found, figures/nothing-to-draw where no window has a class */
export function splitFigureOf(db: ReadableDB, { evaluationId }: Spec<'split'>): SplitData {
  const { recipe, findings } = getEvaluation(db, evaluationId),
    { windows, folds, classes } = findings
  if (windows.every(({ label }) => label < 0) && folds.length === 0) throw fail('figures/nothing-to-draw', { figure: 'split' })
  const nameOf = new Map(listRecordings(db).map(({ id, name }) => [id, name]))
  const bySubject = recipe.split.kind === 'subjects'
  return {
    figure: 'split',
    classes,
    windowRecording: Int32Array.from(windows, ({ recordingId }) => recordingId),
    recordingNames: windows.map(({ recordingId }) => nameOf.get(recordingId) ?? ''),
    windowStartS: Float64Array.from(windows, ({ startS }) => startS),
    windowEndS: Float64Array.from(windows, ({ endS }) => endS),
    windowLabel: Int32Array.from(windows, ({ label }) => label),
    folds,
    foldNames: folds.map((sides, fold) => (bySubject ? (windows[sides.indexOf('test')]?.subject ?? '') : String(fold + 1))),
  }
}
