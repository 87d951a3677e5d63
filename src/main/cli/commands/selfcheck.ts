import { resolve } from 'node:path'
import { ask, type Command } from '../command.ts'

/** This machine's engines against reference numbers. */
export const selfcheck: Command = async (session) => {
  const { arguments: given, output, translate } = session
  const report = await ask(session, 'engines.selfcheck', {
    fixtures: given.files.map((file) => resolve(file)),
    engine: given.text('engine') ?? 'all',
  })
  for (const { name, engine, pass, forwardError, gradientError } of report.fixtures) {
    output.say(
      translate(pass ? 'cli.fixturePasses' : 'cli.fixtureFails', {
        name,
        engine,
        forward: forwardError.toExponential(1),
        gradient: gradientError.toExponential(1),
      }),
    )
  }
  if (report.fixtures.some(({ pass }) => !pass)) process.exitCode = 1
  return report
}
