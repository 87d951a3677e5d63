import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** plain: the same bits on every machine; relaxed: products and sums in one rounding where the processor has that. */
export const variants = ['plain', 'relaxed'] as const
export type Variant = (typeof variants)[number]

const engineSettings = ['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536']
/** Each module's entry among the kernels and what its compilation needs. */
const targets = {
  plain: { entry: 'walk.ts', features: 'simd,threads', settings: engineSettings },
  relaxed: { entry: 'walk.ts', features: 'simd,threads,relaxed-simd', settings: engineSettings },
  // loops of science, not of the engine: pairs.ts, projection.ts, symmetric-product.ts
  pairs: { entry: 'pairs.ts', features: 'simd,threads', settings: engineSettings },
  projection: { entry: 'projection.ts', features: 'simd,threads', settings: engineSettings },
  products: { entry: 'symmetric-product.ts', features: 'simd', settings: ['--importMemory'] },
} as const
export type Target = keyof typeof targets
export const targetNames = Object.keys(targets) as Target[]

const here = dirname(fileURLToPath(import.meta.url)),
  modules = new Map<Target, WebAssembly.Module>()

/** As source the kernels lie beside this file; in a bundle, out/main, the modules lie in out/engine. */
const sources = join(here, 'kernels'),
  isSource = existsSync(sources)
const output = isSource ? join(here, '..', '..', '..', '..', 'out', 'engine') : join(here, '..', 'engine')

/**
 * The compiled kernels; in a checkout they are compiled when they are missing or older than their sources.
 * @throws where the module cannot be compiled or started on this machine
 */
export function compiledModule(target: Target): WebAssembly.Module {
  const known = modules.get(target)
  if (known !== undefined) return known
  const file = join(output, `${target}.wasm`)
  if (isSource && isStale(file)) compile(target, file)
  const made = new WebAssembly.Module(readFileSync(file))
  modules.set(target, made)
  return made
}

function isStale(file: string): boolean {
  if (!existsSync(file)) return true
  const made = statSync(file).mtimeMs
  return readdirSync(sources).some((name) => statSync(join(sources, name)).mtimeMs > made)
}

/** Runs the AssemblyScript compiler; the module appears whole or not at all, whoever else compiles it. */
export function compile(target: Target, file: string): void {
  const { entry, features, settings } = targets[target]
  mkdirSync(dirname(file), { recursive: true })
  const compiler = join(here, '..', '..', '..', '..', 'node_modules', 'assemblyscript', 'bin', 'asc.js'),
    unfinished = `${file}.${process.pid}`
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      compiler,
      join(sources, entry),
      '--outFile',
      unfinished,
      '-O3',
      '--converge',
      '--noAssert',
      '--runtime',
      'stub',
      '--disableWarning',
      '112',
      '--enable',
      features,
      ...settings,
    ],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`the kernels do not compile: ${stderr}`)
  renameSync(unfinished, file)
}
