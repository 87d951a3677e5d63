import { fail } from '../../shared/contract/errors.ts'
import { chooseEngine, startingEngines } from './choose.ts'
import type { AwaitedEngine } from './engine.ts'
import { startCuda } from './tfjs/cuda.ts'
import { startTfjs } from './tfjs/start.ts'
import { startWebgpu } from './webgpu/start.ts'

/** Engines that need more than every machine has, by the word they are asked for and stored with. */
const guests: Readonly<Record<string, () => Promise<AwaitedEngine | null>>> = {
  webgpu: () => startWebgpu(),
  cuda: startCuda,
  tfjs: startTfjs,
}

/** Whether an engine may be missing on a machine, or leave it: then `cpu` takes over. */
export const isGuest = (name: string): boolean => Object.hasOwn(guests, name)

/**
 * The name of the engine a word means. Whether a graphics card is there is seen when it starts.
 * @throws engines/none-starts for a word that means none
 */
export const engineNameOf = (word: string): string => (isGuest(word) ? word : chooseEngine(word).name)

/**
 * Starts the engine a word means.
 * @throws engines/none-starts where it does not start on this machine
 */
export async function startEngine(word: string): Promise<AwaitedEngine> {
  const start = isGuest(word) ? guests[word] : undefined
  if (start === undefined) return chooseEngine(word)
  const engine = await start()
  if (engine === null)
    throw fail('engines/none-starts', {
      engine: word,
      engines: startingEngines()
        .map(({ name }) => name)
        .join(', '),
    })
  return engine
}

/** The graphics cards that start on this machine; one that is made up in software is none. */
export async function startCards(): Promise<readonly AwaitedEngine[]> {
  const started = await Promise.all([startCuda(), startWebgpu('cards')])
  return started.filter((engine) => engine !== null)
}

/** Every engine that starts on this machine. */
export async function allStartingEngines(): Promise<readonly AwaitedEngine[]> {
  const started = await Promise.all(Object.values(guests).map((start) => start()))
  return [...startingEngines(), ...started.filter((engine) => engine !== null)]
}
