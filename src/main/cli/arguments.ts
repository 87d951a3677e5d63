import { parseArgs } from 'node:util'

/** The words of one call: `tavrnn <command> FILE… --name value`. */
export type Arguments = {
  command: string
  files: string[]
  text(name: OptionName): string | undefined
  number(name: OptionName): number | undefined
  flag(name: FlagName): boolean
  /** every `--set NAME=VALUE`, numbers as numbers */
  settings(): Record<string, string | number>
}

const texts = [
  'project',
  'as',
  'layout',
  'template',
  'events',
  'subject',
  'condition',
  'name',
  'recording',
  'preset',
  'recipe',
  'seeds',
  'epochs',
  'engine',
  'variant',
  'method',
  'figure',
  'column',
  'measure',
  'format',
  'width-mm',
  'dpi',
  'out',
  'what',
  'lang',
  'port',
  'colour',
  'value',
  'snapshot',
  'data-dir',
  'kind',
  'subjects',
  'channels',
  'seed',
  'work',
  'snapshots',
  'density',
  'features',
  'threads',
  'cohorts',
  'cohort',
  'points',
  'columns',
  'steps',
  'bins',
  'windows',
  'rate-hz',
  'edges',
  'models',
  'task',
  'label',
  'split',
  'controls',
  'vectors',
] as const
const flags = ['json', 'help', 'version', 'print-program', 'keep'] as const
type OptionName = (typeof texts)[number]
type FlagName = (typeof flags)[number]

/**
 * @throws TypeError naming an unknown option
 * @throws RangeError naming an option that wanted a number
 */
export function readArguments(words: string[]): Arguments {
  const parsed = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(texts.map((name) => [name, { type: 'string' as const }])),
      ...Object.fromEntries(flags.map((name) => [name, { type: 'boolean' as const }])),
      set: { type: 'string', multiple: true },
    },
  })
  const [command = '', ...files] = parsed.positionals
  const values: Record<string, unknown> = parsed.values
  const text = (name: OptionName): string | undefined => values[name] as string | undefined
  return {
    command,
    files,
    text,
    number(name) {
      const given = text(name)
      if (given === undefined) return undefined
      if (given.trim() === '' || !Number.isFinite(Number(given))) throw new RangeError(`--${name} ${given}`)
      return Number(given)
    },
    flag: (name) => values[name] === true,
    settings: () =>
      Object.fromEntries(
        ((values.set ?? []) as string[]).map((pair) => {
          const at = pair.indexOf('=')
          if (at < 1) throw new RangeError(`--set ${pair}`)
          const value = pair.slice(at + 1)
          return [pair.slice(0, at), value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value]
        }),
      ),
  }
}
