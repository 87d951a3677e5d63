import type { RouteInput } from '../../../shared/contract/contract.ts'
import { ask, finishJob, openNamedProject, WrongUse, type Command, type Session } from '../command.ts'
import { resultsAsRecorded } from '../newest.ts'

/** Projects the newest finished run to two dimensions. */
export const embed: Command = async (session) => {
  await openNamedProject(session)
  const method = session.arguments.text('method') ?? 'tsne'
  const recipe = { method, ...session.arguments.settings() } as RouteInput<'embeddings.project'>['recipe']
  const projection = await project(session, await newestRun(session), recipe)
  session.output.say(session.translate('cli.projected', { method, trustworthiness: projection.trustworthiness.toFixed(3) }))
  return projection
}

export async function newestRun(session: Session): Promise<number> {
  const run = (await resultsAsRecorded(session)).runs.at(-1)
  if (!run) throw new WrongUse(session.translate('cli.noRun'))
  return run.id
}

export async function project(session: Session, modelRunId: number, recipe: RouteInput<'embeddings.project'>['recipe']) {
  const made = await ask(session, 'embeddings.project', { modelRunId, recipe })
  const id = made.projectionId ?? (await finishJob(session, made.jobId ?? 0))
  const { projections } = await ask(session, 'embeddings.projections', {})
  const found = projections.find((one) => one.id === id)
  if (!found) throw new Error(`projection ${id} is not there`)
  return found
}
