import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
type Page = { status: number; policy: string; text: string; length: number }

/** Runs a scenario beside this file in a process where the recorder stands in for Electron. */
function play(scenario: string, dataDir: string): Promise<Record<string, unknown>> {
  const args = ['--import', join(root, 'test/e2e-electron/instead-of-electron.mjs'), join(root, 'test/e2e-electron', scenario)]
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env: { ...process.env, TAVRNN_DATA_DIR: dataDir }, maxBuffer: 1e8 }, (problem, stdout, stderr) => {
      if (problem) reject(new Error(stderr || problem.message))
      else resolve(JSON.parse(stdout) as Record<string, unknown>)
    })
  })
}

let app: Record<string, unknown>
let dataDir: string

beforeAll(async () => {
  await new Promise<void>((resolve, reject) => {
    execFile(process.execPath, [join(root, 'scripts/build.mjs')], (problem, _stdout, stderr) =>
      problem ? reject(new Error(stderr)) : resolve(),
    )
  })
  dataDir = join(await mkdtemp(join(tmpdir(), 'tavrnn müller ')), 'data')
  app = await play('scenario.ts', dataDir)
})

describe('the window', () => {
  it('is a sandboxed page without Node', () => {
    expect(app.preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      preload: join(root, 'out', 'preload', 'index.cjs'),
    })
  })

  it('shows the page of the app’s own protocol, once it is drawn', () => {
    expect(app.loaded).toBe('app://tavrnn/')
    expect(app.isShown).toBe(true)
    expect(app.schemes).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }])
  })

  it('opens without a word of error', () => {
    expect(app.errors).toEqual([])
  })
})

describe('app://', () => {
  it('serves the built page under the content policy, with a nonce of this load', () => {
    const { status, policy, text } = app.page as Page
    expect(status).toBe(200)
    expect(policy).toContain("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'")
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval'? |data:|https?:/)
    expect(text).toContain(`nonce="${/'nonce-([^']+)'/.exec(policy)?.[1]}"`)
    expect(app.nonceIsFresh).toBe(true)
  })

  it('serves the page’s script', () => {
    expect((app.script as Page).status).toBe(200)
    expect((app.script as Page).length).toBeGreaterThan(10_000)
  })

  it('gives nothing outside the page, to no foreign name, for no other method', () => {
    for (const { status, text } of [...(app.outside as Page[]), app.foreignHost as Page, app.posted as Page]) {
      expect([403, 404]).toContain(status)
      expect(text).toBe('')
    }
  })
})

describe('the guards', () => {
  it('deny every permission', () => {
    expect(app.permissions).toEqual([false, false, false])
  })

  it('deny every network', () => {
    expect(app.network).toMatchObject({
      verdict: { cancel: true },
      filter: { urls: expect.arrayContaining(['http://*/*', 'https://*/*', 'ws://*/*', 'file://*/*']) },
    })
  })

  it('keep the page where it is', () => {
    expect(app.navigation).toEqual({ own: true, web: false, file: false, lookalike: false, redirect: false, frame: false })
  })

  it('open no second window and no page inside the page', () => {
    expect(app.newWindow).toEqual({ action: 'deny' })
    expect(app.webview).toBe(false)
  })
})

describe('the contract over IPC', () => {
  it('answers the page in the envelope', () => {
    const { recent, created, unknownRoute } = app.calls as Record<string, unknown>
    expect(recent).toEqual({ ok: true, value: { recent: [] } })
    expect(created).toMatchObject({ ok: true, value: { name: 'Versuch ü' } })
    expect(unknownRoute).toMatchObject({ ok: false, error: { code: 'contract/route-unknown', message: expect.stringMatching(/\S+ \S+/) } })
  })

  it('refuses every other sender', () => {
    expect(app.refused).toEqual({ web: true, file: true, lookalike: true, gone: true, own: false })
  })

  it('has one line in and one line out', () => {
    expect(app.handlers).toEqual(['tavrnn:call'])
    expect(new Set((app.sent as [string][]).map(([line]) => line))).toEqual(new Set(['tavrnn:notice']))
  })
})

describe('a long step', () => {
  it('runs in a thread of the bundle, and shows on the taskbar until it is done', () => {
    expect((app.jobStates as string[]).at(-1)).toBe('done')
    const progress = app.progress as number[]
    expect(progress.at(-1)).toBe(-1)
    expect(progress.some((share) => share >= 0 && share <= 1)).toBe(true)
  })
})

describe('the end', () => {
  it('is a question while work runs, and only then', () => {
    expect(app.questions).toEqual([
      expect.objectContaining({ message: 'Work is still running.', buttons: ['Keep it running', 'Stop and quit'], cancelId: 0 }),
    ])
    expect(app.stayedOpen).toBe(true)
  })

  it('leaves each project one file', async () => {
    const projects = await readdir(join(dataDir, 'projects'))
    expect(projects.toSorted()).toEqual(['Sample - developing retina.tavrnn', 'Versuch ü.tavrnn'])
    expect((await readFile(join(dataDir, 'projects', 'Versuch ü.tavrnn'))).subarray(0, 15).toString()).toBe('SQLite format 3')
  })
})

describe('the menu', () => {
  it('is labelled in the language of the system', () => {
    const menu = app.menu as { label: string; items: (string | undefined)[] }[]
    expect(menu.map(({ label }) => label)).toEqual(expect.arrayContaining(['File', 'Edit', 'View']))
    expect(menu.flatMap(({ items }) => items).filter((label) => label?.startsWith('menu.'))).toEqual([])
  })
})

describe('the preload', () => {
  it('gives the page the contract’s client and nothing else', async () => {
    const preload = await play('preload-scenario.ts', dataDir)
    expect(preload.worlds).toEqual(['tavrnn'])
    expect(preload.client).toEqual(['call', 'subscribe', 'place'])
    expect(preload.invoked).toEqual([['tavrnn:call', 'projects.recent', {}]])
    expect(preload.reply).toBe('the reply')
    expect(preload.heard).toEqual([[{ notice: 'changed', area: 'jobs' }]])
    expect(preload.path).toBe('/where/it/lies/spikes.csv')
  })

  it('is one CommonJS file that needs electron alone, as a sandboxed window demands', async () => {
    const text = await readFile(join(root, 'out/preload/index.cjs'), 'utf8')
    expect([...text.matchAll(/require\(["']([^"']+)["']\)/g)].map(([, name]) => name)).toEqual(['electron'])
    expect(text).not.toMatch(/^import /m)
    expect((await readdir(join(root, 'out/preload'))).filter((file) => !file.endsWith('.map'))).toEqual(['index.cjs'])
  })
})
