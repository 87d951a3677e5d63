import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import {
  alignmentMeasures,
  alignmentRecipe,
  type Alignment,
  type AlignmentColumn,
  type AlignmentMaps,
} from '../../../src/shared/domain/alignment.ts'
import { findAlignment, getAlignment, insertAlignment, listAlignments, removeAlignment } from '../../../src/main/store/alignments.ts'
import { migrations } from '../../../src/main/store/migrations/all.ts'
import { migrate, type WritableDB } from '../../../src/main/store/open.ts'

/** A database of version 2 with one recording and its snapshots, as an earlier program left it. */
function earlier(): WritableDB {
  const db = new Database(':memory:') as WritableDB
  db.pragma('foreign_keys = ON')
  migrate(db, migrations, 2)
  db.exec(`INSERT INTO subject VALUES (1, 'S');
    INSERT INTO recording VALUES (7, 1, 'R', '', NULL, 'spikes', 'f', 0, 10, 1, 0, NULL, '[]', '[]', NULL, 'a', 'b', 'now');
    INSERT INTO snapshot_set VALUES (3, 7, '{}', 'h', 'c', 'r', 'd', 'now')`)
  return db
}

const maps = (at: number): AlignmentMaps => {
  const perChannel = (k: number): Float32Array => Float32Array.of(at + k, NaN)
  return {
    level: Float32Array.of(at, 1, 2, NaN, 4, 5),
    levelZ: Float32Array.of(at, -1, -2, NaN, -4, -5),
    meanLevel: perChannel(1),
    meanLevelZ: perChannel(2),
    windowSe: perChannel(3),
    seedSe: perChannel(4),
    b: perChannel(5),
    p: perChannel(6),
    q: perChannel(7),
    highMinusLow: perChannel(8),
    connectedShare: perChannel(9),
  }
}

const column = (at: number): AlignmentColumn => ({
  seeds: [1, 2],
  modelRunIds: [5, 6],
  channelIndexes: Int32Array.of(0, 3),
  roleNull: { kind: 'strata', distinctMapCount: 400 },
  roleNullReason: 'too-few-maps',
  measures: Object.fromEntries(
    alignmentMeasures.map((measure, k) => [
      measure,
      {
        perWindow: Float64Array.of(at, k, NaN),
        reason: k === 0 ? null : 'too-few-connected',
        roleNull: k % 2 === 0 ? null : { p: Float64Array.of(0.1, at, k), mean: Float64Array.of(1, 2, 3), sd: Float64Array.of(4, 5, NaN) },
        performance: {
          rho: k === 0 ? at / 10 : null,
          p: 0.5,
          windowCount: 2,
          null95: [-0.5, 0.5],
          residual: {
            density: { rho: 0.1, p: 0.2 },
            meanRateHz: { rho: null, p: null },
            windowIndex: { rho: 0, p: 1 },
            all: { rho: 0, p: 1 },
          },
          wholeLine: null,
          reason: null,
        },
      },
    ]),
  ) as AlignmentColumn['measures'],
  maps: maps(at),
  regions: [{ region: 'sensory', channelCount: 1, meanB: 0.25 }],
})

const fresh: Omit<Alignment, 'id'> & { inputHash: string } = {
  recordingId: 7,
  snapshotSetId: 3,
  recipe: alignmentRecipe.parse({}),
  inputHash: 'hash',
  windowStartS: Float64Array.of(0, 60, 120),
  windowEndS: Float64Array.of(120, 180, 240),
  hitRatio: Float64Array.of(0.5, NaN, 1),
  asRecorded: column(1),
  rateMatched: column(2),
  rateMatchedReason: null,
  shortage: null,
  createdAt: 'now',
}

test('an alignment comes back as it was kept, in a project that an earlier program made', () => {
  const db = earlier()
  expect(listAlignments(db)).toEqual([])
  migrate(db, migrations)
  const id = insertAlignment(db, fresh),
    { inputHash: _, ...kept } = fresh
  expect(getAlignment(db, id)).toEqual({ ...kept, id })
  expect(findAlignment(db, 'hash', fresh.recipe)).toBe(id)
  expect(findAlignment(db, 'hash', { ...fresh.recipe, seed: 2 })).toBeNull()
  expect(listAlignments(db)).toMatchObject([
    { id, recordingId: 7, seeds: [1, 2], rateMatchedSeeds: [1, 2], rho: 0.1, rhoRateMatched: 0.2, p: 0.5 },
  ])
})

test('without a rate-matched column the reason is kept, and what would help', () => {
  const db = earlier()
  migrate(db, migrations)
  const shortage = { group: 'motor', kept: 3, of: 10, needed: 5, stepS: 60, longerStepS: 120 } as const
  const id = insertAlignment(db, { ...fresh, rateMatched: null, rateMatchedReason: 'too-few-rate-matched', shortage })
  expect(getAlignment(db, id)).toMatchObject({ rateMatched: null, rateMatchedReason: 'too-few-rate-matched', shortage })
  expect(listAlignments(db)).toMatchObject([{ rateMatchedSeeds: [], rhoRateMatched: null }])
})

test('a measure that came later is told apart from one that could not be had', () => {
  const db = earlier()
  migrate(db, migrations)
  const id = insertAlignment(db, fresh)
  db.exec("DELETE FROM alignment_measure WHERE measure = 'mixing'")
  const { mixing, coupling } = getAlignment(db, id).asRecorded.measures
  expect(mixing).toMatchObject({ perWindow: Float64Array.of(NaN, NaN, NaN), reason: 'earlier-version', performance: { rho: null } })
  expect(coupling.reason).toBeNull()
})

test('an alignment that goes takes its arrays along, and goes with its snapshots', () => {
  const db = earlier()
  migrate(db, migrations)
  const id = insertAlignment(db, fresh)
  removeAlignment(db, id)
  expect(db.prepare('SELECT count(*) AS n FROM blob').get()).toEqual({ n: 0 })
  expect(() => getAlignment(db, id)).toThrow('alignments/not-found')
  insertAlignment(db, fresh)
  db.exec('DELETE FROM snapshot_set')
  expect(listAlignments(db)).toEqual([])
  expect(db.prepare('SELECT count(*) AS n FROM alignment_measure').get()).toEqual({ n: 0 })
})
