import type { Handlers } from '../../shared/contract/contract.ts'
import { CodedError } from '../../shared/contract/errors.ts'
import type { Job, JobKind } from '../../shared/domain/job.ts'
import type { Language } from '../../shared/locales/translate.ts'
import { stopReason } from '../jobs/queue.ts'
import { runInThread } from '../jobs/run-in-thread.ts'
import type { StepNotice } from '../jobs/step.ts'
import type { StepInput, StepResult } from '../jobs/thread.ts'
import { getJob, insertJob, listJobs, updateJob, type JobRow } from '../store/jobs.ts'
import { nowIso, openDb, type Context } from './context.ts'
import { readRemembered } from './settings.ts'

export function jobServices(context: Context): Pick<Handlers, 'jobs.list' | 'jobs.get' | 'jobs.cancel'> {
  return {
    'jobs.list': (_input, { language }) => ({
      jobs: context.project ? listJobs(context.project.db).map((row) => jobOf(context, row, language)) : [],
    }),
    'jobs.get': ({ jobId }, { language }) => jobOf(context, getJob(openDb(context), jobId), language),
    'jobs.cancel': async ({ jobId }) => {
      getJob(openDb(context), jobId)
      await context.queue.stop(jobId, 'cancelled')
      return {}
    },
  }
}

/** A long step as a job: a row, a thread, its progress as notices, its result kept by `keep`. */
export function startJob<Kind extends JobKind>(
  context: Context,
  kind: Kind,
  job: {
    subjectId: number | null
    /** made when the job's turn comes, so that waiting jobs hold no arrays */
    input: () => StepInput<Kind>
    /** arrays of the input that are large: the thread gets their memory, not a copy */
    handsOver?: (input: StepInput<Kind>) => readonly ArrayBufferView[]
    /** keeps the result; gives what it made */
    keep: (result: StepResult<Kind>, seconds: number) => number
    onNotice?: (notice: StepNotice) => void
    /** the job starts, or ended otherwise than done */
    onState?: (state: 'running' | 'paused' | 'interrupted' | 'cancelled' | 'failed', problem: JobRow['error']) => void
  },
): number {
  const db = openDb(context)
  const id = insertJob(db, kind, job.subjectId, nowIso(context))
  const announce = (): void => context.notify({ notice: 'job', job: jobOf(context, getJob(db, id), languageOf(context)) })
  announce()
  context.queue.add(id, async (signal) => {
    const startedMs = context.clock()
    const end = (state: 'paused' | 'interrupted' | 'cancelled' | 'failed', problem: JobRow['error']): void => {
      try {
        updateJob(db, id, { state, error: problem })
        job.onState?.(state, problem)
      } catch (unwritten) {
        // On a full disk even this may not fit; the rows then say "running" until the next start finds them interrupted.
        context.log(`job ${id} ended as ${state}; not kept: ${String(unwritten)}`)
        context.unkept.set(id, { state, error: problem })
      }
    }
    try {
      if (signal.aborted) return end(stopReason(signal), null)
      context.progress.set(id, { phase: 'starting', done: 0, total: 1, leftS: null, startedMs, startedDone: 0, toldMs: startedMs })
      updateJob(db, id, { state: 'running' })
      job.onState?.('running', null)
      announce()
      const input = job.input(),
        handedOver = (job.handsOver?.(input) ?? []).map(({ buffer }) => buffer as ArrayBuffer)
      const result = await runInThread(kind, input, {
        signal,
        handedOver,
        onNotice: (notice) => {
          job.onNotice?.(notice)
          if (notice.kind === 'progress' && follow(context, id, notice)) announce()
        },
      })
      const subjectId = job.keep(result, (context.clock() - startedMs) / 1000)
      updateJob(db, id, { state: 'done', phase: 'done', done: 1, total: 1, subjectId })
    } catch (problem) {
      if (signal.aborted) end(stopReason(signal), null)
      else end('failed', asRow(context, problem))
    } finally {
      context.progress.delete(id)
      announce()
    }
  })
  return id
}

export function languageOf(context: Context): Language {
  return readRemembered(context).settings.language ?? 'en'
}

/** Notes how far a job is and guesses the time left from the pace of its present phase; tells at most five times a second. */
function follow(context: Context, id: number, notice: { phase: string; done: number; total: number }): boolean {
  const before = context.progress.get(id)
  const now = context.clock()
  const newPhase = !before || before.phase !== notice.phase
  const startedMs = newPhase ? now : before.startedMs
  const startedDone = newPhase ? notice.done : before.startedDone
  const elapsedS = (now - startedMs) / 1000,
    done = notice.done - startedDone
  const leftS = done > 0 && elapsedS > 1 ? (elapsedS * (notice.total - notice.done)) / done : null
  const due = newPhase || now - before.toldMs > 200
  context.progress.set(id, {
    phase: notice.phase,
    done: notice.done,
    total: notice.total,
    leftS,
    startedMs,
    startedDone,
    toldMs: due ? now : before.toldMs,
  })
  return due
}

function asRow(context: Context, problem: unknown): JobRow['error'] {
  if (problem instanceof CodedError) return { code: problem.code, details: problem.details }
  const { code, details } = context.explain(problem, languageOf(context))
  return { code, details }
}

function jobOf(context: Context, kept: JobRow, language: Language): Job {
  const row = { ...kept, ...context.unkept.get(kept.id) }
  const live = context.progress.get(row.id)
  const { error, ...rest } = row
  return {
    ...rest,
    ...(live ? { phase: live.phase, done: live.done, total: live.total } : {}),
    leftS: live?.leftS ?? null,
    error: error ? context.explain(new CodedError(error.code as CodedError['code'], error.details), language) : null,
  }
}
