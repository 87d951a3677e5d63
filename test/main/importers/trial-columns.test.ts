import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { sortRecordings } from '../../../src/main/importers/sort-recordings.ts'
import { templateTable } from '../../../src/main/importers/array-templates.ts'
import { expectRefusal, recorded, written } from './written-files.ts'

/** Three hundred trials with uneven pauses: when each began, when it was rewarded or not, how long the animal took, and what it chose. */
const trials = Array.from({ length: 300 }, (_, k) => ({
  onset: (3 + 4.2 * k + ((k * k * 7919) % 97) / 97).toFixed(3),
  feedback: (4 + 4.2 * k + ((k * k * 7919) % 97) / 97).toFixed(3),
  took: (0.2 + ((k * 53) % 17) / 50).toFixed(3),
  hit: k % 3 === 0 ? 0 : 1,
  side: k % 5 < 2 ? 'left' : 'right',
}))
const table = (head: string, row: (trial: (typeof trials)[number], k: number) => unknown[]): string =>
  `${head === '' ? '' : `${head}\n`}${trials.map((trial, k) => row(trial, k).join(',')).join('\n')}\n`

test.each([
  [
    'id,onset,feedback_times,region,correct',
    table('id,onset,feedback_times,region,correct', (t, k) => [k, t.onset, t.feedback, t.side, t.hit]),
  ],
  ['trial,onset,x,y,response', table('trial,onset,x,y,response', (t, k) => [k, t.onset, k % 3, k % 2, t.hit])],
  ['id,zone,onset,correct', table('id,zone,onset,correct', (t, k) => [k, t.side, t.onset, t.hit])],
  ['Trial #,Onset (s),Choice,Reward', table('Trial #,Onset (s),Choice,Reward', (t, k) => [k + 1, t.onset, t.side, t.hit])],
])('a table of trials with %s is events, alone and beside spikes', async (_, text) => {
  const file = written('session.csv', text)
  expect(await inspect({ files: [file] })).toMatchObject({ modality: 'behaviour', channels: null, events: { hit: 200, miss: 100 } })
  const spikes = written('spikes.csv', 'channel,time_s\n1,0.5\n2,1300\n')
  expect(await inspect({ files: [file, spikes] })).toMatchObject({
    modality: 'spikes',
    channels: 2,
    regions: [],
    events: { hit: 200, miss: 100 },
  })
})

test.each([
  ['a count, a moment and how it ended', table('', (t, k) => [k, t.onset, t.hit])],
  ['a moment and the one after it', table('', (t) => [t.onset, t.feedback, 0.5, t.hit])],
])('without names: %s', async (_, text) => {
  const found = await inspect({ files: [written('session.csv', text)] })
  expect(found).toMatchObject({ modality: 'behaviour', channels: null, firstS: 3 })
  expect(found.settings.find(({ name }) => name === 'time')?.guessed).toBe(true)
})

test('laps are intervals wherever the animal was; a table of trials without a time says that it lacks one', async () => {
  const laps = table('lap,start_time,end_time,x,y', (t, k) => [k, t.onset, t.feedback, 1, 2])
  expect(await inspect({ files: [written('laps.csv', laps)] })).toMatchObject({ modality: 'behaviour', intervals: { trial: 300 } })
  const untimed = table('trial,outcome,reaction_time,x,y', (t, k) => [k, t.hit, t.took, 1, 2])
  await expectRefusal(inspect({ files: [written('untimed.csv', untimed)] }), 'import/column-missing', { wanted: 'time' })
})

test('no layout is taken for trials: those of every known array, with and without names, in the order of their places', async () => {
  const layouts = [recorded('dishbrain-array/channel_locs.csv'), recorded('dishbrain-array/layout.csv')]
  for (const name of ['mcs-60', 'axion-12', 'axion-48', '3brain-64x64', 'maxwell'] as const) {
    const { channelLabels, positionsUm } = templateTable(name, [], { pitchUm: null, numbering: null })
    const rows = channelLabels.slice(0, 2000).map((label, c) => [c, label, positionsUm![2 * c]!, positionsUm![2 * c + 1]!] as const)
    const byPlace = rows.toSorted((a, b) => a[2] - b[2] || a[3] - b[3])
    layouts.push(
      written('named.csv', `channel,x_um,y_um\n${rows.map(([, label, x, y]) => `${label},${x},${y}`).join('\n')}\n`),
      written('unnamed.csv', `${rows.map(([k, , x, y]) => `${k},${x},${y}`).join('\n')}\n`),
      written('sorted.csv', `${byPlace.map(([, , x, y], k) => `${k},${x},${y},${k % 3}`).join('\n')}\n`),
    )
  }
  for (const file of layouts) expect(await inspect({ files: [file] }), file).toMatchObject({ modality: 'layout' })
})

test('cells strewn over an image, in the order of their places, are a layout', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.record({ x: fc.integer({ min: 0, max: 5000 }), y: fc.integer({ min: 0, max: 5000 }) }), {
        minLength: 20,
        maxLength: 60,
        selector: ({ x }) => x,
      }),
      async (cells) => {
        const rows = cells.toSorted((a, b) => a.x - b.x).map(({ x, y }, k) => `${k},${x / 10},${y / 10}`)
        expect(await inspect({ files: [written('cells.csv', `${rows.join('\n')}\n`)] })).toMatchObject({ modality: 'layout' })
      },
    ),
    { numRuns: 30 },
  )
})

test('a folder of a recording and its trials is one recording with events', async () => {
  const spikes = written('rat.csv', 'channel,time_s\n1,0.5\n2,1300\n')
  const session = written(
    'rat_trials.csv',
    table('id,onset,feedback_times,region,correct', (t, k) => [k, t.onset, t.feedback, t.side, t.hit]),
  )
  expect(await sortRecordings([spikes, session], () => {})).toMatchObject([{ name: 'rat', files: [spikes], beside: [session] }])
})
