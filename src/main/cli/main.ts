import { createHost } from '../host/create-host.ts'
import { defaultDataDir } from '../host/data-dir.ts'
import { languages, translator, type Language } from '../../shared/locales/translate.ts'
import packageFile from '../../../package.json' with { type: 'json' }
import { readArguments, type Arguments } from './arguments.ts'
import { RefusedCall, WrongUse, type Command } from './command.ts'
import { align } from './commands/align.ts'
import { bench } from './commands/bench.ts'
import { demo } from './commands/demo.ts'
import { embed } from './commands/embed.ts'
import { evaluate } from './commands/evaluate.ts'
import { exportTable } from './commands/export.ts'
import { figure } from './commands/figure.ts'
import { importFiles } from './commands/import.ts'
import { inspect } from './commands/inspect.ts'
import { layout } from './commands/layout.ts'
import { selfcheck } from './commands/selfcheck.ts'
import { serve } from './commands/serve.ts'
import { simulate } from './commands/simulate.ts'
import { snapshots } from './commands/snapshots.ts'
import { train } from './commands/train.ts'
import { validate } from './commands/validate.ts'
import { createOutput } from './output.ts'

const commands: Record<string, Command> = {
  inspect,
  import: importFiles,
  layout,
  snapshots,
  train,
  embed,
  align,
  evaluate,
  figure,
  export: exportTable,
  selfcheck,
  bench,
  demo,
  serve,
  simulate,
  validate,
}
const exitCodes = { done: 0, failed: 1, wrongUse: 2, cancelled: 130 }

process.exitCode = (await run(process.argv.slice(2))) || (process.exitCode ?? 0)

async function run(words: string[]): Promise<number> {
  const json = words.includes('--json')
  const output = createOutput(json)
  const language = languageOf(words)
  const translate = translator(language)
  const wrongUse = (reason: string): number => {
    if (json)
      process.stdout.write(
        `${JSON.stringify({ ok: false, error: { code: 'cli/wrong-use', message: reason, hint: translate('cli.seeHelp'), details: {} } })}\n`,
      )
    process.stderr.write(`${reason}\n${translate('cli.seeHelp')}\n`)
    return exitCodes.wrongUse
  }
  let given: Arguments
  try {
    given = readArguments(words)
  } catch (problem) {
    return wrongUse(translate('cli.wrongOption', { reason: problem instanceof Error ? problem.message : String(problem) }))
  }
  if (given.flag('version')) return (process.stdout.write(`${packageFile.version}\n`), exitCodes.done)
  if (given.flag('help') || given.command === '')
    return (process.stdout.write(`${translate('cli.help')}\n`), given.flag('help') ? exitCodes.done : exitCodes.wrongUse)
  const command = Object.hasOwn(commands, given.command) ? commands[given.command] : undefined
  if (!command) return wrongUse(translate('cli.unknownCommand', { command: given.command, commands: Object.keys(commands).join(', ') }))

  const stop = new AbortController()
  process.on('SIGINT', () => stop.abort())
  process.on('SIGTERM', () => stop.abort())
  const host = await createHost({ dataDir: given.text('data-dir') ?? defaultDataDir() })
  try {
    output.value(await command({ host, arguments: given, output, language, translate, signal: stop.signal }))
    return exitCodes.done
  } catch (problem) {
    if (problem instanceof WrongUse || problem instanceof RangeError)
      return wrongUse(problem instanceof WrongUse ? problem.message : translate('cli.wrongOption', { reason: problem.message }))
    if (!(problem instanceof RefusedCall)) throw problem
    output.error(problem.reply)
    return stop.signal.aborted ? exitCodes.cancelled : exitCodes.failed
  } finally {
    await host.close()
  }
}

/** `--lang`, else the system's, else English. */
function languageOf(words: string[]): Language {
  const at = words.indexOf('--lang')
  const wanted = at >= 0 ? (words[at + 1] ?? '') : (process.env.LC_ALL ?? process.env.LC_MESSAGES ?? process.env.LANG ?? '')
  return languages.find((language) => wanted.toLowerCase().startsWith(language)) ?? 'en'
}
