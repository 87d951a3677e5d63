import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Command } from '../command.ts'

/** Opens the loopback page: the web door, a program of its own, gets the same words. */
export const serve: Command = async ({ arguments: given, signal }) => {
  const words = ['port', 'project', 'data-dir'] as const
  const passed = words.flatMap((name) => (given.text(name) === undefined ? [] : [`--${name}`, given.text(name) ?? '']))
  const door = spawn(process.execPath, [fileURLToPath(new URL('../../web/main.ts', import.meta.url)), '--no-open', ...passed], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  signal.addEventListener('abort', () => door.kill('SIGINT'), { once: true })
  const [exitCode] = (await once(door, 'exit')) as [number | null]
  return { exitCode }
}
