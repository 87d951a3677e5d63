import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Who may speak to the page's server: whoever opened the printed address, once, and then the cookie they got for it. */
export type Session = {
  /** the address to open; a fresh one where the last was used */
  address(): string
  /** @returns the value of set-cookie when the token is right; it is right once */
  exchange(token: string): string | null
  isKnown(request: IncomingMessage): boolean
}

const secret = (): string => randomBytes(32).toString('base64url')

/** @param origin scheme, host and port the server answers under */
export function openSession(origin: string): Session {
  // a cookie belongs to a host whatever the port: two doors on one machine need two names
  const cookieName = `tavrnn-${new URL(origin).port}`
  const cookie = secret()
  let token: string | null = null
  return {
    address() {
      token ??= secret()
      return `${origin}/?token=${token}`
    },
    exchange(given) {
      if (token === null || !isSame(given, token)) return null
      token = null
      return `${cookieName}=${cookie}; HttpOnly; SameSite=Strict; Path=/`
    },
    isKnown(request) {
      const cookies = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim())
      return cookies.some((pair) => isSame(pair, `${cookieName}=${cookie}`))
    },
  }
}

/**
 * Whether a request was meant for this server and comes from its own page: a foreign name that resolves to this machine
 * (DNS rebinding) shows in Host, a foreign page's request in Origin or Sec-Fetch-Site.
 */
export function isOwnRequest(request: IncomingMessage, origin: string): boolean {
  const { host, origin: from, 'sec-fetch-site': site } = request.headers
  if (host !== new URL(origin).host) return false
  if (request.method === 'GET' || request.method === 'HEAD') return from === undefined || from === origin
  return from === origin && (site === undefined || site === 'same-origin')
}

/** Takes as long for a wrong secret as for a right one. */
function isSame(given: string, wanted: string): boolean {
  const a = Buffer.from(given)
  const b = Buffer.from(wanted)
  return a.length === b.length && timingSafeEqual(a, b)
}
