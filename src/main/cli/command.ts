import type { Host } from '../host/create-host.ts'
import type { RouteInput, RouteName, RouteOutput } from '../../shared/contract/contract.ts'
import type { ErrorReply } from '../../shared/contract/errors.ts'
import type { Language, Translate } from '../../shared/locales/translate.ts'
import type { Arguments } from './arguments.ts'
import type { Output } from './output.ts'

/** What a command works with. */
export type Session = {
  host: Host
  arguments: Arguments
  output: Output
  language: Language
  translate: Translate
  /** aborted by Ctrl-C */
  signal: AbortSignal
}

/** Does its work through the contract's routes and gives the value of its `--json` reply. */
export type Command = (session: Session) => Promise<unknown>

/** A route answered with an error: carried to the one place that prints it. */
export class RefusedCall extends Error {
  readonly reply: ErrorReply
  constructor(reply: ErrorReply) {
    super(reply.error.message)
    this.reply = reply
  }
}

/** The words of the command line were wrong: exit code 2. */
export class WrongUse extends Error {}

/** @throws RefusedCall */
export async function ask<Name extends RouteName>(
  { host, language }: Session,
  route: Name,
  input: RouteInput<Name>,
): Promise<RouteOutput<Name>> {
  const reply = await host.call(route, input, language)
  if (!reply.ok) throw new RefusedCall(reply)
  return reply.value
}

/** Opens the project that `--project` names. */
export async function openNamedProject(session: Session, create = false): Promise<void> {
  const path = session.arguments.text('project')
  if (!path) throw new WrongUse(session.translate('cli.projectMissing'))
  const opened = await session.host.call('projects.open', { path }, session.language)
  if (opened.ok) return
  if (create && opened.error.code === 'project/not-found') {
    const name = path.replace(/^.*[\\/]/, '').replace(/\.tavrnn$/, '')
    await ask(session, 'projects.create', { name, path })
    return
  }
  throw new RefusedCall(opened)
}

/** What a command ends with that was stopped. */
export function stopped({ translate }: Session, code: 'jobs/cancelled' | 'jobs/interrupted' = 'jobs/cancelled'): RefusedCall {
  const error = { code, message: translate(`errors.${code}.message`), hint: translate(`errors.${code}.hint`), details: {} }
  return new RefusedCall({ ok: false, error })
}

/**
 * Waits for a job, showing how far it is.
 * @returns what it made
 * @throws RefusedCall with the job's error
 */
export async function finishJob(session: Session, jobId: number): Promise<number> {
  const { host, output, signal, translate } = session
  const cancel = (): void => void host.call('jobs.cancel', { jobId })
  signal.addEventListener('abort', cancel, { once: true })
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        const end = host.subscribe((notice) => {
          if (notice.notice !== 'job' || notice.job.id !== jobId) return
          end()
          resolve()
        })
      })
      const job = await ask(session, 'jobs.get', { jobId })
      if (job.state === 'done') return job.subjectId ?? 0
      if (job.error) throw new RefusedCall({ ok: false, error: job.error })
      if (job.state !== 'queued' && job.state !== 'running') {
        throw stopped(session, job.state === 'cancelled' ? 'jobs/cancelled' : 'jobs/interrupted')
      }
      output.progress(translate(`jobs.phase.${job.phase}`), job.done / job.total, job.leftS)
      await changed
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    output.endProgress()
  }
}
