// Finds a Chromium for the browser tests, or gets one.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { inCheckout, needNode, run } from './checkout.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** @returns a browser's program, '' for the one Playwright has fetched for itself, null where none can be had */
export async function findChromium() {
  const present = look()
  if (present) return present
  if (process.platform === 'linux' && process.getuid() === 0 && existsSync('/usr/bin/apt-get')) {
    console.error('Installing Chromium for the browser tests…')
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2], env })
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { stdio: ['ignore', 2, 2], env })
    const installed = look()
    if (installed) return installed
  }
  const { code } = await run(needNode(), [inCheckout('node_modules', '@playwright', 'test', 'cli.js'), 'install', 'chromium'], {
    stdio: ['ignore', 2, 2],
  })
  return code === 0 ? '' : null
}

function look() {
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
  return [process.env.CHROMIUM_PATH, ...onPath, ...places].find((file) => file && existsSync(file))
}
