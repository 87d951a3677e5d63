import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RouteName } from '../../shared/contract/contract.ts'
import { packWire, unpackWire } from '../../shared/contract/wire.ts'
import { languages, translator, type Language } from '../../shared/locales/translate.ts'
import type { Host } from '../host/create-host.ts'
import { pageHeaders, readPage } from '../host/page.ts'
import { openInbox, type Inbox } from './inbox.ts'
import { isOwnRequest, openSession, type Session } from './session.ts'

/** Longest body of a call; files come through the inbox, which has no limit but the disk. */
const callByteLimit = 64 * 1024 * 1024
/** A listener that reads nothing is let go once this much waits for it; it comes back by itself. */
const noticeByteLimit = 8 * 1024 * 1024

export type WebDoor = { url: string; close(): Promise<void> }
export type WebOptions = {
  host: Host
  dataDir: string
  /** folder of the built page */
  rendererDir: string
  /** 0 or none: any free one */
  port?: number
  /** gets a fresh address where the first was used up, and what went wrong */
  log: (text: string) => void
}

type Door = WebOptions & { origin: string; session: Session; inbox: Inbox }

/** Serves the page and the contract on this machine's loopback address, to whoever opens `url`. */
export async function serveWeb(options: WebOptions): Promise<WebDoor> {
  const inbox = await openInbox(options.dataDir)
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const door: Door = { ...options, inbox, origin, session: openSession(origin) }
  server.on('request', (request, response) => {
    respond(door, request, response).catch((problem: unknown) => {
      options.log(`${request.method} ${request.url?.split('?')[0]}: ${String(problem)}`)
      if (!response.headersSent) say(response, 500, '')
      else response.destroy()
    })
  })
  // a recording of many gigabytes takes longer than Node's five minutes
  server.requestTimeout = 0
  return {
    url: door.session.address(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function respond(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isOwnRequest(request, door.origin)) return say(response, 403, '')
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2)
  const asked = new URLSearchParams(query)
  const token = asked.get('token')
  if (request.method === 'GET' && path === '/' && token !== null) return enter(door, request, response, token)
  if (!door.session.isKnown(request)) return turnAway(door, request, response)
  if (request.method === 'POST' && path.startsWith('/call/')) return call(door, request, response, path.slice('/call/'.length))
  if (request.method === 'GET' && path === '/notices') return tell(door, response)
  if (request.method === 'PUT' && path === '/inbox') return take(door, request, response, asked)
  if (request.method === 'GET') {
    const { status, headers, body } = await readPage(door.rendererDir, path)
    response.writeHead(status, headers).end(body)
    return
  }
  say(response, 405, '')
}

function enter(door: Door, request: IncomingMessage, response: ServerResponse, token: string): void {
  const cookie = door.session.exchange(token)
  if (cookie === null && !door.session.isKnown(request)) return turnAway(door, request, response)
  if (cookie !== null) response.setHeader('set-cookie', cookie)
  response.writeHead(303, { ...pageHeaders(''), location: '/' }).end()
}

/** Somebody without a session: a browser that was closed, or another user of this machine. The terminal knows the way in. */
function turnAway(door: Door, request: IncomingMessage, response: ServerResponse): void {
  const translate = translator(languageOf(request) ?? 'en')
  if (request.method === 'GET' && request.url?.split('?')[0] === '/') door.log(`TAVRNN Studio: ${door.session.address()}`)
  say(response, 401, translate('door.turnedAway'))
}

async function call(door: Door, request: IncomingMessage, response: ServerResponse, route: string): Promise<void> {
  const bytes = await readBody(request, callByteLimit)
  if (bytes === null) return say(response, 413, '')
  let input: unknown
  try {
    input = unpackWire(bytes)
  } catch {
    return say(response, 400, '')
  }
  // the host checks both: an unknown route and a wrong input are answered in its envelope
  const reply = await door.host.call(route as RouteName, input as never, languageOf(request))
  response.writeHead(200, { ...pageHeaders(''), 'content-type': 'application/octet-stream' }).end(packWire(reply))
}

/** Notices as server-sent events, until the page goes. */
function tell(door: Door, response: ServerResponse): void {
  response.writeHead(200, { ...pageHeaders(''), 'content-type': 'text/event-stream' })
  response.write('retry: 1000\n\n')
  const unsubscribe = door.host.subscribe((notice) => {
    if (response.writableLength > noticeByteLimit) response.destroy()
    else response.write(`data: ${JSON.stringify(notice)}\n\n`)
  })
  response.on('close', unsubscribe)
}

async function take(door: Door, request: IncomingMessage, response: ServerResponse, asked: URLSearchParams): Promise<void> {
  try {
    const path = await door.inbox.take(asked.get('name') ?? '', request, asked.get('drop') ?? '')
    response.writeHead(200, { ...pageHeaders(''), 'content-type': 'application/json' }).end(JSON.stringify({ path }))
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code !== 'ENOSPC') throw problem
    say(response, 507, '')
  }
}

/** @returns null where the body is longer than the limit */
async function readBody(request: IncomingMessage, byteLimit: number): Promise<Uint8Array | null> {
  if (Number(request.headers['content-length'] ?? 0) > byteLimit) return null
  const parts: Buffer[] = []
  let length = 0
  // without this a refusal would end the connection before it is told
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += part.length
    if (length > byteLimit) return null
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** The first language of the request that we speak. */
function languageOf(request: IncomingMessage): Language | undefined {
  const wanted = (request.headers['accept-language'] ?? '').split(',').map((entry) => entry.trim().slice(0, 2).toLowerCase())
  return wanted.flatMap((code) => languages.filter((language) => language === code))[0]
}

function say(response: ServerResponse, status: number, text: string): void {
  // what is left of a refused body is not waited for
  response.writeHead(status, { ...pageHeaders(''), 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(text)
}
