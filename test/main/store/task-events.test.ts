import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { migrations } from '../../../src/main/store/migrations/all.ts'
import { migrate, type WritableDB } from '../../../src/main/store/open.ts'
import { listTaskEvents, setTaskEvents } from '../../../src/main/store/task-events.ts'

/** A database of version 1 with one recording, as an earlier program left it. */
function earlier(): WritableDB {
  const db = new Database(':memory:') as WritableDB
  db.pragma('foreign_keys = ON')
  migrate(db, migrations, 1)
  db.exec(`INSERT INTO subject VALUES (1, 'S');
    INSERT INTO recording VALUES (7, 1, 'R', '', NULL, 'spikes', 'f', 0, 10, 1, 0, NULL, '[]', '[]', NULL, 'a', 'b', 'now')`)
  return db
}

test('a project of version 1 keeps its recordings and can have events', () => {
  const db = earlier()
  migrate(db, migrations)
  expect(db.prepare('SELECT id, name FROM recording').all()).toEqual([{ id: 7, name: 'R' }])
  expect(listTaskEvents(db, 7)).toEqual([])
  const events = [
    { timeS: 1.5, kind: 'hit', label: 'Treffer', value: null },
    { timeS: 1.5, kind: 'custom', label: 'lick', value: 0.25 },
  ] as const
  setTaskEvents(db, 7, events)
  expect(listTaskEvents(db, 7)).toEqual(events)
  setTaskEvents(db, 7, events.slice(1))
  expect(listTaskEvents(db, 7)).toEqual(events.slice(1))
})

test('events go with their recording, and belong to one', () => {
  const db = earlier()
  migrate(db, migrations)
  setTaskEvents(db, 7, [{ timeS: 0, kind: 'miss', label: 'm', value: null }])
  db.exec('DELETE FROM recording')
  expect(db.prepare('SELECT count(*) AS n FROM task_event').get()).toEqual({ n: 0 })
  expect(() => setTaskEvents(db, 8, [{ timeS: 0, kind: 'miss', label: 'm', value: null }])).toThrow(/FOREIGN KEY/)
})

test('an earlier project that can only be read has no events', () => {
  expect(listTaskEvents(earlier(), 7)).toEqual([])
})
