// npm start: sets up, builds, and opens the app: in its own window where Electron can run, else in the browser.
// node scripts/start.mjs [--web] [FILE.tavrnn] [--port N] [--no-open] [--data-dir D] [--project P]
import { existsSync, readFileSync } from 'node:fs'
import { inCheckout, needNode, productEnv, run } from './checkout.mjs'
import { buildWhenStale, isBuilt } from './build.mjs'
import { setUp } from './setup.mjs'

const args = process.argv.slice(2)
await setUp()
if (!(await buildWhenStale()) && !isBuilt()) process.exit(1)

const electron = args.includes('--web') ? null : await findElectron()
if (electron) {
  const startedAt = Date.now()
  const { code } = await run(electron, ['.', ...args])
  if (code === 0 || Date.now() - startedAt > 10_000) process.exit(code)
  console.error('The window could not be opened; the app opens in the browser instead.')
}
const { code } = await run(needNode(), [inCheckout('src', 'main', 'web', 'main.ts'), ...args.filter((arg) => arg !== '--web')], {
  env: productEnv,
})
process.exit(code)

/** @returns Electron's program, fetched at the first start; null where it cannot run here or cannot be had */
async function findElectron() {
  if (process.platform === 'linux') {
    if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return null
    // Chromium's sandbox refuses root, and without it we do not open a window
    if (process.getuid() === 0) return null
  }
  const present = electronProgram()
  if (present) return present
  if (!(await isReachable())) return null
  console.error('Fetching Electron (about 110 MB, once)…')
  await run(needNode(), [inCheckout('node_modules', 'electron', 'install.js')], { stdio: ['ignore', 2, 2], timeoutMs: 600_000 })
  return electronProgram()
}

function electronProgram() {
  const named = inCheckout('node_modules', 'electron', 'path.txt')
  if (!existsSync(named)) return null
  const program = inCheckout('node_modules', 'electron', 'dist', readFileSync(named, 'utf8'))
  return existsSync(program) ? program : null
}

/** Asks for five seconds, so that a start without a network does not wait for a download that cannot come. */
async function isReachable() {
  const { ELECTRON_MIRROR, HTTPS_PROXY, https_proxy: proxy } = process.env
  if (HTTPS_PROXY || proxy) return true
  try {
    await fetch(ELECTRON_MIRROR ?? 'https://github.com', { method: 'HEAD', signal: AbortSignal.timeout(5000) })
    return true
  } catch {
    return false
  }
}
