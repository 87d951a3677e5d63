import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../../src/main/cli/main.ts', import.meta.url))

export type Ended = { exitCode: number | null; out: string; err: string }

/**
 * Starts the command line as a process of its own.
 * @param largestFileKB no file can grow beyond it, as on a full disk
 */
export function startTavrnn(words: string[], dataDir: string, largestFileKB?: number): { child: ChildProcess; ended: Promise<Ended> } {
  const [program, given] =
    largestFileKB === undefined
      ? [process.execPath, [cli, ...words]]
      : ['bash', ['-c', `trap '' XFSZ; ulimit -f ${largestFileKB}; exec "$@"`, 'bash', process.execPath, cli, ...words]]
  const child = spawn(program, given, {
    env: { ...process.env, TAVRNN_DATA_DIR: dataDir, LANG: 'en_GB.UTF-8', LC_ALL: '', NODE_NO_WARNINGS: '1' },
  })
  let out = '',
    err = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  return { child, ended: new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, out, err }))) }
}

/** What the tests look into of a reply's value; which of it is there depends on the command. */
export type Value = {
  spikesPerChannel: number[]
  positionsUm: number[][]
  snapshots: unknown[]
  runs: unknown[]
  fixtures: { name: string; engine: string; pass: boolean }[]
  cultures: { spikes: string; layout: string; events: string; truth: string }[]
  events: Record<string, number>
  project: string
  steps: { name: string; seconds: number }[]
  figures: string[]
  tables: string[]
  [name: string]: unknown
}

/** Runs a command with `--json` and gives its reply; standard output must hold that one value and nothing else. */
export async function tavrnn(
  dataDir: string,
  ...words: string[]
): Promise<{ exitCode: number | null; reply: { ok: boolean; value: Value }; err: string }> {
  const { exitCode, out, err } = await startTavrnn([...words, '--json'], dataDir).ended
  return { exitCode, reply: JSON.parse(out) as { ok: boolean; value: Value }, err }
}
