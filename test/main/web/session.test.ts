import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { isOwnRequest, openSession } from '../../../src/main/web/session.ts'

const origin = 'http://127.0.0.1:4321'
const request = (method: string, headers: Record<string, string>): IncomingMessage => ({ method, headers }) as unknown as IncomingMessage
const tokenOf = (address: string): string => new URL(address).searchParams.get('token') ?? ''

describe('the session of the page', () => {
  it('gives a cookie for the token once, and then a fresh address', () => {
    const session = openSession(origin)
    const address = session.address()
    expect(session.address()).toBe(address)
    expect(session.exchange(tokenOf(address))).toMatch(/^tavrnn-4321=\S{43}; HttpOnly; SameSite=Strict; Path=\/$/)
    expect(session.exchange(tokenOf(address))).toBeNull()
    expect(session.address()).not.toBe(address)
  })

  it('has tokens of 256 bits', () => {
    expect(Buffer.from(tokenOf(openSession(origin).address()), 'base64url')).toHaveLength(32)
  })

  it('knows its own cookie among others and no other', () => {
    const session = openSession(origin)
    const pair = session.exchange(tokenOf(session.address()))?.split(';')[0] ?? ''
    expect(session.isKnown(request('GET', { cookie: `theme=dark; ${pair}` }))).toBe(true)
    expect(session.isKnown(request('GET', { cookie: `${pair}x` }))).toBe(false)
    expect(session.isKnown(request('GET', {}))).toBe(false)
    expect(openSession(origin).isKnown(request('GET', { cookie: pair }))).toBe(false)
  })
})

describe('a request of our own page', () => {
  it.each([
    ['GET', { host: '127.0.0.1:4321' }, true],
    ['GET', { host: 'evil.example:4321' }, false],
    ['GET', { host: '127.0.0.1:9999' }, false],
    ['GET', {}, false],
    ['GET', { host: '127.0.0.1:4321', origin: 'http://evil.example' }, false],
    ['POST', { host: '127.0.0.1:4321', origin }, true],
    ['POST', { host: '127.0.0.1:4321', origin, 'sec-fetch-site': 'same-origin' }, true],
    ['POST', { host: '127.0.0.1:4321', origin, 'sec-fetch-site': 'cross-site' }, false],
    ['POST', { host: '127.0.0.1:4321' }, false],
    ['POST', { host: '127.0.0.1:4321', origin: 'null' }, false],
    ['PUT', { host: '127.0.0.1:4321', origin: 'http://127.0.0.1:1' }, false],
  ])('%s %j: %s', (method, headers, own) => {
    expect(isOwnRequest(request(method, headers as Record<string, string>), origin)).toBe(own)
  })
})
