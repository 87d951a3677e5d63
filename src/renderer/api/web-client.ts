import type { Client, Reply, RouteName } from '../../shared/contract/contract.ts'
import { notice, type Notice } from '../../shared/contract/notices.ts'
import { packWire, unpackWire } from '../../shared/contract/wire.ts'

/** The host could not be reached, or would not speak to this page. */
export class ConnectionLost extends Error {
  override name = 'ConnectionLost'
}

export type WebClient = Client & {
  /** whether the host reads a dropped folder by itself; else its files are handed over one by one */
  readsFolders: boolean
  /** tells when the host stops answering and when it is back */
  onConnection(listener: (isConnected: boolean) => void): void
}

const retryMs = 2000

/**
 * The contract's client over the loopback page: calls by POST, notices by server-sent events, files by PUT.
 * @param language asked for each call, so that messages come in the language now chosen
 */
export function createWebClient(language: () => string): WebClient {
  const listeners = new Set<(notice: Notice) => void>()
  const watchers = new Set<(isConnected: boolean) => void>()
  let isConnected = true
  let isListening = false

  function tell(connected: boolean): void {
    if (connected === isConnected) return
    isConnected = connected
    for (const watcher of watchers) watcher(connected)
  }

  async function send(path: string, request: RequestInit): Promise<Response> {
    let response: Response
    try {
      response = await fetch(path, request)
    } catch (problem) {
      tell(false)
      throw new ConnectionLost('the host does not answer', { cause: problem })
    }
    if (response.status === 401 || response.status === 403) throw new ConnectionLost(`refused: ${response.status}`)
    tell(true)
    return response
  }

  // EventSource tries again by itself after a broken line, but gives up after an answer that is not a stream.
  function listen(): void {
    const source = new EventSource('/notices')
    source.onopen = () => tell(true)
    source.onmessage = (message) => {
      const told = notice.safeParse(JSON.parse(String(message.data)))
      if (told.success) for (const listener of listeners) listener(told.data)
    }
    source.onerror = () => {
      tell(false)
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, retryMs)
    }
  }

  return {
    readsFolders: false,
    async call<Name extends RouteName>(route: Name, input: unknown): Promise<Reply<Name>> {
      const response = await send(`/call/${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream', 'accept-language': language() },
        body: packWire(input),
      })
      return unpackWire(new Uint8Array(await response.arrayBuffer())) as Reply<Name>
    },
    subscribe(listener) {
      listeners.add(listener)
      if (!isListening) listen()
      isListening = true
      return () => {
        listeners.delete(listener)
      }
    },
    async place(file, at) {
      const asked = new URLSearchParams({ name: at?.place ?? file.name, drop: at?.drop ?? '' })
      const response = await send(`/inbox?${asked.toString()}`, { method: 'PUT', body: file })
      if (!response.ok) throw new ConnectionLost(`refused: ${response.status}`)
      const { path } = (await response.json()) as { path: string }
      return path
    },
    onConnection(listener) {
      watchers.add(listener)
    },
  }
}
