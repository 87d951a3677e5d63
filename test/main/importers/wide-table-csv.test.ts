import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { readAll, readTraces, trainsOf } from './read-all.ts'
import { codings, expectRefusal, written } from './written-files.ts'

const lines = (...rows: (string | number)[][]): string => rows.map((row) => row.join(',')).join('\n') + '\n'
const codes = (found: { warnings: { code: string }[] }): string[] => found.warnings.map(({ code }) => code)
const rows = (count: number, row: (r: number) => (string | number)[]): (string | number)[][] =>
  Array.from({ length: count }, (_, r) => row(r))

test('traces with a column of times: the uneven step is kept and told', async () => {
  const timeOf = (r: number): number => r * 0.6 + (r % 3) * 0.05
  const file = written('traces.csv', lines(['time_s', 'n01', 'n02'], ...rows(30, (r) => [timeOf(r), Math.sin(r), -r / 10])))
  const found = await inspect({ files: [file] })
  expect(found).toMatchObject({
    format: 'wide-table-csv',
    modality: 'traces',
    channelLabels: ['n01', 'n02'],
    samples: 30,
    firstS: 0,
    needs: [],
  })
  expect(found.traceSums?.[1]).toBeCloseTo(-43.5, 9)
  expect(codes(found)).toContain('uneven-step')
  const kept = await readTraces([file])
  expect([...kept.timesS]).toEqual(Array.from({ length: 30 }, (_, r) => timeOf(r)))
  expect(kept.values[31]).toBeCloseTo(-0.1, 6)
})

test.each(Object.entries(codings))('the same table in %s, with semicolons and decimal commas', async (_, encode) => {
  const number = (value: number): string => String(value).replace('.', ',')
  const text = [
    'Zeit (ms);Zelle ä;Zelle ö',
    ...rows(20, (r) => [number(100 * r), number(r + 0.5), number(-r)]).map((row) => row.join(';')),
  ].join('\r\n')
  const found = await inspect({ files: [written('spuren.csv', encode(text))] })
  expect(found).toMatchObject({ channels: 2, samples: 20, lastS: 1.9, samplingRateHz: expect.closeTo(10, 9) as number })
  expect(found.channelLabels).toEqual(['Zelle ä', 'Zelle ö'])
  expect([...(found.traceSums ?? [])]).toEqual([200, -190])
})

test('an index column without a name numbers rows, and is no channel', async () => {
  const file = written('indexed.csv', lines(['', 'time', 'a', 'b'], ...rows(12, (r) => [r, r / 2, r * 1.5, 3 - r])))
  const found = await inspect({ files: [file] })
  expect(found.channelLabels).toEqual(['a', 'b'])
  expect(codes(found)).toContain('index-column')
})

test('frame numbers as times need a rate', async () => {
  const file = written('frames.csv', lines(['frame', 'a', 'b'], ...rows(12, (r) => [r, r * 1.5, 3 - r])))
  expect(await inspect({ files: [file] })).toMatchObject({ modality: 'traces', firstS: null, needs: [{ name: 'samplingRateHz' }] })
  expect(await inspect({ files: [file], set: { samplingRateHz: 4 } })).toMatchObject({ lastS: 2.75, needs: [] })
})

test('Inscopix: rejected cells are left out and named, or taken', async () => {
  const text = ' , C00, C01, C02\nTime(s)/Cell Status, accepted, rejected, undecided\n' + lines(...rows(15, (r) => [r / 10, r, 2 * r, -r]))
  const found = await inspect({ files: [written('cells.csv', text)] })
  expect(found).toMatchObject({ modality: 'traces', channelLabels: ['C00', 'C02'], samples: 15, lastS: 1.4 })
  expect(found.warnings).toContainEqual({ code: 'units-left-out', details: { count: 1, units: 'C01 (rejected)' } })
  expect((await inspect({ files: [written('cells.csv', text)], set: { cells: 'accepted' } })).channelLabels).toEqual(['C00'])
  expect((await inspect({ files: [written('cells.csv', text)], set: { cells: 'all' } })).channelLabels).toEqual(['C00', 'C01', 'C02'])
})

test('spikes of each channel one below the other, columns of different length', async () => {
  const file = written('columns.csv', 'A1,A2,A3\n0.5,0.25,\n1.5,0.75,\n2.5,,\n')
  const found = await inspect({ files: [file] })
  expect(found).toMatchObject({ modality: 'spikes', channelLabels: ['A1', 'A2', 'A3'], spikes: 5, firstS: 0.25, lastS: 2.5 })
  expect(trainsOf(await readAll([file]))).toEqual({ A1: [0.5, 1.5, 2.5], A2: [0.25, 0.75], A3: [] })
})

test('one column of times is one channel; its name tells the unit', async () => {
  const file = written('train.txt', 'time_ms\n100\n250\n900\n')
  expect(await inspect({ files: [file] })).toMatchObject({ modality: 'spikes', channels: 1, spikes: 3, firstS: 0.1, lastS: 0.9 })
  expect(await inspect({ files: [written('bare.txt', '0.1\n0.5\n0.5\n0.7\n')] })).toMatchObject({ channels: 1, spikes: 4, lastS: 0.7 })
})

test('binned counts need the width of a bin, and lie either way', async () => {
  const counts = rows(5, (r) => Array.from({ length: 40 }, (_, b) => (r * b) % 3))
  const across = written('counts.csv', lines(...counts))
  expect(await inspect({ files: [across] })).toMatchObject({ modality: 'counts', channels: 5, samples: 40, needs: [{ name: 'binMs' }] })
  const found = await inspect({ files: [across], set: { binMs: 20 } })
  expect(found).toMatchObject({ startS: 0, endS: 0.8, needs: [] })
  expect([...(found.traceSums ?? [])]).toEqual(counts.map((row) => row.reduce<number>((sum, n) => sum + Number(n), 0)))
  const down = written('down.csv', lines(['u1', 'u2', 'u3', 'u4', 'u5'], ...rows(40, (b) => counts.map((row) => row[b] ?? ''))))
  const turned = await inspect({ files: [down], set: { binMs: 20 } })
  expect(turned.traceSums).toEqual(found.traceSums)
  expect(turned.channelLabels).toEqual(['u1', 'u2', 'u3', 'u4', 'u5'])
})

test('missing values are drawn straight between their neighbours, and told', async () => {
  const file = written('gaps.csv', 'time,a,b\n0,0,1\n1,NaN,2\n2,,3\n3,6,4\n4,7,\n')
  const found = await inspect({ files: [file] })
  expect(found.warnings).toContainEqual({ code: 'missing-values', details: { count: 3 } })
  expect([...(found.traceSums ?? [])]).toEqual([13, 10])
  expect([...(await readTraces([file])).values]).toEqual([0, 2, 4, 6, 7, 1, 2, 3, 4, 4])
})

test('only the samples of the chosen window are kept', async () => {
  const file = written('long.csv', lines(['time', 'a', 'b'], ...rows(20, (r) => [r, r, 2 * r])))
  const kept = await readTraces([file], { startS: 5, endS: 8 })
  expect([...kept.timesS]).toEqual([5, 6, 7])
  expect([...kept.values]).toEqual([5, 6, 7, 10, 12, 14])
})

test.each([
  ['time,a,b\n0,1,2\n2,1,2\n1,1,2\n', 'import/times-backwards', { place: 'time 3', before: 2, after: 1 }],
  ['time,a,b\n0,1,2\n1,x,2\n2,1,2\n', 'import/cell-not-a-number', { line: 3, column: 'a', found: 'x' }],
  ['time,a,b\n0,1,2\n,1,2\n2,1,2\n', 'import/cell-empty', { line: 3, column: 'time' }],
  ['time,a,b\n0,1,2\n1,1,2,9\n2,1,2\n', 'import/row-too-long', { line: 3, expected: 3, found: 4 }],
  ['time,a,b\n0,1,2\n', 'import/no-samples', {}],
] as const)('%j is refused with its place', async (text, code, details) => {
  await expectRefusal(inspect({ files: [written('bad.csv', text)], format: 'wide-table-csv' }), code, { file: 'bad.csv', ...details })
})

test('row numbers before times that rise are not a channel for every spike', async () => {
  const rows = Array.from({ length: 40 }, (_, r) => `${r + 1},${(r * 1.7 + 0.25).toFixed(2)}`).join('\n')
  const found = await inspect({ files: [written('times.csv', `${rows}\n`)] })
  expect(found).toMatchObject({ modality: 'spikes', channels: 1, spikes: 40, firstS: 0.25 })
  expect(found.warnings.map(({ code }) => code)).toContain('index-column')
})
