import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { request as ask } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHost, type Host } from '../../../src/main/host/create-host.ts'
import { serveWeb, type WebDoor } from '../../../src/main/web/serve-web.ts'
import { packWire, unpackWire } from '../../../src/shared/contract/wire.ts'

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }

let host: Host
let door: WebDoor
let origin: string
let cookie: string
const logged: string[] = []

/** A request as it goes over the line: fetch would tidy paths up and forbid some headers. */
function send(method: string, path: string, headers: Record<string, string> = {}, body: Uint8Array | string = ''): Promise<Answer> {
  const { hostname, port } = new URL(origin)
  return new Promise((resolve, reject) => {
    const request = ask({ method, path, hostname, port, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

const own = (): Record<string, string> => ({ cookie, origin })
const call = async (route: string, input: unknown, headers: Record<string, string> = {}): Promise<unknown> => {
  const { status, body } = await send('POST', `/call/${route}`, { ...own(), ...headers }, packWire(input))
  expect(status).toBe(200)
  return unpackWire(body)
}

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tavrnn müller '))
  const rendererDir = join(dataDir, 'renderer')
  await mkdir(join(rendererDir, 'assets'), { recursive: true })
  await writeFile(join(rendererDir, 'index.html'), '<meta property="csp-nonce" nonce="__CSP_NONCE__"><p>the page</p>')
  await writeFile(join(rendererDir, 'assets', 'app.js'), 'export {}')
  await writeFile(join(dataDir, 'secret.txt'), 'secret')
  host = await createHost({ dataDir })
  door = await serveWeb({ host, dataDir, rendererDir, log: (text) => logged.push(text) })
  origin = new URL(door.url).origin
  const entered = await send('GET', door.url.slice(origin.length))
  expect(entered.status).toBe(303)
  expect(entered.headers.location).toBe('/')
  cookie = String(entered.headers['set-cookie']).split(';')[0] ?? ''
})

afterAll(async () => {
  await door.close()
  await host.close()
})

describe('the web door', () => {
  it('is on this machine’s loopback address only', () => {
    expect(new URL(door.url).hostname).toBe('127.0.0.1')
  })

  it('lets nobody in twice with one address, and prints a fresh one for who comes without', async () => {
    const again = await send('GET', door.url.slice(origin.length), { 'accept-language': 'zh-CN,en' })
    expect(again.status).toBe(401)
    expect(again.body.toString()).toContain('TAVRNN Studio')
    const printed = logged.at(-1) ?? ''
    expect(printed).toContain(`${origin}/?token=`)
    expect(printed).not.toContain(door.url)
  })

  it.each(['/', '/assets/app.js', '/notices', '/inbox'])('shows %s to nobody without the cookie', async (path) => {
    expect((await send('GET', path)).status).toBe(401)
  })

  it('answers no other name than its own, which ends DNS rebinding', async () => {
    expect((await send('GET', '/', { ...own(), host: 'evil.example' })).status).toBe(403)
  })

  it.each(['http://evil.example', 'null', ''])('refuses a call from the page of %j', async (from) => {
    const headers = { cookie, ...(from === '' ? {} : { origin: from }) }
    expect((await send('POST', '/call/projects.recent', headers, packWire({}))).status).toBe(403)
    expect((await send('PUT', '/inbox?name=a.csv', headers, 'x')).status).toBe(403)
  })

  it('serves the page under a policy whose nonce is this load’s own', async () => {
    const loads = [await send('GET', '/', own()), await send('GET', '/', own())]
    const nonces = loads.map(({ body }) => /nonce="([^"]+)"/.exec(body.toString())?.[1] ?? '')
    expect(nonces[0]).not.toBe(nonces[1])
    for (const [index, { headers, status }] of loads.entries()) {
      expect(status).toBe(200)
      expect(headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonces[index]}'`)
      expect(headers['content-security-policy']).toContain("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'")
      expect(headers['content-security-policy']).not.toContain('unsafe-inline')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(headers['cross-origin-opener-policy']).toBe('same-origin')
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp')
    }
  })

  it('serves the files of the page with their types', async () => {
    const { status, headers } = await send('GET', '/assets/app.js', own())
    expect([status, headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8'])
  })

  it.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt', '/..%5csecret.txt', '/%00', '/%'])(
    'gives nothing outside the page: %s',
    async (path) => {
      const { status, body } = await send('GET', path, own())
      expect([403, 404]).toContain(status)
      expect(body.toString()).not.toContain('secret')
    },
  )

  it('carries a call and its reply', async () => {
    expect(await call('projects.recent', {})).toEqual({ ok: true, value: { recent: [] } })
  })

  it('answers an unknown route and a wrong input in the caller’s language', async () => {
    const english = await call('no.such', {}, { 'accept-language': 'en' })
    expect(english).toMatchObject({ ok: false, error: { code: 'contract/route-unknown' } })
    const chinese = await call('projects.open', { path: 7 }, { 'accept-language': 'zh-CN,zh;q=0.9' })
    expect(chinese).toMatchObject({
      ok: false,
      error: { code: 'contract/input-refused', message: expect.stringMatching(/[\u4e00-\u9fff]/) },
    })
  })

  it('refuses what is not of the wire, and what is too long', async () => {
    expect((await send('POST', '/call/projects.recent', own(), 'xx')).status).toBe(400)
    const tooLong = { ...own(), 'content-length': String(65 * 1024 * 1024) }
    const status = await new Promise<number>((resolve, reject) => {
      const { hostname, port } = new URL(origin)
      const request = ask({ method: 'POST', path: '/call/projects.recent', hostname, port, headers: tooLong }, (response) => {
        resolve(response.statusCode ?? 0)
        request.destroy()
      })
      request.on('error', reject)
      request.write('x')
    })
    expect(status).toBe(413)
  })

  it('takes a file into the inbox, where the host can read it', async () => {
    const { status, body } = await send('PUT', `/inbox?name=${encodeURIComponent('Kultur ü.csv')}`, own(), 'channel,time\n0,1\n')
    const { path } = JSON.parse(body.toString()) as { path: string }
    expect(status).toBe(200)
    expect(await readFile(path, 'utf8')).toBe('channel,time\n0,1\n')
  })

  it('tells notices to a page that listens', async () => {
    const heard = new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(origin)
      const request = ask({ path: '/notices', hostname, port, headers: own() }, (response) => {
        let text = ''
        response.on('data', (part: Buffer) => {
          text += part.toString()
          if (text.startsWith('retry:') && !text.includes('data:')) void call('projects.create', { name: 'notices' })
          if (!text.includes('data:')) return
          resolve(text)
          request.destroy()
        })
      })
      request.on('error', reject)
      request.end()
    })
    expect(await heard).toContain('data: {"notice":"changed","area":"projects"}')
  })
})
