import { fail } from '../../shared/contract/errors.ts'
import type { Notice } from '../../shared/contract/notices.ts'
import type { ErrorReply } from '../../shared/contract/errors.ts'
import type { Language } from '../../shared/locales/translate.ts'
import type { JobQueue } from '../jobs/queue.ts'
import type { JobRow } from '../store/jobs.ts'
import type { WritableDB } from '../store/open.ts'

export type OpenProject = { db: WritableDB; path: string; readOnly: boolean }

/** How far a job is; lives only while it runs. */
export type JobProgress = {
  phase: string
  done: number
  total: number
  leftS: number | null
  /** when this phase began, and how much was done then: what is resumed does not begin at nothing */
  startedMs: number
  startedDone: number
  toldMs: number
}

/** What the services of one host share. */
export type Context = {
  dataDir: string
  resourcesDir: string
  version: string
  /** milliseconds since 1970 */
  clock: () => number
  log: (text: string) => void
  /** the last lines of the log, the newest last; also of earlier runs */
  lastLog: (count: number) => string[]
  /** engine for trainings that ask for `auto` */
  engine: string
  /** the engine a word means; throws engines/none-starts */
  chooseEngine: (name: string) => string
  queue: JobQueue
  progress: Map<number, JobProgress>
  /** how jobs ended whose end could not be written */
  unkept: Map<number, Pick<JobRow, 'state' | 'error'>>
  project: OpenProject | null
  notify: (notice: Notice) => void
  /** an error in words, whatever was thrown */
  explain: (problem: unknown, language: Language) => ErrorReply['error']
}

/** @throws project/none-open */
export function openDb(context: Context): WritableDB {
  if (!context.project) throw fail('project/none-open', {})
  return context.project.db
}

/** @throws project/none-open, project/read-only */
export function writableDb(context: Context): WritableDB {
  const db = openDb(context)
  if (context.project?.readOnly) throw fail('project/read-only', { file: context.project.path })
  return db
}

export const nowIso = (context: Context): string => new Date(context.clock()).toISOString()
