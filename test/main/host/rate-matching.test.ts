import { expect, test } from 'vitest'
import { writeSimulatedRecording } from '../simulated-spikes.ts'
import { openHost } from './opened-host.ts'

const recipe = { binMs: 100, windowS: 40, stepS: 20, edges: { rule: 'proportional', density: 0.2 }, rateMatching: { seed: 3 } } as const

test('rate-matched snapshots have their own channels, and what is left out is listed and kept', async () => {
  const { ask, ended, codeOf, host, folder } = await openHost()
  const { path } = await ask('projects.create', { name: 'p' })
  const files = writeSimulatedRecording(folder)
  const recordingId = (await ended((await ask('import.run', { files: [files.spikes, files.layout] })).jobId)).subjectId ?? 0

  const preview = await ask('snapshots.preview', { recordingId, recipe })
  expect(preview).toMatchObject({ leftOut: { channelIndexes: [23] }, pairCount: (23 * 22) / 2, density: { channelCount: 23 } })

  const made = await ask('snapshots.make', { recordingId, recipe })
  const snapshotSetId = (await ended(made.jobId)).subjectId ?? 0
  const set = await ask('snapshots.get', { snapshotSetId })
  expect(set.snapshotSet).toMatchObject({ channelCount: 23, leftOut: { channelIndexes: [23] }, recipe: { rateMatching: { seed: 3 } } })
  expect(Array.from(set.channelIndexes)).toEqual(Array.from({ length: 23 }, (_, c) => c))
  expect(new Set(set.snapshots.map(({ meanRateHz }) => meanRateHz)).size).toBe(1)
  expect(await ask('snapshots.make', { recordingId, recipe })).toEqual({ jobId: null, snapshotSetId })

  const run = await ask('modelRuns.start', { snapshotSetId, recipe: { epochs: 1 } })
  expect(await ended(run.jobId)).toMatchObject({ state: 'done' })
  expect((await ask('embeddings.get', { modelRunId: run.modelRunId })).mean).toHaveLength(5 * 23 * 8)

  expect(await codeOf('snapshots.preview', { recordingId, recipe: { ...recipe, stepS: 30 } })).toBe('snapshots/step-not-in-window')
  const refused = await host.call('snapshots.preview', { recordingId, recipe: { ...recipe, windowS: 2, stepS: 1 } }, 'en')
  expect(refused).toMatchObject({ ok: false, error: { code: 'snapshots/too-few-rate-matched' } })
  if (!refused.ok) expect(refused.error.message).toMatch(/only \d+ of 24 channels fire at least 5 spikes/)

  await host.close()
  await ask('projects.open', { path })
  expect((await ask('snapshots.get', { snapshotSetId })).snapshotSet.leftOut).toEqual({ channelIndexes: [23], intervals: [] })
})
