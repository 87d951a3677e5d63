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

/**
 * The first python that has a package: $PYTHON, the one on the path, the system's (a version manager may hide it). Where none
 * has, says which were asked and gives null.
 */
export function pythonWith(name: string): string | null {
  const asked = [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter((python) => python !== undefined)
  const found = asked.find((python) => spawnSync(python, ['-c', `import ${name}`], { stdio: 'ignore' }).status === 0) ?? null
  if (found === null) console.log(`no ${name} in ${asked.join(', ')}: this peer is left out; set PYTHON to a python that has it`)
  return found
}

/** What RESULTS.md says of a peer that was left out. */
export const leftOut = (python: string | null, name: string): string =>
  python === null ? ` ${name} was not on this machine: nothing is known beside it.` : ''

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

/** How many times as long the one takes as the other, round by round: median and spread. */
export function ratio(of: readonly number[], to: readonly number[]): string {
  const ratios = of.slice(0, to.length).map((seconds, round) => seconds / to[round]!)
  if (ratios.length === 0) return '–'
  const digits = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0))
  return ratios.length === 1
    ? `${digits(ratios[0]!)} ×`
    : `${digits(median(ratios))} × (${digits(Math.min(...ratios))}–${digits(Math.max(...ratios))})`
}

export const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`

export const table = (heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] => [
  row(heads),
  row(heads.map(() => '---')),
  ...rows.map(row),
]
