import { app, BrowserWindow, dialog, ipcMain, session } from 'electron'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { languages, translator, type Language } from '../../shared/locales/translate.ts'
import { createHost, type Host } from '../host/create-host.ts'
import { defaultDataDir } from '../host/data-dir.ts'
import { guardContents, guardSession } from './guards.ts'
import { answerCalls } from './ipc.ts'
import { setMenu } from './menu.ts'
import { registerScheme, servePage } from './protocol.ts'
import { askBeforeClosing, closeBeforeQuitting } from './quit.ts'
import { openWindow } from './window.ts'

// this file runs as out/main/electron.js
const outDir = fileURLToPath(new URL('..', import.meta.url))
const dataDir = defaultDataDir()
let waitingProject = projectIn(process.argv)
let openProject = (path: string): void => {
  waitingProject = path
}

app.setName('TAVRNN Studio')
// what Chromium itself keeps, apart from what is the person's
app.setPath('userData', join(dataDir, 'window'))
registerScheme()
guardContents(app)
app.on('open-file', (event, path) => {
  event.preventDefault()
  openProject(path)
})

if (!app.requestSingleInstanceLock()) app.quit()
else {
  start().catch((problem: unknown) => {
    dialog.showErrorBox('TAVRNN Studio', translator(systemLanguage())('quit.startFailed', { reason: String(problem) }))
    app.exit(1)
  })
}

async function start(): Promise<void> {
  await app.whenReady()
  const host = await createHost({ dataDir, resourcesDir: join(outDir, '..', 'resources') })
  guardSession(session.defaultSession)
  servePage(session.defaultSession, join(outDir, 'renderer'))
  answerCalls(ipcMain, host, () => languageOf(host))
  closeBeforeQuitting(app, host)

  openProject = (path) => void open(host, path)
  if (waitingProject !== null) await open(host, waitingProject)
  const window = openWindow(host, join(outDir, 'preload', 'index.cjs'))
  askBeforeClosing(window, host, () => translateOf(host))
  app.on('second-instance', (_event, argv, workingDir) => {
    if (window.isMinimized()) window.restore()
    window.focus()
    const path = projectIn(argv)
    if (path !== null) openProject(resolve(workingDir, path))
  })
  await renewMenu(host)
  host.subscribe((notice) => {
    if (notice.notice === 'changed' && notice.area === 'projects') void renewMenu(host)
  })
}

async function open(host: Host, path: string): Promise<void> {
  const reply = await host.call('projects.open', { path: resolve(path) }, await languageOf(host))
  if (reply.ok) app.addRecentDocument(reply.value.path)
  else dialog.showErrorBox(reply.error.message, reply.error.hint)
}

async function renewMenu(host: Host): Promise<void> {
  const translate = await translateOf(host)
  const reply = await host.call('projects.recent', {})
  const recent = reply.ok ? reply.value.recent.filter(({ exists }) => exists) : []
  setMenu(translate, recent, { open: openProject, openDialog: () => void chooseProject(host) }, process.platform === 'darwin')
}

async function chooseProject(host: Host): Promise<void> {
  const translate = await translateOf(host)
  const window = BrowserWindow.getAllWindows()[0]
  const choice = { filters: [{ name: translate('menu.projects'), extensions: ['tavrnn'] }], properties: ['openFile' as const] }
  const { filePaths } = window ? await dialog.showOpenDialog(window, choice) : await dialog.showOpenDialog(choice)
  const path = filePaths[0]
  if (path !== undefined) await open(host, path)
}

async function languageOf(host: Host): Promise<Language> {
  const reply = await host.call('settings.get', {})
  return (reply.ok ? reply.value.language : null) ?? systemLanguage()
}

const translateOf = async (host: Host) => translator(await languageOf(host))

function systemLanguage(): Language {
  return languages.find((language) => app.getLocale().startsWith(language)) ?? 'en'
}

/** A project's path among the words the app was started with: how a system opens a file with it. */
function projectIn(argv: string[]): string | null {
  return argv.find((word) => word.toLowerCase().endsWith('.tavrnn')) ?? null
}
