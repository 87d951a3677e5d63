import type { z } from 'zod'
import { contract, type Reply, type RouteInput, type RouteName, type RouteOutput, type RouteParsed } from '../../shared/contract/contract.ts'
import { CodedError, fail } from '../../shared/contract/errors.ts'
import type { Translate } from '../../shared/locales/translate.ts'

/** What a route does; a missing, extra or wrong handler does not compile. */
export type Handlers = { [Name in RouteName]: (input: RouteParsed<Name>) => RouteOutput<Name> | Promise<RouteOutput<Name>> }

/** Turns an exception into the envelope's error, in the language of `translate`. */
export function errorOf(problem: unknown, translate: Translate, log: (text: string) => void, newId: () => string) {
  let coded: CodedError
  if (problem instanceof CodedError) coded = problem
  else {
    const id = newId()
    log(`${id} ${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}`)
    coded = fail('internal', { id })
  }
  const { code, details } = coded
  return {
    code,
    message: translate(`errors.${code}.message`, details),
    hint: translate(`errors.${code}.hint`, details),
    details,
  }
}

/** The one method of the host: find the route, check what came in, call, check nothing was thrown. */
export async function answer<Name extends RouteName>(
  handlers: Handlers, name: Name, input: unknown,
  telling: { translate: Translate; log: (text: string) => void; newId: () => string },
): Promise<Reply<Name>> {
  try {
    if (!Object.hasOwn(contract, name)) throw fail('contract/route-unknown', { route: String(name) })
    const parsed = contract[name].input.safeParse(input)
    if (!parsed.success) throw refusal(name, parsed.error)
    const handler = handlers[name] as (parsed: unknown) => RouteOutput<Name> | Promise<RouteOutput<Name>>
    return { ok: true, value: await handler(parsed.data) }
  } catch (problem) {
    return { ok: false, error: errorOf(problem, telling.translate, telling.log, telling.newId) }
  }
}

function refusal(route: string, error: z.ZodError): CodedError {
  const issue = error.issues[0]
  return fail('contract/input-refused', { route, field: issue?.path.join('.') ?? '', reason: issue?.message ?? '' })
}

export type { RouteInput }
