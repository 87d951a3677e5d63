import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { readAll, trainsOf } from './read-all.ts'
import { expectRefusal, hdf5Fixture, recorded } from './written-files.ts'

const session = hdf5Fixture('session.nwb')

test('units are cut by their index, stand in the middle of their electrodes, and keep their regions', async () => {
  const recording = await readAll([session])
  expect(trainsOf(recording)).toEqual({ '7': [1.5, 2.5, 3.5], '8': [], '30': [0.25, 9] })
  expect([...(recording.positionsUm ?? [])]).toEqual([10, 0, 0, 40, 20, 40])
  expect(recording.regions.map(({ name }) => name)).toEqual(['CA1', 'DG'])
  expect([...recording.regionOfChannel]).toEqual([0, 1, -1])
})

test('events of series, notes and trials; intervals of tables and series; a placeholder of one NaN is none', async () => {
  const found = await inspect({ files: [session] })
  expect(found.events).toEqual({ trials: 3, cue_time: 2, hit: 3, miss: 2, 'moved away': 1, lick: 4 })
  expect(found.intervals).toEqual({ trials: 3, 'left, arm': 1, right: 1, running: 2 })
  const { taskEvents, intervals } = await readAll([session])
  // A trial tells how it went at its end; the notes have a hit and a miss of their own.
  expect(taskEvents.filter(({ kind }) => kind === 'hit').map(({ timeS }) => timeS)).toEqual([2, 2, 8])
  expect(taskEvents.filter(({ kind }) => kind === 'miss').map(({ timeS }) => timeS)).toEqual([5, 7])
  expect(intervals.filter(({ label }) => label === 'running')).toEqual([
    { startS: 0.5, endS: 1, label: 'running' },
    { startS: 6, endS: 8, label: 'running' },
  ])
})

test('signals, the animal’s position and links to other files are named and left', async () => {
  const { warnings } = await inspect({ files: [session] })
  expect(warnings).toContainEqual({ code: 'series-left', details: { series: 'wheel' } })
  expect(warnings).toContainEqual({ code: 'positions-left', details: { series: 'track' } })
  expect(warnings).toContainEqual({ code: 'linked-elsewhere', details: { places: '/scratch/elsewhere' } })
})

test('traces: scaled, at their rate, in the order of their regions, placed by their masks in µm', async () => {
  const found = await inspect({ files: [session], set: { source: '/processing/ophys/Fluorescence/RoiResponseSeries' } })
  expect(found).toMatchObject({ modality: 'traces', channels: 2, samples: 20, samplingRateHz: 10, firstS: 5, durationS: 2 })
  expect(found.channelLabels).toEqual(['12', '10'])
  expect([...(found.traceSums ?? [])]).toEqual([190, 200])
  // weights 1 at (0, 0) and 3 at (4, 8), pixels of 2 µm; then two pixels of one weight
  expect([...(found.positionsUm ?? [])]).toEqual([6, 12, 4, 4])
  const turned = await inspect({ files: [session], set: { source: '/processing/ophys/Fluorescence/Turned' } })
  expect(turned).toMatchObject({ channels: 3, samples: 20, samplingRateHz: 4 })
  expect([...(turned.traceSums ?? [])]).toEqual([190, 590, 990])
})

test('units that a column calls noise are left out and named, unless all are wanted', async () => {
  const source = '/processing/ecephys/sorted'
  const recording = await readAll([session], { source })
  expect(trainsOf(recording)).toEqual({ '1': [0.5], '3': [3.5] })
  expect(recording.warnings).toContainEqual({ code: 'units-left-out', details: { count: 1, units: '2' } })
  expect(trainsOf(await readAll([session], { source, units: 'good' }))).toEqual({ '1': [0.5] })
  expect(trainsOf(await readAll([session], { source, units: 'all' }))).toEqual({ '1': [0.5], '2': [1.5, 2.5], '3': [3.5] })
})

test('raw voltage is one of the sources, and only shown', async () => {
  const set = { source: '/acquisition/raw' }
  expect(await inspect({ files: [session], set })).toMatchObject({ modality: 'voltage', channels: 4, samples: 100, samplingRateHz: 30_000 })
  await expectRefusal(readAll([session], set), 'import/voltage-only')
})

test('a column of the trials that a person names tells hits from misses', async () => {
  const foraging = hdf5Fixture('real-foraging.nwb')
  const found = await inspect({ files: [foraging], set: { outcomeColumn: 'rewarded_historyL', hit: '1', miss: '0' } })
  expect(found).toMatchObject({ modality: 'behaviour', channels: null })
  expect(found.events).toMatchObject({ hit: 97, miss: 458, left_lick_time: 1806, right_reward_delivery_time: 174, goCue_start_time: 555 })
  // The time a valve stood open is a length, and four series stand for none.
  expect(Object.keys(found.events)).not.toContain('left_valve_open_time')
  expect(Object.keys(found.events)).not.toContain('optogenetics_time')
  expect(found.firstS).toBeCloseTo(4_210_002.39648, 6)
})

// Numbers of h5py.
test('a Neuropixels session: units, and a warning that positions say nothing', async () => {
  const found = await inspect({ files: [hdf5Fixture('real-neuropixels.nwb')] })
  expect([...(found.spikesPerChannel ?? [])]).toEqual([11020, 4690, 5644])
  expect(found.channelLabels).toEqual(['6', '191', '206'])
  expect(found.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['positions-all-equal', 'few-channels']))
  expect(found.intervals).toEqual({ wake: 1 })
})

test('the parts PyNWB’s own tests write, of version 2.0b', async () => {
  const part = (name: string) => inspect({ files: [hdf5Fixture(`real-nwb-${name}.nwb`)] })
  expect(await part('Units')).toMatchObject({ modality: 'spikes', channels: 2, spikes: 6 })
  expect(await part('RoiResponseSeries')).toMatchObject({ modality: 'traces', channels: 1, samples: 10 })
  expect((await part('TimeIntervals')).intervals).toEqual({ epochs: 2, 'fizz, buzz': 1, qaz: 1 })
  await expectRefusal(part('PlaneSegmentation'), 'import/nothing-to-use', { file: 'real-nwb-PlaneSegmentation.nwb' })
  await expectRefusal(inspect({ files: [hdf5Fixture('nothing.nwb')] }), 'import/nothing-to-use', { found: 'Units' })
})

test('behaviour in a file of its own goes with a recording', async () => {
  const found = await inspect({ files: [recorded('retina-512-tables/spikes.csv'), hdf5Fixture('real-nwb-TimeIntervals.nwb')] })
  expect(found).toMatchObject({ modality: 'spikes', channels: 110 })
  expect(found.warnings.map(({ code }) => code)).toContain('intervals-outside')
})
