import { test as base } from '@playwright/test'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The running program behind a page: where its data lies, and the address that lets one browser in. */
export type App = { url: string; dataDir: string; stop(): Promise<void> }

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Playwright's test with the app running on a throw-away data folder, whose name has a space and an umlaut in it. */
export const test = base.extend<{ app: App }>({
  app: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'tavrnn müller '))
    const app = await startApp(join(folder, 'Daten Ablage'))
    await use(app)
    await app.stop()
    await rm(folder, { recursive: true, force: true })
  },
  page: async ({ page, app }, use) => {
    await page.goto(app.url)
    await use(page)
  },
})

export { expect } from '@playwright/test'

/** Starts the web door and waits until it says where it is. */
export async function startApp(dataDir: string): Promise<App> {
  const program = spawn(process.execPath, [join(root, 'src/main/web/main.ts'), '--no-open', '--port', '0', '--data-dir', dataDir], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(program, 'exit')
  for await (const line of createInterface(program.stdout)) {
    const url = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(line)?.[0]
    if (url === undefined) continue
    return {
      url,
      dataDir,
      async stop() {
        program.kill('SIGTERM')
        await ended
      },
    }
  }
  throw new Error('the web door ended without saying where it is')
}
