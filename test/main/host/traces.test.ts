import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readTraces } from '../importers/read-all.ts'
import { openHost } from './opened-host.ts'

test('traces with laps go from their files into the project and onto the page', async () => {
  const { ask, ended, folder, codeOf } = await openHost()
  const rows = Array.from({ length: 900 }, (_, s) => [s / 5, Math.sin(s / 9), s % 50 === 0 ? 40 : 0, 1].join(','))
  writeFileSync(join(folder, 'traces.csv'), `time_s,slow,spiky,still\n${rows.join('\n')}\n`)
  writeFileSync(join(folder, 'laps.csv'), 'start_s,end_s,label\n10,20,out\n30,40,back\n')
  await ask('projects.create', { name: 'Kalzium' })
  const files = ['traces.csv', 'laps.csv'].map((name) => join(folder, name))
  const job = await ended((await ask('import.run', { files, name: 'cells' })).jobId)
  expect(job).toMatchObject({ state: 'done', error: null })
  const recordingId = job.subjectId ?? 0
  const { recording, channels, warnings } = await ask('recordings.get', { recordingId })
  expect(recording).toMatchObject({
    modality: 'traces',
    channelCount: 3,
    sampleCount: 900,
    endS: 180,
    samplingRateHz: expect.closeTo(5, 9) as number,
  })
  expect(channels.map(({ label }) => label)).toEqual(['slow', 'spiky', 'still'])
  expect(warnings.map(({ code }) => code)).toContain('flat-traces')

  const drawn = await ask('figures.data', { spec: { figure: 'traces', recordingId, fromS: 10, toS: 20, channelCount: 2 } })
  if (drawn.figure !== 'traces') throw new Error(drawn.figure)
  expect(drawn.channelLabels).toEqual(['slow', 'spiky'])
  expect([drawn.timesS[0], drawn.timesS.length]).toEqual([10, 50])
  expect(drawn.values[0]).toBeCloseTo(Math.sin(50 / 9), 6)
  expect(await codeOf('figures.data', { spec: { figure: 'raster', recordingId } })).toBe('ok')
})

test('of more samples than can be drawn, the peaks stay', async () => {
  const { ask, ended, folder } = await openHost()
  const rows = Array.from({ length: 9001 }, (_, s) => `${s / 100},${s === 4321 ? 9 : 0},${s % 7}`)
  writeFileSync(join(folder, 'fast.csv'), `time_s,peak,noise\n${rows.join('\n')}\n`)
  await ask('projects.create', { name: 'fast' })
  const job = await ended((await ask('import.run', { files: [join(folder, 'fast.csv')] })).jobId)
  const drawn = await ask('figures.data', { spec: { figure: 'traces', recordingId: job.subjectId ?? 0, fromS: 0, toS: 90 } })
  if (drawn.figure !== 'traces') throw new Error(drawn.figure)
  expect(drawn.timesS.length).toBeLessThanOrEqual(2000)
  expect(Math.max(...drawn.values.subarray(0, drawn.timesS.length))).toBe(9)
})

test('a folder is one recording, its files named as they lie in it', async () => {
  const { ask, ended } = await openHost()
  await ask('projects.create', { name: 'sorted' })
  const folder = fileURLToPath(new URL('../../fixtures/numpy/phy', import.meta.url))
  const job = await ended((await ask('import.run', { files: [folder] })).jobId)
  const { recording } = await ask('recordings.get', { recordingId: job.subjectId ?? 0 })
  expect(recording).toMatchObject({ name: 'phy', format: 'phy', channelCount: 5 })
  expect(recording.sources.map(({ name }) => name)).toContain('phy/spike_times.npy')
})

test('traces that leave as NWB come in again as they were, with their names and places', async () => {
  const { ask, ended, folder } = await openHost()
  const rows = Array.from({ length: 300 }, (_, s) => `${s / 5 + (s % 2) / 100},${Math.sin(s / 9)},${s % 7},-1.5`)
  writeFileSync(join(folder, 'traces.csv'), `time_s,slow,spiky,low\n${rows.join('\n')}\n`)
  writeFileSync(join(folder, 'places.csv'), 'channel,x_um,y_um\nslow,10,-20\nspiky,30.5,0\nlow,7,8\n')
  await ask('projects.create', { name: 'out' })
  const files = ['traces.csv', 'places.csv'].map((name) => join(folder, name))
  await ended((await ask('import.run', { files })).jobId)
  const { bytes } = await ask('exports.table', { what: 'recording', format: 'nwb' })
  writeFileSync(join(folder, 'out.nwb'), bytes)
  const [before, after] = [await readTraces(files), await readTraces([join(folder, 'out.nwb')])]
  for (const part of ['channelLabels', 'positionsUm', 'values', 'timesS'] as const) expect(after[part], part).toEqual(before[part])
})
