import { fail } from '../../shared/contract/errors.ts'
import { cpuEngine } from './plain/run.ts'
import type { Engine } from './engine.ts'

const engines: readonly Engine[] = [cpuEngine]
const enginesByWord: Readonly<Record<string, Engine>> = { auto: cpuEngine, cpu: cpuEngine }

/**
 * The engine a person asked for, by word (`auto`, `cpu`) or by the name a result was computed with (`cpu-plain`).
 * @throws engines/none-starts where no such engine starts on this machine; webgpu, cuda and tfjs are not in this version
 */
export function chooseEngine(name: string): Engine {
  const engine = engines.find((known) => known.name === name) ?? (Object.hasOwn(enginesByWord, name) ? enginesByWord[name] : undefined)
  if (engine === undefined) throw fail('engines/none-starts', { engine: name, engines: Object.keys(enginesByWord).join(', ') })
  return engine
}

/** Every engine that starts on this machine. */
export const startingEngines = (): readonly Engine[] => engines
