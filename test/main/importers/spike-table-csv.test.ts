import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { separatorNames, separators } from '../../../src/main/importers/table-cells.ts'
import { readAll, trainsOf } from './read-all.ts'
import { codings, expectRefusal, written } from './written-files.ts'

const expected = { 'K1 ü': [0.25, 1.5], K2: [0.75] }
const rows = [
  ['Kanal', 'Zeit (ms)'],
  ['K1 ü', '1500,0'],
  ['K2', '750,0'],
  ['K1 ü', '250,0'],
]

test.each(Object.keys(codings) as (keyof typeof codings)[])('%s is read', async (coding) => {
  const path = written('Tabelle.csv', codings[coding](rows.map((row) => row.join(';')).join('\r\n')))
  expect(trainsOf(await readAll([path]))).toEqual(expected)
})

test('a Latin-1 letter after a long plain beginning is read as it stands', async () => {
  const text = `channel,time_s\n${'A,1.5\n'.repeat(20_000)}Größe,2.5\n`
  expect((await inspect({ files: [written('late.csv', Buffer.from(text, 'latin1'))] })).channelLabels).toEqual(['A', 'Größe'])
})

const number = fc.integer({ min: 1, max: 999_999 }).map((thousandths) => thousandths / 1000)
const table = fc.record({
  spikes: fc.array(fc.record({ channel: fc.constantFrom('7', '12', '100'), timeS: number }), { minLength: 4, maxLength: 40 }),
  separator: fc.constantFrom(...separatorNames),
  decimal: fc.constantFrom('.', ','),
  newline: fc.constantFrom('\n', '\r\n', '\r'),
  header: fc.constantFrom(null, ['channel', 'time_s'], ['Electrode ID', 'Spike time [s]'], ['unit', 't (sec)'], ['通道', '时间']),
  timeFirst: fc.boolean(),
})

test('every separator, decimal sign, line end and order of columns gives the same spikes', async () => {
  await fc.assert(
    fc.asyncProperty(table, async ({ spikes, separator, decimal, newline, header, timeFirst }) => {
      fc.pre(!(separator === 'comma' && decimal === ',') && !(separator === 'space' && header?.some((name) => name.includes(' '))))
      // Without a header a column is known by its cells: three channels, and times with fractions.
      fc.pre(header !== null || spikes.some(({ timeS }) => !Number.isInteger(timeS)))
      const lines = spikes.map(({ channel, timeS }) => [channel, timeS.toFixed(3).replace('.', decimal)])
      const text = [...(header ? [header] : []), ...lines]
        .map((row) => (timeFirst ? row.toReversed() : row).join(separators[separator]))
        .join(newline)
      const wanted: Record<string, typeof spikes | undefined> = Object.groupBy(spikes, ({ channel }) => channel)
      const found = trainsOf(await readAll([written('table.txt', text)]))
      expect(Object.keys(found)).toEqual(Object.keys(wanted).toSorted((a, b) => Number(a) - Number(b)))
      for (const [channel, train] of Object.entries(found))
        expect(train).toEqual(wanted[channel]?.map(({ timeS }) => timeS).toSorted((a, b) => a - b))
    }),
    { numRuns: 150 },
  )
})

test.each([
  ['time_s', 2, 's'],
  ['time', 2.5, 's'],
  ['Time (ms)', 2500, 'ms'],
  ['timestamp_us', 2_500_000, 'us'],
  ['spike time [\u00b5s]', 2_500_000, 'us'],
  ['spike time [\u03bcs]', 2_500_000, 'us'],
])('a column called %s with %d is read in %s', async (name, value, unit) => {
  const found = await inspect({ files: [written('a.csv', `channel,${name}\n1,0\n2,${value}\n`)] })
  expect(found.settings.find((setting) => setting.name === 'timeUnit')).toMatchObject({ value: unit })
  expect(found.lastS).toBe(name === 'time_s' ? 2 : 2.5)
})

test('a unit that nobody named is guessed, marked and told', async () => {
  const found = await inspect({ files: [written('a.csv', 'channel,time\n1,1200\n2,2400\n1,3600\n')] })
  expect(found.settings.find(({ name }) => name === 'timeUnit')).toMatchObject({ value: 'ms', guessed: true })
  expect(found.warnings).toContainEqual({ code: 'time-unit-guessed', details: { file: 'a.csv', unit: 'ms' } })
  expect((await inspect({ files: [written('a.csv', 'channel,time\n1,1200\n2,2400\n')], set: { timeUnit: 's' } })).lastS).toBe(2400)
})

test('sample numbers need the sampling rate, which only the person knows', async () => {
  const path = written('samples.csv', 'channel,sample\n1,20000\n2,50000\n')
  const asked = await inspect({ files: [path] })
  expect(asked).toMatchObject({ spikes: 2, firstS: null, raster: null, needs: [{ name: 'samplingRateHz' }] })
  await expectRefusal(readAll([path]), 'import/needs-setting', { setting: 'samplingRateHz' })
  expect(trainsOf(await readAll([path], { samplingRateHz: '20000' }))).toEqual({ 1: [1], 2: [2.5] })
})

test('numeric channels come in numeric order, others as they appear', async () => {
  expect((await readAll([written('a.csv', 'channel,time_s\n10,1\n9.0,2\n2,3\n')])).channelLabels).toEqual(['2', '9', '10'])
  expect((await readAll([written('a.csv', 'channel,time_s\nB,1\nA,2\n')])).channelLabels).toEqual(['B', 'A'])
})

test('channels with a position and no spikes are silent channels of the recording', async () => {
  const spikes = written('spikes.csv', 'channel,time_s\n3,1\n1,2\n')
  const positions = written('positions.csv', 'channel;x_mm;y_mm\n1;0,1;0\n2;0,2;0\n3;0,3;0,5\n')
  const recording = await readAll([positions, spikes])
  expect(trainsOf(recording)).toEqual({ 1: [2], 2: [], 3: [1] })
  expect([...(recording.positionsUm ?? [])]).toEqual([100, 0, 200, 0, 300, 500])
  expect(recording.warnings).toContainEqual({ code: 'silent-channels', details: { count: 1, channels: '2' } })
})

test('remarks, empty lines, Excel’s separator line and quotes are no obstacle', async () => {
  const text = 'sep=;\n# exported by a rig\nchannel;note;time_s\n\n"A;1";good;0,5\n# late\nB;;1,5\n\n'
  expect(trainsOf(await readAll([written('a.csv', text)]))).toEqual({ 'A;1': [0.5], B: [1.5] })
})

test('without names, times are what has fractions first, channels what is whole', async () => {
  expect(trainsOf(await readAll([written('a.txt', '0.001 5 40\n0.052 6 41\n0.103 5 39\n0.104 6 44\n')]))).toEqual({
    5: [0.001, 0.103],
    6: [0.052, 0.104],
  })
  expect(trainsOf(await readAll([written('a.txt', 'A1\t12.5\t3.5\nA2\t13.5\t4.5\nA1\t14.5\t3.5\n')]))).toEqual({
    A1: [12.5, 14.5],
    A2: [13.5],
  })
})

test('columns are chosen by hand where their names say nothing', async () => {
  const path = written('a.csv', 'who,amplitude,moment\n4,55.5,0.5\n5,44.5,1.5\n')
  expect(await inspect({ files: [path] })).toMatchObject({ modality: 'traces', alternatives: ['spike-table-csv'] })
  const asSpikes = inspect({ files: [path], format: 'spike-table-csv' })
  await expectRefusal(asSpikes, 'import/column-missing', { wanted: 'channel', found: 'who, amplitude, moment' })
  expect(trainsOf(await readAll([path], { channelColumn: 'who', timeColumn: 'Moment', timeUnit: 's' }))).toEqual({ 4: [0.5], 5: [1.5] })
})

test.each<[string, string, Parameters<typeof expectRefusal>[1], Record<string, unknown>]>([
  ['a wrong column', 'channel,amplitude\n1,5\n', 'import/column-missing', { wanted: 'time', found: 'channel, amplitude' }],
  ['text among numbers', 'channel,time_s\n1,0.5\n\n2,soon\n', 'import/cell-not-a-number', { line: 4, column: 'time_s', found: 'soon' }],
  ['a time that is no number', 'channel,time_s\n1,0.5\n2,NaN\n', 'import/cell-not-a-number', { line: 3, found: 'NaN' }],
  ['an endless time', 'channel,time_s\n1,0.5\n2,Infinity\n', 'import/cell-not-a-number', { line: 3 }],
  ['a hexadecimal time', 'channel,time_s\n1,0.5\n2,0x10\n', 'import/cell-not-a-number', { line: 3 }],
  ['a negative time', 'channel,time_s\n1,0.5\n2,-3\n', 'import/cell-negative-time', { line: 3, column: 'time_s', found: '-3' }],
  ['a missing time', 'channel,time_s\n1,0.5\n2,\n', 'import/cell-empty', { line: 3, column: 'time_s' }],
  ['a missing channel', 'channel,time_s\n1,0.5\n ,2\n', 'import/cell-empty', { line: 3, column: 'channel' }],
  ['a short line', 'channel,time_s\n1,0.5\n2\n', 'import/row-too-short', { line: 3, expected: 2, found: 1 }],
  ['a header alone', 'channel,time_s\n', 'import/no-spikes', {}],
  [
    'more channels than any array has',
    `time_s,channel\n${Array.from({ length: 70_000 }, (_, i) => `1,${i}.5`).join('\n')}\n`,
    'import/too-many-channels',
    {},
  ],
])('%s is refused with its place', async (_, text, code, details) => {
  await expectRefusal(inspect({ files: [written('spikes.csv', text)] }), code, { file: 'spikes.csv', ...details })
})

test('a fault far down in a large file is found at its line', async () => {
  const text = `channel,time_s\n${Array.from({ length: 200_000 }, (_, i) => `${i % 60},${(i / 1000).toFixed(4)}`).join('\n')}\n7,oops\n`
  await expectRefusal(inspect({ files: [written('long.csv', text)] }), 'import/cell-not-a-number', { line: 200_002, found: 'oops' })
})

test.each<[Record<string, string | number>, Parameters<typeof expectRefusal>[1], Record<string, unknown>]>([
  [{ colour: 'red' }, 'import/setting-unknown', { setting: 'colour' }],
  [{ timeColumn: 'nothing' }, 'import/setting-refused', { setting: 'timeColumn', expected: 'channel, time_s' }],
  [
    { timeUnit: 'fortnights' },
    'import/setting-refused',
    { setting: 'timeUnit', value: 'fortnights', expected: 's, ms, us, samples, ns, min, h' },
  ],
  [{ startS: 'dawn' }, 'import/setting-refused', { setting: 'startS' }],
  [{ samplingRateHz: 0 }, 'import/setting-refused', { setting: 'samplingRateHz', expected: '> 0' }],
  [{ startS: 5, endS: 5 }, 'import/duration-too-short', { startS: 5, endS: 5 }],
  [{ startS: 100, endS: 200 }, 'import/no-spikes', {}],
])('settings that do not fit are refused: %o', async (set, code, details) => {
  await expectRefusal(inspect({ files: [written('a.csv', 'channel,time_s\n1,0.5\n2,1.5\n')], set }), code, details)
})
