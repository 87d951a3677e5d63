import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** plain: the same bits on every machine; relaxed: products and sums in one rounding where the processor has that. */
export const variants = ['plain', 'relaxed'] as const
export type Variant = (typeof variants)[number]

const here = dirname(fileURLToPath(import.meta.url)), modules = new Map<Variant, WebAssembly.Module>()

/** As source the kernels lie beside this file; in a bundle, out/main, the modules lie in out/engine. */
const sources = join(here, 'kernels'), isSource = existsSync(sources)
const output = isSource ? join(here, '..', '..', '..', '..', 'out', 'engine') : join(here, '..', 'engine')

/**
 * The compiled kernels; in a checkout they are compiled when they are missing or older than their sources.
 * @throws where the module cannot be compiled or started on this machine
 */
export function compiledModule(variant: Variant): WebAssembly.Module {
  const known = modules.get(variant)
  if (known !== undefined) return known
  const file = join(output, `${variant}.wasm`)
  if (isSource && isStale(file)) compile(variant, file)
  const made = new WebAssembly.Module(readFileSync(file))
  modules.set(variant, made)
  return made
}

function isStale(file: string): boolean {
  if (!existsSync(file)) return true
  const made = statSync(file).mtimeMs
  return readdirSync(sources).some((name) => statSync(join(sources, name)).mtimeMs > made)
}

/** Runs the AssemblyScript compiler; the module appears whole or not at all, whoever else compiles it. */
export function compile(variant: Variant, file: string): void {
  mkdirSync(dirname(file), { recursive: true })
  const compiler = join(here, '..', '..', '..', '..', 'node_modules', 'assemblyscript', 'bin', 'asc.js'), unfinished = `${file}.${process.pid}`
  const { status, stderr } = spawnSync(process.execPath, [
    compiler, join(sources, 'walk.ts'), '--outFile', unfinished, '-O3', '--converge', '--noAssert', '--runtime', 'stub', '--disableWarning', '112',
    '--enable', variant === 'relaxed' ? 'simd,threads,relaxed-simd' : 'simd,threads',
    '--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536',
  ], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the kernels do not compile: ${stderr}`)
  renameSync(unfinished, file)
}
