import { BrowserWindow } from 'electron'
import type { Host } from '../host/create-host.ts'
import { passNotices } from './ipc.ts'
import { pageAddress } from './protocol.ts'

/** Opens the one window, shown once there is something to see. */
export function openWindow(host: Host, preload: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 640,
    show: false,
    title: 'TAVRNN Studio',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // its dictionaries would come over the network
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  passNotices(host, window.webContents)
  showProgress(host, window)
  void window.loadURL(pageAddress)
  return window
}

/** How far the running jobs are, on the taskbar's or dock's sign of the app. */
function showProgress(host: Host, window: BrowserWindow): void {
  const shares = new Map<number, number>()
  const unsubscribe = host.subscribe((notice) => {
    if (notice.notice !== 'job') return
    const { id, state, done, total } = notice.job
    if (state === 'running') shares.set(id, total > 0 ? done / total : 0)
    else shares.delete(id)
    const sum = [...shares.values()].reduce((all, share) => all + share, 0)
    window.setProgressBar(shares.size > 0 ? sum / shares.size : -1)
  })
  window.once('closed', unsubscribe)
}
