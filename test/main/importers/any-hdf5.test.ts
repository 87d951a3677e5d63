import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { readAll, trainsOf } from './read-all.ts'
import { expectRefusal, hdf5Fixture, written, writtenHdf5 } from './written-files.ts'

const own = hdf5Fixture('own-layout.h5')

test('what is inside is offered by its paths, and the guess says that it is one', async () => {
  const found = await inspect({ files: [own] })
  expect(found).toMatchObject({ format: 'hdf5', modality: 'traces', channels: 3, samples: 20, samplingRateHz: 10 })
  expect(found.choices.find(({ name }) => name === 'timeVariable')?.options).toContain('/lab/units/when')
  expect(found.choices.find(({ name }) => name === 'valueVariable')?.options).toEqual(['/lab/imaging/dff'])
  expect(found.warnings.map(({ code }) => code)).toContain('read-as-guessed')
})

test('times and channels that a person picks become spikes', async () => {
  const set = { timeVariable: '/lab/units/when', channelVariable: '/lab/units/who', timeUnit: 'ms' }
  expect(trainsOf(await readAll([own], set))).toEqual({ '1': [0.0125, 0.03, 2.999], '2': [0.02, 1.5005], '3': [1] })
  const columns = { timeVariable: '/lab/table/frame', channelVariable: '/lab/table/channel', timeUnit: 'samples', samplingRateHz: 10 }
  expect(trainsOf(await readAll([own], columns))).toEqual({ '1': [0.5], '2': [0.9] })
})

test('where nothing fits together the person is asked, and an import waits for the answer', async () => {
  const path = await writtenHdf5({ alpha: { data: Float64Array.of(3, 1, 2) }, beta: { data: Float64Array.of(1, 9, 4, 7) } })
  const found = await inspect({ files: [path] })
  expect(found.needs).toEqual([{ name: 'timeVariable', why: 'formats.needs.variables' }])
  expect(found.choices).toEqual([
    { name: 'timeVariable', options: ['/alpha', '/beta'] },
    { name: 'channelVariable', options: ['/alpha', '/beta'] },
  ])
  await expectRefusal(readAll([path]), 'import/needs-setting', { setting: 'timeVariable' })
  await expectRefusal(inspect({ files: [path], set: { timeVariable: '/alpha', channelVariable: '/beta' } }), 'import/counts-disagree')
})

test('one damaged dataset does not take the others with it, unless it is the one that was picked', async () => {
  const path = await writtenHdf5({
    noise: { data: Float64Array.from({ length: 20_000 }, (_, i) => Math.sqrt(i)), chunks: [20_000], compression: 6 },
    times: { data: Float64Array.of(0.5, 1, 2.5, 4) },
    channel: { data: Int32Array.of(1, 2, 1, 1) },
  })
  const bytes = readFileSync(path)
  bytes.fill(0xa5, bytes.length >> 1, (bytes.length >> 1) + 1000)
  const spoilt = written('spoilt.h5', bytes)
  const found = await inspect({ files: [spoilt] })
  expect(found).toMatchObject({ modality: 'spikes', spikes: 4, channels: 2 })
  expect(found.warnings).toContainEqual({ code: 'datasets-unreadable', details: { count: 1, datasets: '/noise' } })
  await expectRefusal(inspect({ files: [spoilt], set: { timeVariable: '/noise' } }), 'import/dataset-unreadable', { dataset: '/noise' })
})

const lists = { A1: [0.5, 1.5], A2: [], B1: [0.25, 3.5, 9], B2: [2] }

test('a list of times for each channel is read, silent channels too, with their names and places', async () => {
  const recording = await readAll([hdf5Fixture('lists.h5')])
  expect(trainsOf(recording)).toEqual(lists)
  expect([...(recording.positionsUm ?? [])]).toEqual([0, 0, 30, 0, 0, 30, 30, 30])
})

test('of several such datasets the person picks one', async () => {
  const twice = hdf5Fixture('lists-twice.h5')
  const found = await inspect({ files: [twice] })
  expect(found.choices).toEqual([{ name: 'timeVariable', options: ['/sample', '/when'] }])
  expect(found.needs.map(({ name }) => name)).toEqual(['timeVariable'])
  const wanted = Object.fromEntries(Object.values(lists).map((times, c) => [String(c), times]))
  expect(trainsOf(await readAll([twice], { timeVariable: '/when' }))).toEqual(wanted)
  const samples = { timeVariable: '/sample', timeUnit: 'samples', samplingRateHz: 1000 }
  expect(trainsOf(await readAll([twice], samples))).toEqual(wanted)
})
