import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrations } from '../../../src/main/store/migrations/all.ts'
import { migrate, type WritableDB } from '../../../src/main/store/open.ts'

test('of an older project, results that had been read from another recording than the one named are let go', () => {
  const db = new Database(':memory:') as WritableDB
  db.pragma('foreign_keys = OFF')
  migrate(db, migrations, 8)
  const insert = db.prepare(`INSERT INTO evaluation VALUES (?, 1, '[1]', ?, ?, '{}', 1, 'now')`)
  const kept = [
    { task: 'states', scope: 'subjects' },
    { task: 'links', scope: 'recording' },
  ]
  for (const [k, recipe] of [...kept, { task: 'channels', scope: 'subjects' }].entries())
    insert.run(k + 1, JSON.stringify(recipe), String(k))
  migrate(db, migrations)
  expect(db.prepare('SELECT recipe FROM evaluation ORDER BY id').pluck().all()).toEqual(kept.map((recipe) => JSON.stringify(recipe)))
})
