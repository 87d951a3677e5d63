import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openHost } from './opened-host.ts'

test('a simulated culture goes through import and snapshots, and every window has the performance of its own events', async () => {
  const { ask, ended, folder, host } = await openHost()
  const told: number[] = []
  host.subscribe((notice) => {
    if (notice.notice === 'simulation') told.push(notice.done / notice.total)
  })
  const {
    cultures: [culture],
  } = await ask('simulations.make', {
    recipe: { kind: 'planted', seed: 4, subjectCount: 1, channelCount: 24, durationS: 300 },
    out: join(folder, 'cohort'),
  })
  if (!culture) throw new Error('no culture')
  expect(told.at(-1)).toBe(1)

  await ask('projects.create', { name: 'Aufgabe' })
  // The recording is taken to start at 60 s: windows count from there, events keep the file's clock.
  const job = await ended((await ask('import.run', { files: [culture.events, culture.spikes, culture.layout], set: { startS: 60 } })).jobId)
  expect(job).toMatchObject({ state: 'done', error: null })
  const recordingId = job.subjectId ?? 0
  const rows = readFileSync(culture.events, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(','))
    .filter(([time]) => Number(time) >= 60)
  const count = (kind: string, fromS = 0, toS = Infinity): number =>
    rows.filter(([time, found]) => found === kind && Number(time) >= fromS && Number(time) < toS).length
  const { events, warnings } = await ask('recordings.get', { recordingId })
  expect(events).toEqual({ hit: count('hit'), miss: count('miss') })
  expect(warnings.map(({ code }) => code)).toContain('events-outside')

  const made = await ended(
    (
      await ask('snapshots.make', {
        recordingId,
        recipe: { binMs: 100, windowS: 60, stepS: 30, edges: { rule: 'proportional', density: 0.2 } },
      })
    ).jobId,
  )
  const { snapshots, performance } = await ask('snapshots.get', { snapshotSetId: made.subjectId ?? 0 })
  expect(performance).toHaveLength(7)
  snapshots.forEach(({ startS, endS }, t) => {
    const hits = count('hit', 60 + startS, 60 + endS),
      misses = count('miss', 60 + startS, 60 + endS)
    expect(performance[t]).toMatchObject({ hitCount: hits, missCount: misses, hitRatio: hits / (hits + misses) })
  })
})

test('exported events come in again as they were, and performance has a row per window', async () => {
  const { ask, ended, folder } = await openHost()
  const {
    cultures: [culture],
  } = await ask('simulations.make', {
    recipe: { kind: 'null', seed: 2, subjectCount: 1, channelCount: 24, durationS: 60 },
    out: join(folder, 'cohort'),
  })
  const events = join(folder, 'events.csv'),
    text = 'time_s,kind,value\n1.5,hit,\n2.25,lick,0.5\n30,miss,\n'
  writeFileSync(events, text)
  await ask('projects.create', { name: 'Ereignisse' })
  const { subjectId } = await ended((await ask('import.run', { files: [culture!.spikes, events] })).jobId)
  await ended(
    (
      await ask('snapshots.make', {
        recordingId: subjectId ?? 0,
        recipe: { binMs: 100, windowS: 20, stepS: 20, edges: { rule: 'proportional', density: 0.2 } },
      })
    ).jobId,
  )
  const table = async (what: 'events' | 'performance'): Promise<string> =>
    new TextDecoder().decode((await ask('exports.table', { what })).bytes)
  expect(await table('events')).toBe(text)
  expect((await table('performance')).trim().split('\n')).toEqual([
    'snapshot,start_s,end_s,hits,misses,hit_ratio,hit_miss_ratio,mean_rally,longest_rally',
    '1,0,20,1,0,1,2,,',
    '2,20,40,0,1,0,0,1,1',
    '3,40,60,0,0,,,,',
  ])
})

test('a recording without events has no performance, and a cancelled simulation says so', async () => {
  const { ask, ended, folder, codeOf } = await openHost()
  const making = codeOf('simulations.make', { recipe: { kind: 'null', seed: 1, subjectCount: 400 }, out: join(folder, 'cohort') })
  await ask('simulations.cancel', {})
  expect(await making).toBe('jobs/cancelled')
  const {
    cultures: [culture],
  } = await ask('simulations.make', {
    recipe: { kind: 'null', seed: 1, subjectCount: 1, channelCount: 24, durationS: 60 },
    out: join(folder, 'other'),
  })
  await ask('projects.create', { name: 'Ruhe' })
  const { subjectId } = await ended((await ask('import.run', { files: [culture!.spikes] })).jobId)
  expect((await ask('recordings.get', { recordingId: subjectId ?? 0 })).events).toEqual({})
  const made = await ended(
    (
      await ask('snapshots.make', {
        recordingId: subjectId ?? 0,
        recipe: { binMs: 100, windowS: 20, stepS: 20, edges: { rule: 'proportional', density: 0.2 } },
      })
    ).jobId,
  )
  const { performance } = await ask('snapshots.get', { snapshotSetId: made.subjectId ?? 0 })
  expect(performance.map(({ hitRatio }) => hitRatio)).toEqual([null, null, null])
})
