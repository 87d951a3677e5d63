import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recipeFor } from '../../../src/shared/domain/snapshot.ts'
import { uniformSequence } from '../../../src/shared/domain/random.ts'
import { openHost, type Opened } from './opened-host.ts'

/** A table with a column for each of eight channels, 1,200 rows; channel 1 follows channel 0. */
function writeTable(folder: string, name: string, row: (values: number[], at: number) => (number | string)[], clock: boolean): string {
  const next = uniformSequence(4, 'simulate'),
    lines = [[...(clock ? ['time_s'] : []), ...Array.from({ length: 8 }, (_, c) => `cell ${c}`)].join(',')]
  for (let at = 0; at < 1200; at++) {
    const drawn = Array.from({ length: 8 }, next)
    if (drawn[2]! < 0.7) drawn[1] = drawn[0]!
    lines.push(row(drawn, at).join(','))
  }
  const file = join(folder, name)
  writeFileSync(file, lines.join('\n') + '\n')
  return file
}

async function imported({ ask, ended }: Opened, file: string, set: Record<string, string | number>): Promise<number> {
  const job = await ended((await ask('import.run', { files: [file], set })).jobId)
  expect(job).toMatchObject({ state: 'done', error: null })
  return job.subjectId ?? 0
}

test('traces and counts go the line from file to embedding, each by its own law', async () => {
  const opened = await openHost(),
    { ask, ended, codeOf, folder } = opened
  await ask('projects.create', { name: 'p' })
  const traces = writeTable(
      folder,
      'calcium.csv',
      (values, at) => [(at / 20).toFixed(3), ...values.map((value) => (100 + 20 * value).toFixed(3))],
      true,
    ),
    counts = writeTable(folder, 'counts.csv', (values) => values.map((value) => (value > 0.8 ? 2 : value > 0.5 ? 1 : 0)), false)
  for (const [file, set, expected] of [
    [traces, { contents: 'traces' }, { modality: 'traces', countBinMs: null }],
    [counts, { contents: 'counts', binMs: 25 }, { modality: 'traces', countBinMs: 25 }],
  ] as const) {
    const recordingId = await imported(opened, file, set),
      { recording } = await ask('recordings.get', { recordingId })
    expect(recording).toMatchObject(expected)
    const recipe = { ...recipeFor(recording), windowS: 10, stepS: 5 },
      made = await ask('snapshots.make', { recordingId, recipe }),
      snapshotSetId = (await ended(made.jobId)).subjectId ?? 0,
      { snapshots } = await ask('snapshots.get', { snapshotSetId })
    expect(snapshots.length).toBeGreaterThanOrEqual(5)
    for (const { density, thresholdR, testedShare } of snapshots) {
      expect(density).toBeGreaterThanOrEqual(1 / 28)
      expect(density).toBeLessThan(4 / 28)
      expect(thresholdR).toBeGreaterThan(0.1)
      expect(testedShare).toBe(1)
    }
    const run = await ask('modelRuns.start', { snapshotSetId, recipe: { epochs: 2, features: 'node-statistics' }, beside: 'none' })
    expect(await ended(run.jobId)).toMatchObject({ state: 'done' })
    // eight channels are too few to be matched, which is told before anything is queued
    const beside = await ask('modelRuns.start', { snapshotSetId, recipe: { epochs: 1 } })
    await ended(beside.jobId)
    expect(beside.beside).toMatchObject({ reason: recording.countBinMs === null ? 'traces' : 'too-few-rate-matched', snapshotsJobId: null })

    const figure = await ask('figures.data', { spec: { figure: 'density', snapshotSetId } })
    expect(figure).toMatchObject({ modality: recording.countBinMs === null ? 'traces' : 'spikes' })

    const tiling = { ...recipe, association: { measure: 'tiling' } } as const
    expect(await codeOf('snapshots.preview', { recordingId, recipe: tiling })).toBe('snapshots/only-for-spikes')
    const byInterval = { ...recipe, windows: { by: 'interval' } } as const
    expect(await codeOf('snapshots.preview', { recordingId, recipe: byInterval })).toBe('snapshots/no-intervals')
  }
})

test('what a bin of traces or counts cannot be is said', async () => {
  const opened = await openHost(),
    { ask, codeOf, folder } = opened
  await ask('projects.create', { name: 'p' })
  const slow = writeTable(folder, 'slow.csv', (values, at) => [at / 4, ...values], true),
    counts = writeTable(folder, 'counts.csv', (values) => values.map((value) => (value > 0.8 ? 1 : 0)), false)
  const recordingId = await imported(opened, slow, { contents: 'traces' }),
    countsId = await imported(opened, counts, { contents: 'counts', binMs: 30 })
  expect(await codeOf('snapshots.preview', { recordingId, recipe: { binMs: 100 } })).toBe('snapshots/bin-without-sample')
  expect(await codeOf('snapshots.preview', { recordingId: countsId, recipe: { binMs: 50, windowS: 10, stepS: 5 } })).toBe(
    'snapshots/bins-not-of-counts',
  )
})
