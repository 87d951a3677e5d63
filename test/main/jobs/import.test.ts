import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { importRecording, type ImportedRecording } from '../../../src/main/jobs/import.ts'
import type { StepNotice } from '../../../src/main/jobs/step.ts'
import { fail } from '../../../src/shared/contract/errors.ts'
import retina from '../../fixtures/recordings/retina-drug-control/expected.json' with { type: 'json' }
import { expectRefusal, recorded, sample } from '../importers/written-files.ts'

async function finish(files: string[]): Promise<{ recording: ImportedRecording; notices: StepNotice[] }> {
  const notices: StepNotice[] = []
  const step = importRecording({ files }, () => {})
  for (;;) {
    const { value, done } = await step.next()
    if (done) return { recording: value, notices }
    notices.push(value)
  }
}

test('a recording arrives whole, sorted, and with the fingerprints of its files', async () => {
  const path = recorded(`retina-drug-control/${retina.file}`)
  const { recording } = await finish([path])
  if (recording.modality !== 'spikes') throw new Error('no spikes')
  expect(recording.timesS).toHaveLength(retina.spikes)
  expect(recording.timesS.reduce((sum, timeS) => sum + timeS, 0)).toBeCloseTo(retina.sumOfSpikeTimesS, 3)
  for (let c = 0; c < retina.channels; c++) {
    const train = recording.timesS.subarray(recording.offsets[c], recording.offsets[c + 1])
    expect(train).toEqual(train.slice().sort())
  }
  const bytes = readFileSync(path)
  expect(recording.sources).toEqual([{ name: retina.file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }])
})

test('positions and spikes are both among the sources', async () => {
  const { recording } = await finish(['positions.csv', 'spikes.csv'].map((name) => recorded(`retina-512-tables/${name}`)))
  expect(recording.sources.map(({ name }) => name).toSorted()).toEqual(['positions.csv', 'spikes.csv'])
  expect(recording).toMatchObject({ format: 'spike-table-csv', startS: 3600, endS: 4047 })
})

test('progress goes through reading, sorting, checking and fingerprints, each never backwards', async () => {
  const { notices } = await finish([sample])
  const progress = notices.flatMap((notice) => (notice.kind === 'progress' ? [notice] : []))
  expect([...new Set(progress.map(({ phase }) => phase))]).toEqual(['read', 'sort', 'check', 'hash'])
  for (const phase of ['read', 'sort', 'check', 'hash']) {
    const done = progress.filter((notice) => notice.phase === phase)
    expect(done.map((notice) => notice.done)).toEqual(done.map((notice) => notice.done).toSorted((a, b) => a - b))
    expect(done.every((notice) => notice.done <= notice.total)).toBe(true)
  }
})

test('an import stops where the person asks, in every phase', async () => {
  const { notices } = await finish([sample])
  for (let stopAt = 0; stopAt < notices.length; stopAt += 3) {
    let seen = 0
    const step = importRecording({ files: [sample] }, () => {
      if (seen >= stopAt) throw fail('jobs/cancelled', {})
    })
    const run = (async () => {
      while (!(await step.next()).done) seen += 1
    })()
    await expectRefusal(run, 'jobs/cancelled')
  }
})
