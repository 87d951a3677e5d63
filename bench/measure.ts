import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'

export const here = import.meta.dirname

/** How a part of the bench runs. */
export type Settings = {
  /** fewer rounds and smaller cases: to see that it runs, not to publish */
  quick: boolean
  rounds: number
  threads: number
  /** folder of the hand-fused yardstick, when its path was given */
  yardstick: string | null
}

/** A value of `tavrnn bench`, run as a program of its own. */
export function ours(words: readonly (string | number)[]): Record<string, unknown> {
  const out = execFileSync(process.execPath, [join(here, '..', 'src', 'main', 'cli', 'main.ts'), 'bench', ...words.map(String), '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return (JSON.parse(out) as { value: Record<string, unknown> }).value
}

/** The first python that has a package; null where none has. */
export const pythonWith = (name: string): string | null =>
  ['/usr/bin/python3', 'python3'].find((python) => spawnSync(python, ['-c', `import ${name}`]).status === 0) ?? null

/** The last line that a program in this folder prints, from JSON. */
export function peer(python: string, words: readonly (string | number)[], env: Record<string, string> = {}): Record<string, unknown> {
  const [file, ...others] = words.map(String)
  const out = execFileSync(python, [join(here, file!), ...others], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  })
  return JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

/** Median and spread in seconds; a dash where nothing was measured. */
export function shown(seconds: readonly number[]): string {
  if (seconds.length === 0) return '–'
  const digits = (value: number): string => value.toPrecision(3)
  return `${digits(median(seconds))} s (${digits(Math.min(...seconds))}–${digits(Math.max(...seconds))})`
}

/** How many times as long the peer takes. */
export const ratio = (theirs: readonly number[], own: readonly number[]): string =>
  theirs.length === 0 || own.length === 0 ? '–' : `${(median(theirs) / median(own)).toFixed(2)} ×`

export const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`

export const table = (heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] => [
  row(heads),
  row(heads.map(() => '---')),
  ...rows.map(row),
]
