import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, open, readdir, rm, rmdir, type FileHandle } from 'node:fs/promises'
import { dirname, join, parse } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const mostFolders = 8

/** Files a browser hands over: it tells nobody where they lie, so the host gets a copy that it can read. */
export type Inbox = {
  /**
   * @param place the file's name, with folders before it as they were dropped
   * @param drop files of one drop lie in one folder
   * @returns the path of the file, or of the outermost folder it was dropped in; a project lies beside the others
   */
  take(place: string, body: Readable, drop?: string): Promise<string>
}

/** Opens the inbox in the data folder, without what earlier, ended runs left in it. */
export async function openInbox(dataDir: string): Promise<Inbox> {
  const inboxDir = join(dataDir, 'inbox')
  const projectsDir = join(dataDir, 'projects')
  await mkdir(inboxDir, { recursive: true })
  for (const entry of await readdir(inboxDir)) {
    if (!isRunning(Number.parseInt(entry))) await rm(join(inboxDir, entry), { recursive: true, force: true })
  }
  return {
    async take(place, body, drop = '') {
      const own = /^[0-9a-f]{16}$/.test(drop) ? drop : randomBytes(8).toString('hex'),
        folder = join(inboxDir, `${process.pid}-${own}`),
        parts = place.split(/[/\\]/).filter((part) => part !== '' && part !== '.' && part !== '..'),
        names = (parts.length > 0 ? parts : ['file']).slice(-mostFolders).map(safeFileName),
        within = join(folder, ...names.slice(0, -1))
      await mkdir(within, { recursive: true })
      const { handle, path } = await openNew(join(within, names.at(-1) ?? 'file'))
      try {
        await pipeline(body, handle.createWriteStream())
        if (names.length > 1) return join(folder, names[0]!)
        return parse(path).ext.toLowerCase() === '.tavrnn' ? await keepProject(path, projectsDir) : path
      } catch (problem) {
        // Other files of the drop stay; folders that hold nothing else go.
        await rm(path, { force: true })
        for (let empty = within; empty.length >= folder.length; empty = dirname(empty)) await rmdir(empty).catch(() => undefined)
        throw problem
      }
    },
  }
}

/** A new file of this name; two names may be one where signs a disk does not take are left out, so a number tells them apart. */
async function openNew(wanted: string): Promise<{ handle: FileHandle; path: string }> {
  const { dir, name, ext } = parse(wanted)
  for (let number = 1; ; number++) {
    const path = number === 1 ? wanted : join(dir, `${name} ${number}${ext}`)
    const handle = await open(path, 'wx').catch((problem: NodeJS.ErrnoException) => {
      if (problem.code !== 'EEXIST') throw problem
    })
    if (handle) return { handle, path }
  }
}

/** A project is not a copy to read and forget: it moves to where projects are, under a name nobody has. */
async function keepProject(path: string, projectsDir: string): Promise<string> {
  await mkdir(projectsDir, { recursive: true })
  const { name, ext } = parse(path)
  for (let number = 1; ; number++) {
    const kept = join(projectsDir, number === 1 ? name + ext : `${name} ${number}${ext}`)
    if (existsSync(kept)) continue
    try {
      // unlike a renaming, a link never replaces what another has just put there
      await link(path, kept)
      await rm(path)
      await rmdir(parse(path).dir).catch(() => undefined)
      return kept
    } catch (problem) {
      if ((problem as NodeJS.ErrnoException).code !== 'EEXIST') throw problem
    }
  }
}

/** A name every system takes: no folders, no signs Windows keeps for itself, no devices, at most 180 bytes. */
export function safeFileName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  const clean = last.replace(/[\u0000-\u001f\u007f<>:"|?*]/g, '_').replace(/^[.\s]+|[.\s]+$/g, '')
  const { name: stem, ext } = parse(clean)
  const shortExt = shortened(ext, 40)
  const shortStem = shortened(stem, 180 - Buffer.byteLength(shortExt))
  if (shortStem === '') return `file${shortExt}`
  return (/^(con|prn|aux|nul|com\d|lpt\d)$/i.test(shortStem) ? `_${shortStem}` : shortStem) + shortExt
}

function shortened(text: string, byteCount: number): string {
  let short = text
  while (Buffer.byteLength(short) > byteCount) short = [...short].slice(0, -1).join('')
  return short
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (problem) {
    return (problem as NodeJS.ErrnoException).code === 'EPERM'
  }
}
