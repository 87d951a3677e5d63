import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { listIntervals, setIntervals } from '../../../src/main/store/intervals.ts'
import { migrations } from '../../../src/main/store/migrations/all.ts'
import { closeProject, createProject, migrate } from '../../../src/main/store/open.ts'
import {
  getRecording,
  getSpikes,
  insertRecording,
  listChannels,
  listRecordings,
  removeRecording,
} from '../../../src/main/store/recordings.ts'
import { getTraces } from '../../../src/main/store/traces.ts'
import { throwAwayFolder } from '../throw-away.ts'

const now = '2026-11-25T00:00:00.000Z'
const about = {
  name: 'worm',
  subject: 'w1',
  condition: '',
  recordedOn: null,
  format: 'npz',
  startS: 0,
  endS: 3,
  samplingRateHz: null,
  sources: [],
  layoutName: null,
  importedAt: now,
  channelLabels: ['a', 'b'],
  positionsUm: null,
  regions: [],
  regionOfChannel: Int16Array.of(-1, -1),
  warnings: [],
}

test('traces, their times and intervals are kept as they came, and go with their recording', () => {
  const db = createProject(join(throwAwayFolder(), 'traces.tavrnn'), 'traces', now)
  const values = Float32Array.of(0.5, -1, 2, 3, 4, 1e-7)
  const timesS = Float64Array.of(0, 1.1, 2.3)
  const id = insertRecording(db, { ...about, signal: { modality: 'traces', countBinMs: null, values, timesS } })
  const laps = [
    { startS: 0, endS: 1, label: 'lap' },
    { startS: 1.5, endS: 3, label: 'rest' },
  ]
  setIntervals(db, id, laps)
  expect(getTraces(db, id)).toMatchObject({ values, timesS })
  expect(listIntervals(db, id)).toEqual(laps)
  expect(getRecording(db, id)).toMatchObject({ modality: 'traces', channelCount: 2, spikeCount: 0, sampleCount: 3 })
  expect(listChannels(db, id).map(({ spikeCount }) => spikeCount)).toEqual([0, 0])
  expect(getSpikes(db, id).timesS).toHaveLength(0)
  removeRecording(db, id)
  expect([listIntervals(db, id), db.prepare('SELECT count(*) AS n FROM blob').get()]).toEqual([[], { n: 0 }])
  closeProject(db, false)
})

test('a project from before traces keeps its recordings, and gets room for them', () => {
  const db = new Database(':memory:')
  migrate(db, migrations, 4)
  db.exec(`INSERT INTO subject VALUES (1, 'w1');
    INSERT INTO recording VALUES (1, 1, 'old', '', NULL, 'spikes', 'x', 0, 9, 0, 0, NULL, '[]', '[]', NULL, 'h', 'o', '${now}')`)
  expect(listRecordings(db)).toMatchObject([{ name: 'old', sampleCount: null }])
  expect(listIntervals(db, 1)).toEqual([])
  migrate(db, migrations)
  expect(listRecordings(db)).toMatchObject([{ name: 'old', modality: 'spikes', sampleCount: null }])
  setIntervals(db, 1, [{ startS: 1, endS: 2, label: 'lap' }])
  expect(listIntervals(db, 1)).toHaveLength(1)
})
