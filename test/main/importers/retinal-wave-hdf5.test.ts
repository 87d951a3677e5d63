import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as h5wasm from 'h5wasm/node'
import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { throwAwayFolder } from '../throw-away.ts'
import { readAll } from './read-all.ts'
import { expectRefusal, recorded, sample, soundRetina, written, writtenHdf5, type Datasets } from './written-files.ts'

const control = recorded('retina-drug-control/Hennig2011_spikes_P5_Bic_10uM_16_Mar_2010_control_day1.h5')

test('a small file comes out as it went in', async () => {
  const recording = await readAll([await writtenHdf5(soundRetina)])
  expect(recording.channelLabels).toEqual(['A1', 'A2', 'B1'])
  expect([...recording.timesS]).toEqual([0.5, 1.25, 2.5, 0.75, 3.5])
  expect([...recording.offsets]).toEqual([0, 3, 3, 5])
  expect([...(recording.positionsUm ?? [])]).toEqual([0, 5, 10, 5, 20, 5])
  expect([recording.startS, recording.endS]).toEqual([0, 4])
})

test('positions stored as N × 2 mean the same as 2 × N', async () => {
  const turned = { ...soundRetina, epos: { data: Float64Array.of(0, 5, 10, 5, 20, 5), shape: [3, 2] } }
  expect([...((await readAll([await writtenHdf5(turned)])).positionsUm ?? [])]).toEqual([0, 5, 10, 5, 20, 5])
})

test('folders and files with blanks, umlauts and Chinese are read', async () => {
  const folder = join(throwAwayFolder(), 'Größen – 数据 (alt)')
  mkdirSync(folder)
  const path = join(folder, 'Aufnahme ö 1.h5')
  copyFileSync(control, path)
  expect((await inspect({ files: [path] })).spikes).toBe(133695)
})

test('compressed pieces are put together in order', async () => {
  const times = Float64Array.from({ length: 2_500_000 }, (_, s) => s / 1000)
  const path = await writtenHdf5({ spikes: { data: times, chunks: [300_000], compression: 1 }, sCount: { data: Int32Array.of(2_500_000) } })
  expect((await readAll([path])).timesS).toEqual(times)
})

test('times out of order within a channel are sorted, and said', async () => {
  const shuffled = { ...soundRetina, spikes: { data: Float64Array.of(2.5, 0.5, 1.25, 0.75, 3.5) } }
  const recording = await readAll([await writtenHdf5(shuffled)])
  expect([...recording.timesS]).toEqual([0.5, 1.25, 2.5, 0.75, 3.5])
  expect(recording.warnings).toContainEqual({ code: 'unsorted-times', details: { count: 1, channels: 'A1' } })
})

test('two channels of one name stay two', async () => {
  const found = await inspect({ files: [await writtenHdf5({ ...soundRetina, names: { data: ['A1', 'A1', 'B1'] } })] })
  expect(found.channelLabels).toEqual(['A1', 'A1 (2)', 'B1'])
  expect(found.warnings.map(({ code }) => code)).toContain('labels-repeated')
})

const times = (...values: number[]): Datasets => ({ ...soundRetina, spikes: { data: Float64Array.from(values) } })
const without = (dataset: string): Datasets => Object.fromEntries(Object.entries(soundRetina).filter(([name]) => name !== dataset))

test.each<[string, Datasets, Parameters<typeof expectRefusal>[1], Record<string, unknown>]>([
  [
    'counts that disagree with the spikes',
    { ...soundRetina, sCount: { data: Int32Array.of(3, 1, 2) } },
    'import/counts-disagree',
    { dataset: '/sCount', expected: 5, found: 6 },
  ],
  [
    'a huge count',
    { ...soundRetina, sCount: { data: Int32Array.of(2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1) } },
    'import/counts-disagree',
    { expected: 5, found: 3 * (2 ** 31 - 1) },
  ],
  [
    'a negative count',
    { ...soundRetina, sCount: { data: Int32Array.of(6, -1, 0) } },
    'import/not-a-count',
    { place: '/sCount[1]', found: -1 },
  ],
  ['a time that is no number', times(0.5, NaN, 2.5, 0.75, 3.5), 'import/not-a-number', { place: '/spikes[1]', found: 'NaN' }],
  ['an endless time', times(0.5, 1, Infinity, 0.75, 3.5), 'import/not-a-number', { place: '/spikes[2]', found: 'Infinity' }],
  ['a negative time', times(0.5, 1, 2.5, -0.75, 3.5), 'import/negative-time', { place: '/spikes[3]', found: -0.75 }],
  [
    'texts instead of times',
    { ...soundRetina, spikes: { data: ['a', 'b', 'c', 'd', 'e'] } },
    'import/dataset-not-numbers',
    { dataset: '/spikes' },
  ],
  [
    'times in a table',
    { ...soundRetina, spikes: { data: Float64Array.of(1, 2, 3, 4), shape: [2, 2] } },
    'import/dataset-not-numbers',
    { dataset: '/spikes', found: 'float64 [2 × 2]' },
  ],
  ['one time alone', { ...soundRetina, spikes: { data: 3.5 } }, 'import/dataset-not-numbers', { dataset: '/spikes' }],
  ['no spikes', { spikes: { data: new Float64Array(0), shape: [0] }, sCount: { data: Int32Array.of(0, 0) } }, 'import/no-spikes', {}],
  ['no dataset of spikes', without('spikes'), 'import/dataset-missing', { dataset: '/spikes' }],
  ['no dataset of counts', without('sCount'), 'import/dataset-missing', { dataset: '/sCount' }],
  ['too few names', { ...soundRetina, names: { data: ['A1'] } }, 'import/counts-disagree', { dataset: '/names' }],
  [
    'too few positions',
    { ...soundRetina, epos: { data: Float64Array.of(1, 2, 3, 4), shape: [2, 2] } },
    'import/counts-disagree',
    { dataset: '/epos', expected: 3, found: 2 },
  ],
  ['nothing of a recording', { something: { data: Float64Array.of(1) } }, 'import/not-recognised', {}],
])('%s is refused by name', async (_, datasets, code, details) => {
  await expectRefusal(inspect({ files: [await writtenHdf5(datasets)] }), code, { file: 'recording.h5', ...details })
})

test('a file that was cut in half is refused', async () => {
  for (const whole of [sample, control]) {
    const bytes = readFileSync(whole)
    await expectRefusal(inspect({ files: [written('half.h5', bytes.subarray(0, bytes.length / 2))] }), 'import/file-damaged', {
      file: 'half.h5',
    })
  }
})

test('a file with damaged spikes inside is refused, never read as whatever memory held', async () => {
  const bytes = Buffer.from(
    readFileSync(
      await writtenHdf5({
        spikes: { data: Float64Array.from({ length: 50_000 }, (_, s) => Math.sqrt(s)), chunks: [50_000], compression: 6 },
        sCount: { data: Int32Array.of(50_000) },
      }),
    ),
  )
  const middle = bytes.length >> 1
  bytes.fill(0xa5, middle, middle + 2000)
  await expectRefusal(inspect({ files: [written('spoilt.h5', bytes)] }), 'import/dataset-unreadable', { dataset: '/spikes' })
})

test('a dataset that claims more than the file can hold takes no memory', async () => {
  const path = await writtenHdf5({ sCount: { data: Int32Array.of(1e8) } }, 'huge.h5')
  const file = new h5wasm.File(path, 'a')
  file.create_dataset({ name: 'spikes', data: Float64Array.of(1), maxshape: [null], chunks: [1024] }).resize([1e8])
  file.close()
  await expectRefusal(inspect({ files: [path] }), 'import/dataset-too-large', { dataset: '/spikes', claimedMB: 800 })
})

test('a start and an end that a person gives cut the recording', async () => {
  const recording = await readAll([await writtenHdf5(soundRetina)], { startS: '0.6', endS: 3 })
  expect([...recording.timesS]).toEqual([1.25, 2.5, 0.75])
  expect([...recording.offsets]).toEqual([0, 2, 2, 3])
  expect(recording.warnings).toContainEqual({ code: 'spikes-outside', details: { count: 2, startS: 0.6, endS: 3 } })
})
