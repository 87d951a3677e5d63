import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, sep } from 'node:path'
import { Readable } from 'node:stream'
import { beforeEach, describe, expect, it } from 'vitest'
import { openInbox, safeFileName } from '../../../src/main/web/inbox.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tavrnn müller '))
})

describe('the inbox', () => {
  it('keeps every byte under the file’s own name, each file in a folder of its own', async () => {
    const inbox = await openInbox(dataDir)
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251))
    const first = await inbox.take('Kultur 7 (Tag 14).h5', Readable.from([bytes]))
    const second = await inbox.take('Kultur 7 (Tag 14).h5', Readable.from([bytes]))
    expect(await readFile(first)).toEqual(bytes)
    expect(basename(first)).toBe('Kultur 7 (Tag 14).h5')
    expect(dirname(first)).not.toBe(dirname(second))
  })

  it('puts a project beside the others and never over one', async () => {
    const inbox = await openInbox(dataDir)
    const first = await inbox.take('study.tavrnn', Readable.from(['one']))
    const second = await inbox.take('study.tavrnn', Readable.from(['two']))
    expect([first, second]).toEqual([join(dataDir, 'projects', 'study.tavrnn'), join(dataDir, 'projects', 'study 2.tavrnn')])
    expect(await readFile(first, 'utf8')).toBe('one')
    expect(await readdir(join(dataDir, 'inbox'))).toEqual([])
  })

  it('is empty at the start, but for what a door that still runs holds', async () => {
    const inboxDir = join(dataDir, 'inbox')
    // one past the largest process number of any system
    for (const left of ['4194305-aa', 'no-number', `${process.pid}-bb`]) {
      await mkdir(join(inboxDir, left), { recursive: true })
      await writeFile(join(inboxDir, left, 'spikes.csv'), 'x')
    }
    await openInbox(dataDir)
    expect(await readdir(inboxDir)).toEqual([`${process.pid}-bb`])
  })

  it('leaves nothing of a file that stopped coming', async () => {
    const inbox = await openInbox(dataDir)
    const broken = Readable.from(
      (function* () {
        yield 'half'
        throw new Error('the line broke')
      })(),
    )
    await expect(inbox.take('half.csv', broken)).rejects.toThrow('the line broke')
    expect(await readdir(join(dataDir, 'inbox'))).toEqual([])
  })

  it('keeps the files of one drop in their folders and gives the folder', async () => {
    const inbox = await openInbox(dataDir)
    const drop = '0123456789abcdef'
    const first = await inbox.take('day 3/phy/spike_times.npy', Readable.from(['x']), drop)
    const second = await inbox.take('day 3/notes.txt', Readable.from(['y']), drop)
    expect(first).toBe(second)
    expect(basename(first)).toBe('day 3')
    expect(await readFile(join(first, 'phy', 'spike_times.npy'), 'utf8')).toBe('x')
    expect(await readFile(join(first, 'notes.txt'), 'utf8')).toBe('y')
  })

  it('gives each drop a folder of its own, also where its number is none', async () => {
    const inbox = await openInbox(dataDir)
    const places = await Promise.all(
      ['0000000000000001', '0000000000000002', '../../elsewhere', ''].map((drop) => inbox.take('day/a.csv', Readable.from(['x']), drop)),
    )
    expect(new Set(places).size).toBe(4)
    for (const place of places) expect(place.startsWith(join(dataDir, 'inbox') + sep)).toBe(true)
  })

  it('keeps both of two files whose names are one on a disk', async () => {
    const inbox = await openInbox(dataDir)
    const path = await inbox.take('day/a?.csv', Readable.from(['first']), '0123456789abcdef')
    await inbox.take('day/a:.csv', Readable.from(['second']), '0123456789abcdef')
    expect(await readFile(join(path, 'a_.csv'), 'utf8')).toBe('first')
    expect(await readFile(join(path, 'a_ 2.csv'), 'utf8')).toBe('second')
  })

  it('leaves the others of a drop where one stopped coming', async () => {
    const inbox = await openInbox(dataDir)
    const path = await inbox.take('day/a.csv', Readable.from(['first']), '0123456789abcdef')
    const broken = Readable.from(
      (function* () {
        yield 'half'
        throw new Error('the line broke')
      })(),
    )
    await expect(inbox.take('day/deep/b.csv', broken, '0123456789abcdef')).rejects.toThrow('the line broke')
    expect(await readdir(path)).toEqual(['a.csv'])
  })

  it('leaves out-of-the-way parts of a place and the outer ones of a deep one', async () => {
    const inbox = await openInbox(dataDir)
    const deep = await inbox.take(
      `${Array.from({ length: 12 }, (_, i) => `f${i}`).join('/')}/a.csv`,
      Readable.from(['x']),
      '0123456789abcdef',
    )
    expect(basename(deep)).toBe('f5')
    expect(await readFile(join(deep, 'f6', 'f7', 'f8', 'f9', 'f10', 'f11', 'a.csv'), 'utf8')).toBe('x')
    const sly = await inbox.take('day/../../../../etc/./con/a.csv', Readable.from(['x']), '00000000000000ff')
    expect(await readFile(join(sly, 'etc', '_con', 'a.csv'), 'utf8')).toBe('x')
  })

  it('keeps a file inside its folder whatever it is called', async () => {
    const inbox = await openInbox(dataDir)
    const path = await inbox.take('../../../escaped.csv', Readable.from(['x']))
    expect(path.startsWith(join(dataDir, 'inbox'))).toBe(true)
    expect(existsSync(join(dataDir, '..', 'escaped.csv'))).toBe(false)
  })
})

describe('a safe file name', () => {
  it.each([
    ['spikes.csv', 'spikes.csv'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\Müller\\Aufnahme 1.h5', 'Aufnahme 1.h5'],
    ['培养 3.nwb', '培养 3.nwb'],
    ['a:b?.csv', 'a_b_.csv'],
    ['nul.csv', '_nul.csv'],
    ['..', 'file'],
    ['', 'file'],
    ['.hidden', 'hidden'],
    ['ends with a dot.', 'ends with a dot'],
    ['a\u0000b.csv', 'a_b.csv'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe)
  })

  it('keeps the ending of a name too long for a disk', () => {
    const safe = safeFileName(`${'ü'.repeat(300)}.h5`)
    expect(safe.endsWith('ü.h5')).toBe(true)
    expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(180)
  })
})
