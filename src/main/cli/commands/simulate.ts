import { resolve } from 'node:path'
import { simulationKinds } from '../../../shared/domain/simulation.ts'
import type { RouteInput } from '../../../shared/contract/contract.ts'
import { ask, WrongUse, type Command, type Session } from '../command.ts'

type Making = RouteInput<'simulations.make'>

/** Writes a cohort of simulated cultures with planted truth as ordinary files. */
export const simulate: Command = async (session) => {
  const { arguments: given, host, output, signal, translate } = session
  const making = makingOf(session)
  const cancel = (): void => void host.call('simulations.cancel', {})
  signal.addEventListener('abort', cancel, { once: true })
  const endNotices = host.subscribe((notice) => {
    if (notice.notice === 'simulation') output.progress(translate('jobs.phase.simulate'), notice.done / notice.total, null)
  })
  try {
    const made = await ask(session, 'simulations.make', making)
    output.endProgress()
    output.say(
      translate('simulations.made', {
        count: made.cultures.length,
        kind: translate(`simulations.kind.${given.text('kind')}`),
        folder: making.out,
      }),
    )
    return made
  } finally {
    endNotices()
    signal.removeEventListener('abort', cancel)
  }
}

function makingOf({ arguments: given, translate }: Session): Making {
  const kind = simulationKinds.find((known) => known === given.text('kind'))
  if (!kind) throw new WrongUse(translate('simulations.kindMissing', { kinds: simulationKinds.join(', ') }))
  const seed = given.number('seed'),
    out = given.text('out'),
    layout = given.text('layout')
  if (seed === undefined) throw new WrongUse(translate('simulations.seedMissing'))
  if (!out) throw new WrongUse(translate('simulations.outMissing'))
  if (layout && given.text('channels')) throw new WrongUse(translate('simulations.channelsTwice'))
  const recipe = {
    ...given.settings(),
    kind,
    seed,
    ...(given.text('variant') ? { variant: given.text('variant') } : {}),
    ...(given.text('subjects') ? { subjectCount: given.number('subjects') } : {}),
    ...(given.text('channels') ? { channelCount: given.number('channels') } : {}),
  }
  return { recipe: recipe as Making['recipe'], layoutFile: layout ? resolve(layout) : null, out: resolve(out) }
}
