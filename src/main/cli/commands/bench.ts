import { ask, WrongUse, type Command } from '../command.ts'

const works = ['epoch'] as const

/** How long this machine takes, on numbers made up for it. */
export const bench: Command = async (session) => {
  const { arguments: given, output, translate } = session,
    work = given.text('work') ?? 'epoch'
  if (!works.some((known) => known === work)) throw new WrongUse(translate('cli.unknownWork', { work, works: works.join(', ') }))
  const engine = given.text('engine') ?? 'cpu',
    variant = given.text('variant'),
    features = given.text('features')
  if (features !== undefined && features !== 'rows' && features !== 'identity') throw new RangeError(`--features ${features}`)
  const report = await ask(session, 'engines.bench', {
    channels: given.number('channels'),
    snapshots: given.number('snapshots'),
    density: given.number('density'),
    features,
    engine: variant === undefined ? engine : `${engine}-${variant}`,
    threads: given.number('threads'),
    epochs: given.number('epochs'),
    seed: given.number('seed'),
    printProgram: given.flag('print-program'),
  })
  const { program, secondsPerEpoch, ...rest } = report
  if (program !== null) output.say(program)
  output.say(
    translate('cli.benched', {
      engine: rest.engine,
      threads: rest.threads,
      median: secondsPerEpoch.median.toPrecision(3),
      min: secondsPerEpoch.min.toPrecision(3),
      memory: Math.round(rest.peakMemoryMB),
      loss: rest.loss,
    }),
  )
  return program === null ? { ...rest, secondsPerEpoch } : report
}
