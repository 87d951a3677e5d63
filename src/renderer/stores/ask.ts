import type { RouteInput, RouteName, RouteOutput } from '../../shared/contract/contract.ts'
import type { ErrorReply } from '../../shared/contract/errors.ts'
import { client } from '../api/client.ts'
import { ConnectionLost } from '../api/web-client.ts'
import { i18n } from '../i18n.ts'

/** What went wrong, in a person's words; ErrorNote shows it. */
export type Problem = ErrorReply['error']

/** A refused call. */
export class AskError extends Error {
  override name = 'AskError'
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}

/**
 * Calls a route and gives its value.
 * @throws AskError with the host's sentence and hint, also when the host does not answer
 */
export async function ask<Name extends RouteName>(route: Name, input: RouteInput<Name>): Promise<RouteOutput<Name>> {
  const reply = await client.call(route, input).catch((problem: unknown) => {
    throw new AskError(problemOf(problem))
  })
  if (!reply.ok) throw new AskError(reply.error)
  return reply.value
}

/** Makes a picked or dropped file readable by the host. */
export async function place(file: File, at?: { place: string; drop: string }): Promise<string> {
  return await client.place(file, at).catch((problem: unknown) => {
    throw new AskError(problemOf(problem))
  })
}

/** Any exception as something ErrorNote can show. */
export function problemOf(problem: unknown): Problem {
  if (problem instanceof AskError) return problem.problem
  const { t } = i18n.global
  if (problem instanceof ConnectionLost) {
    return { code: 'connection/lost', message: t('app.connectionLost.message'), hint: t('app.connectionLost.hint'), details: {} }
  }
  return { code: 'internal', message: t('app.unforeseen.message'), hint: t('app.unforeseen.hint'), details: { text: String(problem) } }
}
