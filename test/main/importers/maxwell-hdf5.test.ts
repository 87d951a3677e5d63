import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { readAll, trainsOf } from './read-all.ts'
import { expectRefusal, hdf5Fixture } from './written-files.ts'

const plate = hdf5Fixture('real-maxtwo.raw.h5')

test('wells and recordings are there to pick; the busiest is the guess', async () => {
  const found = await inspect({ files: [plate] })
  expect(found.choices).toEqual([
    { name: 'well', options: ['well000', 'well001'] },
    { name: 'recording', options: ['rec0000', 'rec0001'] },
  ])
  expect(found.settings.filter(({ name }) => name === 'well' || name === 'recording')).toMatchObject([
    { value: 'well001', guessed: true },
    { value: 'rec0000', guessed: true },
  ])
  expect(found).toMatchObject({
    format: 'maxwell-hdf5',
    modality: 'spikes',
    channels: 16,
    spikes: 179,
    samplingRateHz: 10_000,
    durationS: 1,
  })
})

// Numbers of h5py, beside the recording: 184 spikes, 5 not on routed electrodes, 124 of the others before the first frame.
test('times count from the first stored frame; what lies before it stays out unless the start is moved', async () => {
  const found = await inspect({ files: [plate], set: { well: 'well001', recording: 'rec0000' } })
  expect(found.firstS).toBeLessThan(0)
  expect(found.warnings).toContainEqual({ code: 'spikes-not-routed', details: { count: 5, channels: '596, 649, 395, 986' } })
  expect(found.warnings).toContainEqual({ code: 'spikes-before-frames', details: { count: 124 } })
  expect(found.warnings).toContainEqual({ code: 'raw-packed', details: { filter: 'MaxWell compression (401)' } })
  expect((await readAll([plate], { well: 'well001', recording: 'rec0000' })).timesS).toHaveLength(55)
  expect((await readAll([plate], { well: 'well001', recording: 'rec0000', startS: -1 })).timesS).toHaveLength(179)
})

test('a well whose spikes are all elsewhere is shown, and refused only when it is imported', async () => {
  const set = { well: 'well000', recording: 'rec0000' }
  expect(await inspect({ files: [plate], set })).toMatchObject({ channels: 16, spikes: 0, firstS: null, durationS: 1 })
  await expectRefusal(readAll([plate], set), 'import/no-spikes', { file: 'real-maxtwo.raw.h5' })
  await expectRefusal(inspect({ files: [plate], set: { well: 'well099' } }), 'import/setting-refused', { setting: 'well' })
})

test('MaxOne before 2017: frame numbers of 32 bits in two rows, unrouted electrodes left out, its rate known', async () => {
  const recording = await readAll([hdf5Fixture('maxone-2016.h5')], { startS: -1 })
  expect(recording.samplingRateHz).toBe(20_000)
  expect(trainsOf(recording)).toEqual({ '0': [20 / 20_000, 60 / 20_000], '1': [40 / 20_000], '2': [-10 / 20_000] })
  expect([...(recording.positionsUm ?? [])]).toEqual([17.5, 35, 35, 35, 17.5, 52.5])
})
