// Runs the built app on the recorder and prints, as JSON, what a person and an intruder would meet. Started by app.test.ts.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as electron from './recorded-electron.ts'

const out = fileURLToPath(new URL('../../out/', import.meta.url))
const dataDir = process.env.TAVRNN_DATA_DIR ?? ''
mkdirSync(dataDir, { recursive: true })

/** Resolves once the app has come to a point; the app is awaited by looking at what it has done so far. */
async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) {
    if (electron.app.exitCode !== null) throw new Error(String(electron.dialog.errors))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

await import(join(out, 'main', 'electron.js'))
await until(() => electron.Menu.current !== null)

const [window] = electron.BrowserWindow.all
if (!window) throw new Error('no window was opened')
const contents = window.webContents
window.emit('ready-to-show')

async function fetched(url: string, method = 'GET') {
  const response = await electron.session.handledSchemes.get('app')?.({ url, method } as Request)
  const text = await response?.text()
  return {
    status: response?.status,
    policy: response?.headers.get('content-security-policy'),
    text: text?.slice(0, 2000),
    length: text?.length,
  }
}

const call = electron.ipcMain.handlers.get('tavrnn:call') as unknown as (event: unknown, route: string, input: unknown) => Promise<unknown>
const from = (url: string | undefined) => ({ senderFrame: url === undefined ? null : { url } })
async function refused(sender: unknown): Promise<boolean> {
  try {
    await call(sender, 'projects.recent', {})
    return false
  } catch {
    return true
  }
}

function navigates(name: string, url: string): boolean {
  let isPrevented = false
  contents.emit(name, {
    url,
    preventDefault: () => {
      isPrevented = true
    },
  })
  return !isPrevented
}

const permission = (name: string): unknown => {
  let answered: unknown = 'nothing'
  const [handler] = electron.given.get(name) ?? []
  const result = (handler as unknown as (...values: unknown[]) => unknown)(contents, 'media', (answer: unknown) => {
    answered = answer
  })
  return result === undefined ? answered : result
}

let network: unknown
const [filter, onRequest] = electron.given.get('onBeforeRequest') ?? []
;(onRequest as unknown as (request: unknown, answer: (verdict: unknown) => void) => void)({}, (verdict) => {
  network = verdict
})

const page = await fetched('app://tavrnn/')
const pageAgain = await fetched('app://tavrnn/')
const script = /src="\.?\/?(assets\/[^"]+\.js)"/.exec(page.text ?? '')?.[1] ?? ''
const recent = await call(from('app://tavrnn/'), 'projects.recent', {})
const created = await call(from('app://tavrnn/'), 'projects.create', { name: 'Versuch ü' })
await until(() => contents.sent.length > 0)
const unknownRoute = await call(from('app://tavrnn/'), 'no.such', {})

const report = {
  preferences: window.options.webPreferences,
  loaded: contents.url,
  isShown: window.isShown,
  schemes: electron.given.get('registerSchemesAsPrivileged')?.[0],
  page,
  nonceIsFresh: page.policy !== pageAgain.policy,
  script: await fetched(`app://tavrnn/${script}`),
  outside: await Promise.all(
    [
      '../main/electron.js',
      '%2e%2e/main/electron.js',
      '..%2fmain%2felectron.js',
      'assets/..%2f..%2f..%2fpackage.json',
      '..%5cmain%5celectron.js',
      '%00',
    ].map((path) => fetched(`app://tavrnn/${path}`)),
  ),
  foreignHost: await fetched('app://other/index.html'),
  posted: await fetched('app://tavrnn/', 'POST'),
  permissions: ['setPermissionRequestHandler', 'setPermissionCheckHandler', 'setDevicePermissionHandler'].map(permission),
  network: { filter, verdict: network },
  navigation: {
    own: navigates('will-navigate', 'app://tavrnn/'),
    web: navigates('will-navigate', 'https://example.org/'),
    file: navigates('will-navigate', 'file:///etc/passwd'),
    lookalike: navigates('will-navigate', 'app://tavrnn.evil/'),
    redirect: navigates('will-redirect', 'https://example.org/'),
    frame: navigates('will-frame-navigate', 'https://example.org/'),
  },
  newWindow: (contents.windowOpenHandler as (() => unknown) | null)?.(),
  webview: navigates('will-attach-webview', ''),
  calls: { recent, created, unknownRoute },
  refused: {
    web: await refused(from('https://example.org/')),
    file: await refused(from('file:///index.html')),
    lookalike: await refused(from('app://tavrnn.evil/')),
    gone: await refused(from(undefined)),
    own: await refused(from('app://tavrnn/')),
  },
  handlers: [...electron.ipcMain.handlers.keys()],
  sent: contents.sent,
  menu: electron.Menu.current?.map(({ label, submenu }) => ({ label, items: submenu?.map((item) => item.label) })),
  errors: electron.dialog.errors,
}

// the sample is imported in a thread of the bundle; closing the window meanwhile is a question, answered with "keep it running"
const sample = (await call(from('app://tavrnn/'), 'projects.openSample', {})) as { value: { files: string[] } }
const started = (await call(from('app://tavrnn/'), 'import.run', { files: sample.value.files })) as { value: { jobId: number } }
let isClosed = false
window.on('closed', () => {
  isClosed = true
})
window.close()
await until(() => electron.dialog.questions.length > 0)
const stayedOpen = !isClosed
const jobStates = (): string[] =>
  contents.sent.flatMap(([, notice]) => {
    const told = notice as { notice: string; job?: { id: number; state: string } }
    return told.notice === 'job' && told.job?.id === started.value.jobId ? [told.job.state] : []
  })
await until(() => ['done', 'failed'].includes(jobStates().at(-1) ?? ''))

// closing it with no work to lose asks nothing and leaves the project one file
window.close()
await until(() => isClosed)
let quits = 0
electron.app.on('will-quit', () => quits++)
electron.app.emit('window-all-closed')
await until(() => quits === 2)

process.stdout.write(
  JSON.stringify({ ...report, questions: electron.dialog.questions, stayedOpen, jobStates: jobStates(), progress: window.progress }),
  () => process.exit(0),
)
