import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { bridge } from '../shared/contract/bridge.ts'
import type { Client, Reply, RouteInput, RouteName } from '../shared/contract/contract.ts'
import type { Notice } from '../shared/contract/notices.ts'

/** The contract's client across the bridge: all the page can reach of this machine. */
const client: Client = {
  call: <Name extends RouteName>(route: Name, input: RouteInput<Name>) =>
    ipcRenderer.invoke(bridge.call, route, input) as Promise<Reply<Name>>,
  subscribe(listener) {
    // the page gets the notice, never Electron's event with its sender
    const pass = (_event: unknown, notice: Notice): void => listener(notice)
    ipcRenderer.on(bridge.notice, pass)
    return () => ipcRenderer.removeListener(bridge.notice, pass)
  },
  place: (file) => Promise.resolve(webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0])),
}

contextBridge.exposeInMainWorld('tavrnn', client)
