import type { App, Session } from 'electron'
import { isOwnAddress } from './protocol.ts'

/** The page may ask the system for nothing (camera, place, notifications, devices) and reach no network. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest(
    { urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*', 'file://*/*'] },
    (_request, answer) => {
      answer({ cancel: true })
    },
  )
}

/** Every page of the app stays the page it is: no foreign address, no second window, no page inside it. */
export function guardContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    for (const leaving of ['will-navigate', 'will-redirect', 'will-frame-navigate'] as const) {
      contents.on(leaving as 'will-navigate', (event) => {
        if (!isOwnAddress(event.url)) event.preventDefault()
      })
    }
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}
