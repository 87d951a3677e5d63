import { appendFileSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openHost } from './opened-host.ts'

test('the diagnostics file has the id of what nobody foresaw, also after a restart, and no names or folders', async () => {
  const first = await openHost(),
    { folder } = first,
    path = join(folder, 'mouse Lucy.tavrnn')
  await first.ask('projects.create', { name: 'mouse Lucy', path })
  await first.host.close()
  // another program has damaged it
  new Database(path).exec('ALTER TABLE recording RENAME TO gone').close()
  const { ask, host } = await openHost(folder)
  await host.call('projects.open', { path }, 'en')
  const reply = await host.call('recordings.list', {}, 'en')
  if (reply.ok) throw new Error('a project without recordings was read')
  expect(reply.error.code).toBe('internal')
  expect(reply.error.hint).toContain('diagnostics')
  const id = String(reply.error.details['id'])

  appendFileSync(join(folder, 'data', 'log.txt'), `Error: cannot read ${path}, ${join(homedir(), 'mice')}\n`)
  const { text, dataDir, fileName } = await ask('settings.diagnostics', {})
  expect(dataDir).toBe(join(folder, 'data'))
  expect(fileName).toMatch(/^tavrnn-diagnostics-\d{4}-\d\d-\d\d\.json$/)
  const told = JSON.parse(text) as { machine: { cores: number }; project: { rows: Record<string, number> }; log: string[] }
  expect(told.machine.cores).toBeGreaterThan(0)
  expect(told.project.rows).toMatchObject({ project: 1, gone: 0 })
  expect(told.log.filter((line) => line.includes(id))).toHaveLength(1)
  for (const secret of ['Lucy', folder, homedir()]) expect(text).not.toContain(secret)

  await host.close()
  const again = await openHost(folder)
  expect((await again.ask('settings.diagnostics', {})).text).toContain(id)
  expect(readFileSync(join(dataDir, 'log.txt'), 'utf8')).toContain(id)
})
