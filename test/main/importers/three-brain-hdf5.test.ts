import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { readAll, trainsOf } from './read-all.ts'
import { expectRefusal, hdf5Fixture } from './written-files.ts'

test('a raw file of BrainWave 4 is shown as voltage, with its electrodes in place, and not imported', async () => {
  const raw = hdf5Fixture('real-brainwave4.brw')
  const found = await inspect({ files: [raw] })
  expect(found).toMatchObject({ modality: 'voltage', channels: 36, samples: 500, spikes: null, samplingRateHz: 19753.774423337854 })
  expect(found.channelLabels.slice(0, 2)).toEqual(['Ch20.20', 'Ch20.21'])
  expect([...(found.positionsUm ?? [])].slice(0, 4)).toEqual([19 * 42, 19 * 42, 20 * 42, 19 * 42])
  await expectRefusal(readAll([raw]), 'import/voltage-only')
})

test('results of BrainWave 4: ids lead to electrodes, units are there to pick', async () => {
  const results = hdf5Fixture('brainwave4.bxr')
  expect(trainsOf(await readAll([results]))).toMatchObject({
    'Ch1.1': [0.01, 0.025, 2],
    'Ch1.3': [0.9999],
    'Ch2.3': [0.025, 2.9999],
    'Ch1.2': [],
  })
  const byUnit = await readAll([results], { spikesBy: 'unit', pitchUm: 10 })
  expect(trainsOf(byUnit)).toEqual({ 'Ch1.1 u1': [0.01, 2], 'Ch2.3 u1': [0.025, 2.9999], 'Ch1.1 u2': [0.025] })
  expect([...(byUnit.positionsUm ?? [])]).toEqual([0, 0, 20, 10, 0, 0])
  expect(byUnit.warnings).toContainEqual({ code: 'spikes-without-unit', details: { count: 1 } })
  expect(byUnit.endS).toBe(3)
})

test('BrainWave 5: wells to pick, electrodes counted along the rows, the rate out of the settings', async () => {
  const results = hdf5Fixture('brainwave5.bxr')
  const found = await inspect({ files: [results] })
  expect(found.choices).toEqual([{ name: 'well', options: ['Well_A1', 'Well_A2'] }])
  const recording = await readAll([results])
  expect(recording.samplingRateHz).toBe(20_000)
  expect(trainsOf(recording)).toEqual({ 'Ch1.1': [0.001], 'Ch1.2': [], 'Ch2.1': [], 'Ch2.2': [0.002], 'Ch64.64': [1] })
  expect(trainsOf(await readAll([results], { well: 'Well_A1' }))['Ch1.1']).toEqual([0.0005])
  expect(await inspect({ files: [hdf5Fixture('brainwave5.brw')] })).toMatchObject({ modality: 'voltage', channels: 4, samples: 50 })
})
