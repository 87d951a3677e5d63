import { fail } from '../../shared/contract/errors.ts'
import { cpuEngine } from './cpu/run.ts'
import { variants } from './cpu/module.ts'
import { canStart } from './cpu/threads.ts'
import type { Engine } from './engine.ts'
import { referenceEngine } from './plain/run.ts'

/** Engines in order of preference; the plain interpreter runs where nothing else does. */
let known: readonly Engine[] | null = null
function knownEngines(): readonly Engine[] {
  known ??= [...variants.filter(canStart).map((variant) => cpuEngine(variant)), referenceEngine]
  return known
}

/** What a person may ask for by a word of their own. */
const words = ['auto', 'cpu']

/**
 * The engine a person asked for, by word (`auto`, `cpu`) or by the name a result was computed with (`cpu-plain`,
 * `cpu-relaxed`, `reference`).
 * @param threadCount for the cpu engine; null for as many as are sensible
 * @throws engines/none-starts where no such engine starts on this machine
 */
export function chooseEngine(name: string, threadCount: number | null = null): Engine {
  const engine = words.includes(name) ? knownEngines()[0] : knownEngines().find((one) => one.name === name)
  if (engine === undefined)
    throw fail('engines/none-starts', { engine: name, engines: [...words, ...knownEngines().map((one) => one.name)].join(', ') })
  const variant = threadCount === null ? undefined : variants.find((one) => engine.name === `cpu-${one}`)
  return variant === undefined ? engine : cpuEngine(variant, threadCount)
}

/** Every engine that starts on this machine; the plain interpreter, which always does, only where it is the only one. */
export function startingEngines(): readonly Engine[] {
  const fast = knownEngines().filter((engine) => engine !== referenceEngine)
  return fast.length > 0 ? fast : [referenceEngine]
}
