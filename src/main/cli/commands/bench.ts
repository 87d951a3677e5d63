import { ask, WrongUse, type Command } from '../command.ts'

/** How long this machine takes for one piece of work. */
export const bench: Command = async (session) => {
  const { arguments: given, translate } = session,
    work = given.text('work') ?? 'epoch'
  const time = works[work]
  if (!time) throw new WrongUse(translate('cli.unknownWork', { work, works: Object.keys(works).join(', ') }))
  return time(session)
}

/** on numbers made up for it */
const epoch: Command = async (session) => {
  const { arguments: given, output, translate } = session
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

const tsne: Command = async (session) => {
  const { arguments: given, output, translate } = session,
    points = given.text('points')
  if (points === undefined) throw new RangeError('--points')
  const report = await ask(session, 'engines.benchProjection', {
    points,
    columns: given.number('columns'),
    steps: given.number('steps'),
    threads: given.number('threads'),
    out: given.text('out'),
  })
  output.say(translate('cli.benchedProjection', { seconds: report.seconds.toPrecision(3), kl: report.kl.toPrecision(5) }))
  return report
}

const snapshots: Command = async (session) => {
  const { arguments: given, output, translate } = session,
    edges = given.text('edges')
  if (edges !== undefined && edges !== 'none' && edges !== 'significance') throw new RangeError(`--edges ${edges}`)
  const report = await ask(session, 'engines.benchSnapshots', {
    channels: given.number('channels'),
    bins: given.number('bins'),
    windows: given.number('windows'),
    rateHz: given.number('rate-hz'),
    edges,
    threads: given.number('threads'),
  })
  output.say(translate('cli.benchedSnapshots', { seconds: report.seconds.toPrecision(3) }))
  return report
}

const works: Record<string, Command> = { epoch, snapshots, tsne }
