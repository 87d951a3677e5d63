import type { Handlers, RouteInput } from '../../shared/contract/contract.ts'
import { CodedError, fail } from '../../shared/contract/errors.ts'
import type { EngineWord, ModelRecipe } from '../../shared/domain/model-run.ts'
import type { Line, LineRecipe, LineRow } from '../../shared/domain/line.ts'
import { getJob } from '../store/jobs.ts'
import { getRecording, listRecordings } from '../store/recordings.ts'
import { openDb, writableDb, type Context } from './context.ts'
import { languageOf } from './jobs.ts'
import { findTraining, trainingJobId } from './rate-matched-training.ts'

/** The steps as a person's clicks call them: a line has no path of its own. */
type Steps = Pick<
  Handlers,
  'snapshots.make' | 'modelRuns.start' | 'modelRuns.beside' | 'modelRuns.resume' | 'alignments.make' | 'cohorts.make'
>
type Wanted = { recipe: LineRecipe; engine: EngineWord }
/** A line on its way, in the project where it was begun. */
type Underway = { project: Context['project']; line: Line; isStopping: boolean }

/** Many recordings through one recipe, as many at a time as jobs run at once. */
export function recipeServices(context: Context, steps: Steps): Pick<Handlers, 'recipes.run' | 'recipes.progress' | 'recipes.stop'> {
  let last: Underway | null = null
  const current = (): Underway | null => (last?.project === context.project ? last : null)
  return {
    'recipes.run': ({ recordingIds, recipe, engine }) => {
      const db = writableDb(context)
      if (current()?.line.isRunning) throw fail('recipes/is-running', {})
      const ids = recordingIds ?? listRecordings(db).map(({ id }) => id)
      if (ids.length === 0) throw fail('recipes/nothing-to-run', {})
      const rows = [...new Set(ids)].map((id): LineRow => {
        getRecording(db, id)
        return { recordingId: id, step: 'waiting', seed: null, jobId: null, error: null }
      })
      last = { project: context.project, line: { isRunning: true, rows, cohortId: null }, isStopping: false }
      void runLine(context, steps, last, { recipe, engine })
      return last.line
    },
    'recipes.progress': () => {
      openDb(context)
      return { line: current()?.line ?? null }
    },
    'recipes.stop': async () => {
      openDb(context)
      const underway = current()
      if (!underway) return {}
      underway.isStopping = true
      await Promise.all(underway.line.rows.map(({ jobId }) => jobId !== null && context.queue.stop(jobId, 'paused')))
      return {}
    },
  }
}

async function runLine(context: Context, steps: Steps, underway: Underway, wanted: Wanted): Promise<void> {
  const { line } = underway,
    waiting = [...line.rows]
  const alignmentIds: number[] = []
  const lane = async (): Promise<void> => {
    for (let row = waiting.shift(); row; row = waiting.shift()) {
      const alignmentId = await runRow(context, steps, { underway, row, wanted })
      if (alignmentId !== null) alignmentIds.push(alignmentId)
    }
  }
  await Promise.all(Array.from({ length: context.queue.limit }, lane))
  try {
    goOn(context, underway)
    if (alignmentIds.length > 0) {
      const made = await steps['cohorts.make']({ alignmentIds, recipe: { seed: 1 } }, { language: languageOf(context) })
      line.cohortId = made.jobId === null ? made.cohortId : await finish(context, made.jobId)
    }
  } catch (problem) {
    if (!underway.isStopping) context.log(`the cohort of a line was not tested: ${String(problem)}`)
  }
  line.isRunning = false
  context.notify({ notice: 'changed', area: 'recipes' })
}

type OnItsWay = { underway: Underway; row: LineRow; wanted: Wanted }

/** One recording to its alignment; its failure is kept in its row, and there is none. */
async function runRow(context: Context, steps: Steps, on: OnItsWay): Promise<number | null> {
  const { row, wanted } = on,
    caller = { language: languageOf(context) }
  const tell = (change: Partial<LineRow>): null => {
    Object.assign(row, change)
    context.notify({ notice: 'changed', area: 'recipes' })
    return null
  }
  const wait = async (jobId: number | null): Promise<number | null> => {
    goOn(context, on.underway)
    if (jobId === null) return null
    tell({ jobId })
    const made = await finish(context, jobId)
    tell({ jobId: null })
    goOn(context, on.underway)
    return made
  }
  const waitBeside = async (modelRunId: number): Promise<void> => {
    const beside = await steps['modelRuns.beside']({ modelRunId }, caller)
    if (beside.snapshotsJobId === null) return void (await wait(beside.jobId))
    try {
      await wait(beside.snapshotsJobId)
    } catch {
      // too few spikes to match rates: the recording has its column as recorded all the same
      return goOn(context, on.underway)
    }
    await wait((await steps['modelRuns.beside']({ modelRunId }, caller)).jobId)
  }
  try {
    goOn(context, on.underway)
    tell({ step: 'snapshots' })
    const made = await steps['snapshots.make']({ recordingId: row.recordingId, recipe: wanted.recipe.snapshots }, caller)
    const snapshotSetId = (await wait(made.jobId)) ?? made.snapshotSetId ?? 0
    let modelRunId = 0
    for (let k = 0; k < wanted.recipe.seedCount; k++) {
      const recipe = { ...wanted.recipe.model, seed: wanted.recipe.model.seed + k }
      tell({ step: 'train', seed: recipe.seed })
      const begun = await findOrTrain(context, steps, { snapshotSetId, recipe, engine: wanted.engine, beside: 'none' })
      modelRunId = begun.modelRunId
      await wait(begun.jobId)
      if (wanted.recipe.beside === 'rate-matched') await waitBeside(modelRunId)
    }
    tell({ step: 'align', seed: null })
    const aligned = await steps['alignments.make']({ modelRunId, recipe: wanted.recipe.alignment }, caller)
    const alignmentId = (await wait(aligned.jobId)) ?? aligned.alignmentId
    tell({ step: 'done' })
    return alignmentId
  } catch (problem) {
    const code = problem instanceof CodedError ? problem.code : null
    if (code === 'jobs/interrupted') on.underway.isStopping = true
    if (code === 'jobs/cancelled' || on.underway.isStopping) return tell({ step: 'stopped', jobId: null, seed: null })
    return tell({ step: 'failed', jobId: null, error: context.explain(problem, languageOf(context)) })
  }
}

/** The finished or unfinished training of the same recipe, else a new one. */
async function findOrTrain(
  context: Context,
  steps: Steps,
  start: RouteInput<'modelRuns.start'> & { recipe: ModelRecipe },
): Promise<{ jobId: number | null; modelRunId: number }> {
  const db = openDb(context),
    caller = { language: languageOf(context) },
    there = findTraining(db, { ...start, passedOver: ['cancelled', 'failed'] })
  if (!there) return steps['modelRuns.start']({ engine: 'auto', beside: 'none', ...start }, caller)
  if (there.state === 'done') return { jobId: null, modelRunId: there.id }
  if (there.state === 'paused' || there.state === 'interrupted')
    return { ...(await steps['modelRuns.resume']({ modelRunId: there.id }, caller)), modelRunId: there.id }
  return { jobId: trainingJobId(db, there.id), modelRunId: there.id }
}

/** @throws jobs/cancelled where the line was stopped, or its project closed */
function goOn(context: Context, { isStopping, project }: Underway): void {
  if (isStopping || context.project !== project) throw fail('jobs/cancelled', {})
}

/** What a job made. @throws its error, jobs/interrupted where the project closes, or jobs/cancelled */
async function finish(context: Context, jobId: number): Promise<number> {
  await context.queue.ended(jobId)
  const { state, error, subjectId } = getJob(openDb(context), jobId)
  if (state === 'done') return subjectId ?? 0
  throw error
    ? new CodedError(error.code as CodedError['code'], error.details)
    : fail(state === 'interrupted' ? 'jobs/interrupted' : 'jobs/cancelled', {})
}
