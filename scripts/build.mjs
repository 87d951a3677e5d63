// Builds out/ (page, window, preload, engine) where a source is newer than it.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { inCheckout, needNode, run } from './checkout.mjs'

const outputs = [
  inCheckout('out', 'main', 'electron.js'),
  inCheckout('out', 'preload', 'index.cjs'),
  inCheckout('out', 'renderer', 'index.html'),
]

const engineOutputs = ['plain', 'relaxed', 'pairs', 'projection', 'products'].map((name) => inCheckout('out', 'engine', `${name}.wasm`))

export const isBuilt = () => [...outputs, ...engineOutputs].every(existsSync)

/** @returns whether out/ holds what the sources say; builds where it does not */
export async function buildWhenStale() {
  if (!(await buildEngineWhenStale())) return false
  if (outputs.every(existsSync) && newest(['src', 'electron.vite.config.ts', 'package-lock.json']) <= Math.min(...outputs.map(changedAt)))
    return true
  console.error('Building…')
  const { code, output } = await run(needNode(), [inCheckout('node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (code !== 0) console.error(output)
  return code === 0
}

/** The engine's kernels by themselves: most changes of the sources are not theirs. */
async function buildEngineWhenStale() {
  const kernels = join('src', 'main', 'engine', 'cpu', 'kernels')
  if (engineOutputs.every(existsSync) && newest([kernels]) <= Math.min(...engineOutputs.map(changedAt))) return true
  const { code, output } = await run(needNode(), [inCheckout('scripts', 'build-engine.mjs')], { stdio: ['ignore', 'pipe', 'pipe'] })
  if (code !== 0) console.error(output)
  return code === 0
}

const changedAt = (file) => statSync(file).mtimeMs

function newest(names) {
  let latest = 0
  for (const name of names) {
    const path = inCheckout(name)
    const stat = statSync(path)
    if (stat.isFile()) latest = Math.max(latest, stat.mtimeMs)
    else for (const entry of readdirSync(path, { recursive: true })) latest = Math.max(latest, changedAt(join(path, entry)))
  }
  return latest
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit((await buildWhenStale()) ? 0 : 1)
