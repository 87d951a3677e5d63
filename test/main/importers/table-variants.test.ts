import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { readAll, trainsOf } from './read-all.ts'
import { expectRefusal, written } from './written-files.ts'

const lines = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n')
const sevenths = (i: number): string => (i / 7).toFixed(4)

/** How programs and people write a list of the same 60 spikes on 5 channels, the last at 59/7 s. */
const lists: Record<string, string> = {
  'lines about the recording above the table': `Recording: dish 7\nDate: 2024-03-05\n\nchannel;time_s\n${lines(60, (i) => `${i % 5};${sevenths(i)}`)}`,
  'remarks, and empty lines between the rows': `# made by hand\n#\nchannel,time_s\n${lines(60, (i) => `${i % 5},${sevenths(i)}${i % 20 === 3 ? '\n\n# pause' : ''}`)}`,
  'a row of units below the names': `channel,time\n,ms\n${lines(60, (i) => `${i % 5},${(1000 * Number(sevenths(i))).toFixed(1)}`)}`,
  'a separator behind the last cell': `channel,time_s\n${lines(60, (i) => `${i % 5},${sevenths(i)},`)}`,
  'empty columns behind the last': `channel,time_s,,\n${lines(60, (i) => `${i % 5},${sevenths(i)},,`)}`,
  'decimal commas in quotes between commas': `channel,time_s\n${lines(60, (i) => `${i % 5},"${sevenths(i).replace('.', ',')}"`)}`,
  minutes: `channel,time (min)\n${lines(60, (i) => `${i % 5},${(Number(sevenths(i)) / 60).toFixed(9)}`)}`,
  nanoseconds: `channel,time_ns\n${lines(60, (i) => `${i % 5},${Math.round(1e9 * Number(sevenths(i)))}`)}`,
  'a clock': `channel,time\n${lines(60, (i) => `${i % 5},00:00:${sevenths(i).padStart(7, '0')}`)}`,
  'samples, their rate above the table': `Sampling rate: 10 kHz\nchannel,sample\n${lines(60, (i) => `${i % 5},${Math.round(1e4 * Number(sevenths(i)))}`)}`,
  'Chinese with wide brackets': `通道,时间（秒）\n${lines(60, (i) => `${i % 5},${sevenths(i)}`)}`,
  Russian: `Канал;Время (с)\n${lines(60, (i) => `${i % 5};${sevenths(i)}`)}`,
}

test.each(Object.entries(lists))('%s: the same spikes', async (_, text) => {
  const { timesS, offsets } = await readAll([written('spikes.csv', text)])
  expect(offsets).toEqual(Uint32Array.of(0, 12, 24, 36, 48, 60))
  for (let c = 0; c < 5; c++) for (let s = 0; s < 12; s++) expect(timesS[offsets[c]! + s]).toBeCloseTo(Number(sevenths(5 * s + c)), 6)
})

test('signs between thousands are read where they cannot be a decimal sign', async () => {
  const english = await readAll([written('en.csv', 'channel,time_ms\n1,"1,000.5"\n2,"12,345.25"\n')])
  const german = await readAll([written('de.csv', 'Kanal;Zeit (ms)\n1;1.000,5\n2;12.345,25\n')])
  expect([...english.timesS]).toEqual([1.0005, 12.34525])
  expect([...german.timesS]).toEqual([1.0005, 12.34525])
})

test('times of a calendar keep what is between seconds', async () => {
  const day = 'channel,timestamp\n1,2024-03-01T10:00:00.250Z\n1,2024-03-01 10:00:01.0005\n2,2024-03-01T10:00:02+00:00\n'
  const { timesS } = await readAll([written('days.csv', day)])
  expect([timesS[1]! - timesS[0]!, timesS[2]! - timesS[0]!].map((step) => Number(step.toFixed(6)))).toEqual([0.7505, 1.75])
})

test('odd lines among many plain ones are read as they stand', async () => {
  const odd = ['1,1e-3', '"1",0.25', 'élan,0.00832012678288431', '007,5', ' 1 , 6 ', '1.0,7']
  const text = `channel,time_s\n${lines(90_000, (i) => `${i % 3},${(10 + i / 1000).toFixed(3)}`)}\n${odd.join('\n')}\n`
  const trains = trainsOf(await readAll([written('long.csv', text)]))
  expect(Object.keys(trains)).toEqual(['0', '1', '2', 'élan', '007'])
  expect(trains['1']?.slice(0, 5)).toEqual([0.001, 0.25, 6, 7, 10.001])
  expect(trains['élan']).toEqual([0.00832012678288431])
  expect(trains['007']).toEqual([5])
})

test('what could be read otherwise is said', async () => {
  const codes = async (text: string): Promise<string[]> =>
    (await inspect({ files: [written('t.csv', text)] })).warnings.map(({ code }) => code)
  expect(await codes(`channel,unit,time_s\n${lines(9, (i) => `${i % 2},${i % 5},${i}.5`)}`)).toContain('several-channel-columns')
  expect(await codes(`neuron,trial,time_s\n${lines(9, (i) => `${i % 2},${i % 3},${i}.5`)}`)).toContain('times-by-trial')
  expect(await codes(`channel,time_s\n${lines(9, (i) => `${i % 4},${i}.5`)}\nTotal,9\n`)).toContain('odd-channel-names')
})

test('the wells of a plate are not laid on top of each other', async () => {
  const text = `Well Label,Channel Label,Timestamp [µs]\nA1,12,1000\nA2,12,2000\nA1,13,3000\n`
  expect(trainsOf(await readAll([written('plate.csv', text)]))).toEqual({ 'A1 12': [0.001], 'A2 12': [0.002], 'A1 13': [0.003] })
})

test('a column that is short keeps its spikes; numbers of bins are no channel; minutes are no seconds', async () => {
  const short = await readAll([written('columns.csv', `a,b\n${lines(20, (i) => `${i / 2},${i < 4 ? i : ''}`)}`)])
  expect(short.offsets).toEqual(Uint32Array.of(0, 20, 24))
  const bins = await inspect({ files: [written('bins.csv', `bin,a,b,c\n${lines(30, (i) => `${i},${i % 3},0,1`)}`)], set: { binMs: 50 } })
  expect(bins).toMatchObject({ modality: 'counts', channelLabels: ['a', 'b', 'c'] })
  const minutes = await inspect({ files: [written('m.csv', `Time (min),a,b\n${lines(30, (i) => `${i / 4},${Math.sin(i)},${i % 7}.5`)}`)] })
  expect(minutes).toMatchObject({ modality: 'traces', lastS: 435 })
})

test('traces with a row for each sample are not taken for spikes', async () => {
  const text = `cell,time_s,dff\n${lines(100, (i) => `${i % 5},${Math.floor(i / 5) / 10},${Math.sin(i).toFixed(3)}`)}`
  await expectRefusal(inspect({ files: [written('long.csv', text)] }), 'import/traces-in-rows', { channel: 'cell', value: 'dff' })
})
