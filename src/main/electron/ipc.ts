import type { IpcMain, WebContents } from 'electron'
import { bridge } from '../../shared/contract/bridge.ts'
import type { RouteName } from '../../shared/contract/contract.ts'
import type { Language } from '../../shared/locales/translate.ts'
import type { Host } from '../host/create-host.ts'
import { isOwnAddress } from './protocol.ts'

/**
 * Binds the contract to the page of the window; a call from any other sender is refused unread.
 * @param language of the replies' sentences
 */
export function answerCalls(ipcMain: IpcMain, host: Host, language: () => Promise<Language>): void {
  ipcMain.handle(bridge.call, async (event, route: unknown, input: unknown) => {
    if (!isOwnAddress(event.senderFrame?.url)) throw new Error('refused: not the page of TAVRNN Studio')
    // the host checks both: an unknown route and a wrong input are answered in its envelope
    return host.call(String(route) as RouteName, input as never, await language())
  })
}

/** Passes the host's notices to the page. */
export function passNotices(host: Host, contents: WebContents): void {
  const unsubscribe = host.subscribe((notice) => {
    if (!contents.isDestroyed() && isOwnAddress(contents.getURL())) contents.send(bridge.notice, notice)
  })
  contents.once('destroyed', unsubscribe)
}
