import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { sortRecordings } from '../../../src/main/importers/sort-recordings.ts'
import { throwAwayFolder } from '../throw-away.ts'

const spikes = 'channel,time_s\nA1,0.5\nA2,1.5\nA1,2.5\n'
const layout = 'channel,x_um,y_um,region\nA1,0,0,left\nA2,30,0,right\n'
const events = 'time_s,event\n0.5,hit\n1.5,miss\n'

/** Writes files into a folder called `day`, sorts that folder and says what was found, by paths inside it. */
async function sorted(files: Record<string, string | Uint8Array>): Promise<string[]> {
  const folder = join(throwAwayFolder(), 'day')
  for (const [place, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, place)), { recursive: true })
    writeFileSync(join(folder, place), content)
  }
  return await told(folder)
}

async function told(folder: string): Promise<string[]> {
  const inside = (path: string): string => path.slice(folder.length + 1).replaceAll('\\', '/') || '.'
  return (await sortRecordings([folder], () => {})).map(
    ({ name, files, beside }) => `${name}: ${files.map(inside).join(' ')}${beside.length > 0 ? ` + ${beside.map(inside).join(' ')}` : ''}`,
  )
}

test('each table is a recording of its own; a layout beside them goes with all, events with the one of their name', async () => {
  expect(await sorted({ 'a1.csv': spikes, 'a10.csv': spikes, 'a2.csv': spikes, 'a1_events.csv': events, 'layout.csv': layout })).toEqual([
    'a1: a1.csv + layout.csv a1_events.csv',
    'a2: a2.csv + layout.csv',
    'a10: a10.csv + layout.csv',
  ])
})

test('events of no recording’s name go with the only one there is, also from the folder beside', async () => {
  expect(await sorted({ 'ephys/spikes.csv': spikes, 'behaviour/task.csv': events })).toEqual([
    'ephys: ephys/spikes.csv + behaviour/task.csv',
  ])
  expect(await sorted({ 'b.csv': spikes, 'c.csv': spikes, 'task.csv': events })).toEqual(['b: b.csv', 'c: c.csv', 'task.csv: task.csv'])
})

test('two layouts cannot both be of the array, so nobody gets one', async () => {
  expect(await sorted({ 'b.csv': spikes, 'c.csv': spikes, 'l1.csv': layout, 'l2.csv': layout })).toEqual([
    'b: b.csv',
    'c: c.csv',
    'l1.csv: l1.csv',
    'l2.csv: l2.csv',
  ])
})

test('a layout stays in its branch of the folders', async () => {
  expect(await sorted({ 'x/deep/layout.csv': layout, 'y/s.csv': spikes, 'z/s.csv': spikes })).toEqual([
    'y s: y/s.csv',
    'z s: z/s.csv',
    'layout.csv: x/deep/layout.csv',
  ])
})

test('recordings that every program calls the same are called after their folders', async () => {
  expect(await sorted({ 'rat 1/spikes.csv': spikes, 'rat 2/spikes.csv': spikes })).toEqual([
    'rat 1: rat 1/spikes.csv',
    'rat 2: rat 2/spikes.csv',
  ])
  expect(await sorted({ 'u/rec/spikes.csv': spikes, 'v/rec/spikes.csv': spikes })).toEqual([
    'u rec: u/rec/spikes.csv',
    'v rec: v/rec/spikes.csv',
  ])
  expect(await sorted({ 'u/spikes.csv': spikes, 'u/b.csv': spikes })).toEqual(['b: u/b.csv', 'u spikes: u/spikes.csv'])
})

test('what is no recording, is empty or cannot be opened is left by itself and keeps nobody from the rest', async () => {
  const damaged = Uint8Array.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])
  expect(
    await sorted({
      'b.csv': spikes,
      'README.md': 'channel, time\nwords, words\n',
      'film.tif': 'II*',
      'gone.csv': '',
      'cut.h5': damaged,
      '.DS_Store': 'x',
      'Thumbs.db': 'x',
    }),
  ).toEqual(['b: b.csv', 'README.md: README.md', 'film.tif: film.tif', 'cut.h5: cut.h5', 'gone.csv: gone.csv'])
})

test('a folder of parts is one recording, named by the folder, whatever else lies in it', async () => {
  const folder = join(throwAwayFolder(), 'day')
  cpSync(fileURLToPath(new URL('../../fixtures/numpy/suite2p', import.meta.url)), join(folder, 'mouse 4', 'suite2p'), { recursive: true })
  writeFileSync(join(folder, 'mouse 4', 'suite2p', 'notes.txt'), 'words')
  expect(await told(folder)).toEqual(['mouse 4: mouse 4/suite2p'])
})

test('arrays of one recording go together by the beginning of their names', async () => {
  const vectors = new URL('../../fixtures/numpy/vectors/', import.meta.url)
  const times = readFileSync(new URL('spike_times.npy', vectors))
  expect(await sorted({ 'd1_times.npy': times, 'd1_channels.npy': times, 'd2_times.npy': times, 'd2_channels.npy': times })).toEqual([
    'd1: d1_channels.npy d1_times.npy',
    'd2: d2_channels.npy d2_times.npy',
  ])
})
