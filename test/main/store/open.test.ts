import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { closeProject, createProject, migrate, openProject, storeProblem } from '../../../src/main/store/open.ts'
import { migrations } from '../../../src/main/store/migrations/all.ts'
import { projectName } from '../../../src/main/store/projects.ts'
import { throwAwayFolder } from '../throw-away.ts'

const now = '2026-11-25T00:00:00.000Z'

test('a project is one file when closed and opens again as it was', () => {
  const folder = throwAwayFolder(),
    path = join(folder, 'Kultur 1.tavrnn')
  closeProject(createProject(path, 'Kultur 1', now), false)
  expect(readdirSync(folder)).toEqual(['Kultur 1.tavrnn'])
  const { db, readOnly } = openProject(path)
  expect([projectName(db), readOnly]).toEqual(['Kultur 1', false])
  closeProject(db, false)
})

test('a project that another program has open is refused with its name', () => {
  const path = join(throwAwayFolder(), 'a.tavrnn')
  const db = createProject(path, 'a', now)
  const source = `import { openProject } from ${JSON.stringify(new URL('../../../src/main/store/open.ts', import.meta.url).href)}
    try { openProject(${JSON.stringify(path)}); console.log('opened') } catch (problem) { console.log(problem.code) }`
  const seen = execFileSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' }).trim()
  closeProject(db, false)
  expect(seen).toBe('project/in-use')
})

test('what is not a project is refused and left byte for byte', () => {
  const folder = throwAwayFolder()
  const text = join(folder, 'notes.tavrnn')
  writeFileSync(text, 'not a database, but longer than sixteen bytes')
  expect(() => openProject(text)).toThrow(expect.objectContaining({ code: 'project/not-a-project' }))
  expect(readFileSync(text, 'utf8')).toBe('not a database, but longer than sixteen bytes')

  const foreign = join(folder, 'foreign.tavrnn')
  const other = new Database(foreign)
  other.exec('CREATE TABLE theirs (x)')
  other.close()
  const before = readFileSync(foreign)
  expect(() => openProject(foreign)).toThrow(expect.objectContaining({ code: 'project/not-a-project' }))
  expect(readFileSync(foreign).equals(before)).toBe(true)
  expect(() => openProject(join(folder, 'nowhere.tavrnn'))).toThrow(expect.objectContaining({ code: 'project/not-found' }))
  expect(existsSync(join(folder, 'nowhere.tavrnn'))).toBe(false)
})

test('a file of a newer version is refused, not changed', () => {
  const path = join(throwAwayFolder(), 'new.tavrnn')
  const db = createProject(path, 'new', now)
  db.pragma('user_version = 9999')
  closeProject(db, false)
  expect(() => openProject(path)).toThrow(
    expect.objectContaining({ code: 'project/newer-version', details: { file: path, version: 9999 } }),
  )
})

test('a making does not overwrite a project', () => {
  const path = join(throwAwayFolder(), 'a.tavrnn')
  closeProject(createProject(path, 'first', now), false)
  expect(() => createProject(path, 'second', now)).toThrow(expect.objectContaining({ code: 'project/exists' }))
})

test('migrations are numbered in order and make strict tables', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
  const db = new Database(':memory:')
  migrate(db, migrations)
  const loose = db
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'")
    .all()
  expect(loose).toEqual([])
  expect(db.pragma('user_version', { simple: true })).toBe(migrations.length)
})

test('a full disk is told as such', () => {
  const db = new Database(':memory:')
  migrate(db, migrations)
  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 2}`)
  try {
    db.prepare("INSERT INTO blob VALUES ('h', 0, 'Uint8Array', 'zstd', randomblob(1000000))").run()
    expect.unreachable()
  } catch (problem) {
    expect(storeProblem(problem, 'x.tavrnn')).toMatchObject({ code: 'project/disk-full', details: { file: 'x.tavrnn' } })
  }
})
