import Database from 'better-sqlite3'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { getBlob, hashOf, putBlob, sweepBlobs } from '../../../src/main/store/blobs.ts'
import { migrations } from '../../../src/main/store/migrations/all.ts'
import { migrate, type WritableDB } from '../../../src/main/store/open.ts'

let db: WritableDB
beforeEach(() => {
  db = new Database(':memory:')
  migrate(db, migrations)
})

test('an array comes back with the same bits, NaN and −0 included', () => {
  fc.assert(
    fc.property(fc.float64Array({ maxLength: 300 }), (array) => {
      expect(hashOf(getBlob(db, putBlob(db, array), 'Float64Array'))).toBe(hashOf(array))
    }),
  )
  fc.assert(
    fc.property(fc.int16Array({ maxLength: 300 }), (array) => {
      expect(getBlob(db, putBlob(db, array), 'Int16Array')).toEqual(array)
    }),
  )
})

test('equal arrays are kept once, equal bytes of another kind apart', () => {
  putBlob(db, Float32Array.of(1, 2))
  putBlob(db, Float32Array.of(1, 2))
  putBlob(db, new Int32Array(Float32Array.of(1, 2).buffer))
  expect(db.prepare('SELECT count(*) AS n FROM blob').get()).toEqual({ n: 2 })
})

test('an array over 16 MiB is kept in parts and comes back whole', () => {
  const large = Float64Array.from({ length: 2_200_000 }, (_, i) => Math.sin(i))
  const hash = putBlob(db, large)
  expect(db.prepare('SELECT count(*) AS n FROM blob').get()).toEqual({ n: 2 })
  expect(getBlob(db, hash, 'Float64Array')).toEqual(large)
})

test('a sweep takes away what no row names and nothing else', () => {
  const kept = putBlob(db, Int32Array.of(7)),
    lost = putBlob(db, Int32Array.of(8))
  db.exec("INSERT INTO subject VALUES (1, 's')")
  db.prepare(`INSERT INTO recording VALUES (1, 1, 'r', '', NULL, 'spikes', 'f', 0, 1, 1, 1, NULL, '[]', '[]', NULL, ?, ?, '')`).run(
    kept,
    kept,
  )
  sweepBlobs(db)
  expect(getBlob(db, kept, 'Int32Array')).toEqual(Int32Array.of(7))
  expect(() => getBlob(db, lost, 'Int32Array')).toThrow('missing')
})
