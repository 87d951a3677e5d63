import type { z } from 'zod'
import { contract, type Caller, type Handlers, type Reply, type RouteName, type RouteOutput } from '../../shared/contract/contract.ts'
import { CodedError, fail, type ErrorReply } from '../../shared/contract/errors.ts'
import type { Translate } from '../../shared/locales/translate.ts'

export type Telling = { translate: Translate; log: (text: string) => void; newId: () => string; recognise: (problem: unknown) => unknown }

/** The one method behind every door: find the route, check what came in, call; nothing is thrown across. */
export async function answer<Name extends RouteName>(
  handlers: Handlers,
  name: Name,
  input: unknown,
  caller: Caller,
  telling: Telling,
): Promise<Reply<Name>> {
  try {
    if (!Object.hasOwn(contract, name)) throw fail('contract/route-unknown', { route: String(name) })
    const parsed = contract[name].input.safeParse(input)
    if (!parsed.success) throw refusal(name, parsed.error)
    const handler = handlers[name] as (parsed: unknown, caller: Caller) => RouteOutput<Name> | Promise<RouteOutput<Name>>
    const value = contract[name].output.parse(await handler(parsed.data, caller)) as RouteOutput<Name>
    return { ok: true, value }
  } catch (problem) {
    return { ok: false, error: errorOf(problem, telling) }
  }
}

/** The envelope's error for whatever was thrown; what nobody foresaw is logged under an id. */
export function errorOf(problem: unknown, { translate, log, newId, recognise }: Telling): ErrorReply['error'] {
  let coded = recognise(problem)
  if (!(coded instanceof CodedError)) {
    const id = newId()
    log(`${id} ${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}`)
    coded = fail('internal', { id })
  }
  return inWords(coded as CodedError, translate)
}

/** Code and details with their sentence and hint; the details stay as programs know them, the words say what a person calls them. */
export function inWords({ code, details }: { code: string; details: Record<string, unknown> }, translate: Translate): ErrorReply['error'] {
  const said = { ...details }
  for (const [detail, keyOf] of Object.entries(namedDetails[code] ?? {})) {
    said[detail] = String(details[detail])
      .split(', ')
      .map((id) => translate(keyOf(id)))
      .join(', ')
  }
  return { code, message: translate(`errors.${code}.message`, said), hint: translate(`errors.${code}.hint`, said), details }
}

/** Details that are ids: where their names stand in the locale. */
const namedDetails: Record<string, Record<string, (id: string) => string>> = {
  'import/not-recognised': { formats: (id) => `formats.${id}.name` },
  'snapshots/too-few-rate-matched': { group: (id) => `snapshots.inError.${id}` },
  'snapshots/never-rate-matched': { group: (id) => `snapshots.inError.${id}` },
  'snapshots/only-for-spikes': { setting: (id) => `snapshots.inError.${id}` },
  'snapshots/only-for-traces': { setting: (id) => `snapshots.inError.${id}` },
  'snapshots/window-not-whole-bins': { setting: (id) => `snapshots.inError.${id}` },
}

function refusal(route: string, error: z.ZodError): CodedError {
  const issue = error.issues[0]
  return fail('contract/input-refused', { route, field: issue?.path.join('.') ?? '', reason: issue?.message ?? '' })
}
