import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { madeUpCohort, names } from '../science/cohort/cohorts.ts'
import { findingsOf } from '../../../src/main/science/cohort/findings.ts'
import { findCohort, getCohort, insertCohort, listCohorts, removeCohort } from '../../../src/main/store/cohorts.ts'
import { migrations } from '../../../src/main/store/migrations/all.ts'
import { migrate, type WritableDB } from '../../../src/main/store/open.ts'

test('a project from before cohorts keeps its subjects and can have cohort results', () => {
  const db = new Database(':memory:') as WritableDB
  migrate(db, migrations, 7)
  db.exec(`INSERT INTO subject VALUES (1, 'S')`)
  migrate(db, migrations)
  expect(db.prepare('SELECT name FROM subject').all()).toEqual([{ name: 'S' }])
  expect(listCohorts(db)).toEqual([])

  const findings = findingsOf(madeUpCohort('play', { subjectCount: 3 }), names, { seed: 1 })
  const fresh = { recipe: { seed: 1 }, alignmentIds: [2, 3, 5], findings, createdAt: 'now' }
  const id = insertCohort(db, { ...fresh, inputHash: 'a' })
  expect(getCohort(db, id)).toEqual({ id, ...fresh })
  expect(listCohorts(db)).toEqual([
    { id, recipe: { seed: 1 }, alignmentIds: [2, 3, 5], subjectCount: 3, claim: findings.claim, createdAt: 'now' },
  ])
  expect([findCohort(db, 'a', { seed: 1 }), findCohort(db, 'a', { seed: 2 }), findCohort(db, 'b', { seed: 1 })]).toEqual([id, null, null])
  removeCohort(db, id)
  expect(() => getCohort(db, id)).toThrow(/cohorts\/not-found/)
})
