import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createHost } from '../host/create-host.ts'
import { defaultDataDir } from '../host/data-dir.ts'
import { openBrowser } from './open-browser.ts'
import { serveWeb } from './serve-web.ts'

const { values, positionals } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    project: { type: 'string' },
    'no-open': { type: 'boolean', default: false },
    'data-dir': { type: 'string', default: defaultDataDir() },
  },
  allowPositionals: true,
})
const port = Number(values.port)
if (!Number.isInteger(port) || port < 0 || port > 65_535) stop('--port takes a whole number up to 65535', 2)

const rendererDir = fileURLToPath(new URL('../../../out/renderer', import.meta.url))
if (!existsSync(join(rendererDir, 'index.html'))) stop('The page is not built yet: run "npm run build" once, or "npm start".', 1)

const log = (text: string): void => console.error(text)
const dataDir = resolve(values['data-dir'])
const host = await createHost({ dataDir, log })
const project = values.project ?? positionals[0]
if (project !== undefined) {
  const reply = await host.call('projects.open', { path: resolve(project) })
  if (!reply.ok) {
    await host.close()
    stop(`${reply.error.message} ${reply.error.hint}`, 1)
  }
}
const door = await serveWeb({ host, dataDir, rendererDir, port, log }).catch(async (problem: NodeJS.ErrnoException) => {
  await host.close()
  return stop(problem.code === 'EADDRINUSE' ? `Port ${port} is taken: leave --port out, or give another.` : String(problem.stack), 1)
})
console.log(`TAVRNN Studio: ${door.url}`)
console.log('Ctrl-C ends it.')
if (!values['no-open']) openBrowser(door.url)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    // a second Ctrl-C does not wait for the last checkpoint
    process.once(signal, () => process.exit(130))
    void door
      .close()
      .then(() => host.close())
      .then(() => process.exit(0))
  })
}

function stop(text: string, code: number): never {
  console.error(text)
  process.exit(code)
}
