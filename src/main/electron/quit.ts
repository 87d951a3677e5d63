import { dialog, type App, type BrowserWindow } from 'electron'
import type { Translate } from '../../shared/locales/translate.ts'
import type { Host } from '../host/create-host.ts'

/** Lets the window close at once when nothing runs; else the person decides. Nothing is lost: work stops at a checkpoint. */
export function askBeforeClosing(window: BrowserWindow, host: Host, translate: () => Promise<Translate>): void {
  let mayClose = false
  window.on('close', (event) => {
    if (mayClose) return
    event.preventDefault()
    void decide().then((agreed) => {
      mayClose = agreed
      if (agreed) window.close()
    })
  })

  async function decide(): Promise<boolean> {
    const reply = await host.call('jobs.list', {})
    const running = reply.ok ? reply.value.jobs.filter(({ state }) => state === 'running' || state === 'queued') : []
    if (running.length === 0) return true
    const say = await translate()
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: say(running.some(({ kind }) => kind === 'train') ? 'quit.trainingRuns' : 'quit.workRuns'),
      detail: say('quit.whatHappens'),
      buttons: [say('quit.stay'), say('quit.leave')],
      defaultId: 0,
      cancelId: 0,
    })
    return response === 1
  }
}

/** Closes the project, so that it is one file again, before the app ends. */
export function closeBeforeQuitting(app: App, host: Host): void {
  let isClosed = false
  app.on('window-all-closed', () => app.quit())
  app.on('will-quit', (event) => {
    if (isClosed) return
    event.preventDefault()
    void host.close().finally(() => {
      isClosed = true
      app.quit()
    })
  })
}
