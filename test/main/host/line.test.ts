import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { throwAwayFolder } from '../throw-away.ts'
import { writeSimulatedRecording } from '../simulated-spikes.ts'
import { openHost, type Opened } from './opened-host.ts'

const recipe = { binMs: 100, windowS: 40, stepS: 20, edges: { rule: 'proportional', density: 0.2 } } as const

async function importSimulated({ ask, ended, folder }: Opened) {
  const files = writeSimulatedRecording(folder)
  const { jobId } = await ask('import.run', { files: [files.spikes, files.layout], name: 'Kultur ä', subject: 'S1' })
  const job = await ended(jobId)
  expect(job).toMatchObject({ state: 'done', error: null })
  return { recordingId: job.subjectId ?? 0, ...files }
}

async function makeSnapshots({ ask, ended }: Opened, recordingId: number): Promise<number> {
  const made = await ask('snapshots.make', { recordingId, recipe })
  return made.snapshotSetId ?? (await ended(made.jobId)).subjectId ?? 0
}

test('the line runs from a file to figures, and a reopened project has everything as it was', async () => {
  const opened = await openHost()
  const { ask, ended, host, folder } = opened
  const { path } = await ask('projects.create', { name: 'Linie' })
  const { recordingId, spikeCount } = await importSimulated(opened)
  const { recording, channels, layout } = await ask('recordings.get', { recordingId })
  expect(recording).toMatchObject({ name: 'Kultur ä', subject: 'S1', channelCount: 24, spikeCount })
  expect(channels.at(-1)).toMatchObject({ label: '23', spikeCount: 0, region: 'motor', xUm: 500, yUm: 300 })
  expect(layout.regions.map(({ role }) => role)).toEqual(['sensory', 'motor'])

  const preview = await ask('snapshots.preview', { recordingId, recipe })
  const snapshotSetId = await makeSnapshots(opened, recordingId)
  const set = await ask('snapshots.get', { snapshotSetId })
  expect(Array.from(preview.density.density)).toEqual(set.snapshots.map(({ density }) => density))
  expect(set.snapshots).toHaveLength(5)
  expect(await makeSnapshots(opened, recordingId)).toBe(snapshotSetId)

  const { jobId, modelRunId } = await ask('modelRuns.start', { snapshotSetId, recipe: { epochs: 3 }, beside: 'none' })
  expect(await ended(jobId)).toMatchObject({ state: 'done' })
  expect(await ask('modelRuns.get', { modelRunId })).toMatchObject({ state: 'done', epochCount: 3, engine: 'cpu-plain' })
  const projected = await ask('embeddings.project', { modelRunId, recipe: { method: 'pca' } })
  const projectionId = (await ended(projected.jobId)).subjectId ?? 0

  const specs = [
    { figure: 'raster', recordingId },
    { figure: 'electrode-map', recordingId, value: 'rate' },
    { figure: 'electrode-map', recordingId, value: 'degree', snapshotSetId },
    { figure: 'electrode-map', recordingId, value: 'score', modelRunId },
    { figure: 'density', snapshotSetId },
    { figure: 'loss', modelRunId },
    { figure: 'embedding', projectionId },
  ] as const
  const before = []
  for (const spec of specs) {
    before.push(await ask('figures.data', { spec }))
    for (const format of ['svg', 'png', 'csv'] as const) {
      expect((await ask('figures.export', { spec, format })).bytes.length, `${spec.figure} ${format}`).toBeGreaterThan(200)
    }
  }
  const { steps } = await ask('projects.provenance', {})
  expect(steps.map(({ step }) => step)).toEqual(['import', 'snapshots', 'train', 'project'])

  await host.close()
  expect(readdirSync(join(folder, 'data', 'projects'))).toEqual(['Linie.tavrnn'])
  await ask('projects.open', { path })
  const after = []
  for (const spec of specs) after.push(await ask('figures.data', { spec }))
  expect(after).toEqual(before)
})

test('the silent channel has no edge, and no score rather than a zero', async () => {
  const opened = await openHost()
  const { ask, ended } = opened
  await ask('projects.create', { name: 'p' })
  const { recordingId } = await importSimulated(opened)
  const absolute = { ...recipe, edges: { rule: 'absolute', threshold: 0.3 } } as const
  const made = await ask('snapshots.make', { recordingId, recipe: absolute })
  const snapshotSetId = (await ended(made.jobId)).subjectId ?? 0
  const { jobId, modelRunId } = await ask('modelRuns.start', { snapshotSetId, recipe: { epochs: 2 }, beside: 'none' })
  await ended(jobId)
  const degree = await ask('figures.data', { spec: { figure: 'electrode-map', recordingId, value: 'degree', snapshotSetId } })
  const score = await ask('figures.data', { spec: { figure: 'electrode-map', recordingId, value: 'score', modelRunId } })
  if (degree.figure !== 'electrode-map' || score.figure !== 'electrode-map') return expect.unreachable()
  expect([degree.overall[23], score.overall[23]]).toEqual([0, NaN])
  expect(Array.from(degree.overall).filter((value) => value > 0).length).toBeGreaterThan(10)
})

test('a file that cannot be imported leaves the project as it was', async () => {
  const { ask, ended, folder } = await openHost()
  await ask('projects.create', { name: 'p' })
  const bad = join(folder, 'bad.csv')
  writeFileSync(bad, 'channel,time_s\n1,0.5\n2,soon\n')
  const { jobId } = await ask('import.run', { files: [bad] })
  const job = await ended(jobId)
  expect(job).toMatchObject({ state: 'failed', error: { code: 'import/cell-not-a-number' } })
  expect(job.error?.message).toContain('bad.csv')
  expect((await ask('recordings.list', {})).recordings).toEqual([])
  expect((await ask('projects.provenance', {})).steps).toEqual([])
})

test('excluded channels are left out of snapshots made afterwards', async () => {
  const opened = await openHost()
  const { ask } = opened
  await ask('projects.create', { name: 'p' })
  const { recordingId } = await importSimulated(opened)
  const all = await makeSnapshots(opened, recordingId)
  await ask('recordings.exclude', { recordingId, channelIndexes: Int32Array.of(0, 23), reason: 'noise' })
  const some = await makeSnapshots(opened, recordingId)
  expect(some).not.toBe(all)
  const { channelIndexes, snapshotSet } = await ask('snapshots.get', { snapshotSetId: some })
  expect([snapshotSet.channelCount, channelIndexes.includes(0), channelIndexes.includes(23), channelIndexes.includes(1)]).toEqual([
    22,
    false,
    false,
    true,
  ])
})

test('a paused training goes on to the bits of one that was never disturbed', async () => {
  const opened = await openHost()
  const { ask, ended, host } = opened
  await ask('projects.create', { name: 'p' })
  const { recordingId } = await importSimulated(opened)
  const snapshotSetId = await makeSnapshots(opened, recordingId)
  // long enough that it is not over before the host hears of its third epoch: a kept thread does a hundred in that time
  const epochs = 1500
  const settings = { epochs, stopsWhenFlat: false }
  const calm = await ask('modelRuns.start', { snapshotSetId, recipe: settings, beside: 'none' })
  await ended(calm.jobId)

  const third = new Promise<void>((resolve) => {
    host.subscribe((notice) => {
      if (notice.notice === 'epoch' && notice.modelRunId !== calm.modelRunId && notice.record.epoch === 3) resolve()
    })
  })
  const disturbed = await ask('modelRuns.start', { snapshotSetId, recipe: settings, beside: 'none' })
  await third
  await ask('modelRuns.pause', { modelRunId: disturbed.modelRunId })
  const paused = await ask('modelRuns.get', { modelRunId: disturbed.modelRunId })
  expect(paused.state).toBe('paused')
  expect(paused.epochCount).toBeLessThan(epochs)
  await ended((await ask('modelRuns.resume', { modelRunId: disturbed.modelRunId })).jobId)
  const [a, b] = [
    await ask('embeddings.get', { modelRunId: calm.modelRunId }),
    await ask('embeddings.get', { modelRunId: disturbed.modelRunId }),
  ]
  expect(b.mean).toEqual(a.mean)
  expect((await ask('modelRuns.get', { modelRunId: disturbed.modelRunId })).epochCount).toBe(epochs)
})

test('a cancelled training is not resumed, and closing the project interrupts one', async () => {
  const opened = await openHost()
  const { ask, codeOf, host } = opened
  const { path } = await ask('projects.create', { name: 'p' })
  const { recordingId } = await importSimulated(opened)
  const snapshotSetId = await makeSnapshots(opened, recordingId)
  const first = await ask('modelRuns.start', { snapshotSetId, recipe: { epochs: 5000, stopsWhenFlat: false }, beside: 'none' })
  await ask('modelRuns.cancel', { modelRunId: first.modelRunId })
  expect((await ask('modelRuns.get', { modelRunId: first.modelRunId })).state).toBe('cancelled')
  expect(await codeOf('modelRuns.resume', { modelRunId: first.modelRunId })).toBe('model-runs/not-resumable')

  const second = await ask('modelRuns.start', { snapshotSetId, recipe: { epochs: 5000, stopsWhenFlat: false }, beside: 'none' })
  await host.close()
  await ask('projects.open', { path })
  expect((await ask('modelRuns.get', { modelRunId: second.modelRunId })).state).toBe('interrupted')
})

test('wrong input is refused by the contract with route and field', async () => {
  const { host } = await openHost(throwAwayFolder())
  const reply = await host.call('snapshots.make', { recordingId: 1, recipe: { binMs: -5 } }, 'en')
  expect(reply).toMatchObject({
    ok: false,
    error: { code: 'contract/input-refused', details: { route: 'snapshots.make', field: 'recipe.binMs' } },
  })
  expect(await host.call('no.such' as 'jobs.list', {}, 'en')).toMatchObject({ ok: false, error: { code: 'contract/route-unknown' } })
  expect(await host.call('recordings.list', {}, 'zh')).toMatchObject({
    ok: false,
    error: { code: 'project/none-open', message: expect.stringContaining('项目') },
  })
})
