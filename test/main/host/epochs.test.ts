import { expect, test } from 'vitest'
import { writeSimulatedRecording } from '../simulated-spikes.ts'
import { openHost } from './opened-host.ts'

const recipe = { binMs: 100, windowS: 40, stepS: 20, edges: { rule: 'proportional', density: 0.2 } } as const

test('however fast epochs come, each is kept and told once, in order, also up to a pause', async () => {
  // the clock stands still: only what ends a training makes the last epochs be written
  const { ask, ended, host, folder } = await openHost(undefined, () => 1000)
  await ask('projects.create', { name: 'p' })
  const files = writeSimulatedRecording(folder)
  const recordingId = (await ended((await ask('import.run', { files: [files.spikes, files.layout] })).jobId)).subjectId ?? 0
  const snapshotSetId = (await ended((await ask('snapshots.make', { recordingId, recipe })).jobId)).subjectId ?? 0
  const told: number[] = []
  let atFirst = (): void => {}
  host.subscribe((notice) => {
    if (notice.notice !== 'epoch') return
    told.push(notice.record.epoch)
    atFirst()
  })
  const kept = async (modelRunId: number) => (await ask('modelRuns.get', { modelRunId })).epochCount
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, epoch) => epoch)

  const short = await ask('modelRuns.start', { snapshotSetId, recipe: { epochs: 30 }, beside: 'none' })
  await ended(short.jobId)
  expect(told).toEqual(upTo(30))
  expect(await kept(short.modelRunId)).toBe(30)

  told.length = 0
  const begun = new Promise<void>((resolve) => (atFirst = resolve))
  const long = await ask('modelRuns.start', { snapshotSetId, recipe: { epochs: 20_000, stopsWhenFlat: false }, beside: 'none' })
  await begun
  await ask('modelRuns.pause', { modelRunId: long.modelRunId })
  expect(await kept(long.modelRunId)).toBe(told.length)
  expect(told).toEqual(upTo(told.length))
  await ask('modelRuns.cancel', { modelRunId: long.modelRunId })
})
