import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { readAll, trainsOf } from './read-all.ts'
import { codings, expectRefusal, written } from './written-files.ts'

const trains = { A1: [0.5, 1.25, 7], B2: [0.25, 3.5], C3: [], D4: [2, 2.5, 3, 9.125] }
const rowsBy = (sign: string, end = '\n'): string =>
  Object.entries(trains)
    .map(([name, times]) => [name, ...times].join(sign))
    .join(end) + end

test.each([
  ['commas', rowsBy(',')],
  ['tabs', rowsBy('\t')],
  ['semicolons and decimal commas', rowsBy(';').replaceAll('.', ',')],
  ['blanks behind a colon', rowsBy(' ').replace(/^(\w+)/gm, '$1:')],
  ['line ends of Windows', rowsBy(',', '\r\n')],
  ['a line of names above, remarks and empty lines', `channel,times\n# array 7\n\n${rowsBy(',')}`],
  ['empty cells up to the widest row', rowsBy(',').replace('B2,0.25,3.5', 'B2,0.25,3.5,,').replace('C3', 'C3,,,,')],
])('a row for each channel, with %s', async (_, text) => {
  const file = written('rows.txt', text)
  expect(await inspect({ files: [file] })).toMatchObject({ format: 'spike-rows-csv', channels: 4, spikes: 9, firstS: 0.25, lastS: 9.125 })
  expect(trainsOf(await readAll([file], { timeUnit: 's' }))).toEqual(trains)
})

test.each(Object.entries(codings))('in %s', async (_, coded) => {
  expect(trainsOf(await readAll([written('rows.csv', coded(rowsBy(';')))]))).toEqual(trains)
})

test('channels that are numbers, and rows of times alone', async () => {
  const numbered = written('rows.csv', '0,0.5,1.5,2.25\n1,0.25\n2,3.5,4.5\n')
  expect(trainsOf(await readAll([numbered], { timeUnit: 's' }))).toEqual({ '0': [0.5, 1.5, 2.25], '1': [0.25], '2': [3.5, 4.5] })
  const alone = written('rows.csv', '0.5,1.5,2.25\n0.25,0.75\n3.5,4.5,5.5,7\n')
  expect(trainsOf(await readAll([alone], { timeUnit: 's' }))).toEqual({ '0': [0.5, 1.5, 2.25], '1': [0.25, 0.75], '2': [3.5, 4.5, 5.5, 7] })
})

test('where the first cell could be either it is asked, and both answers are taken', async () => {
  const file = written('rows.csv', '1,90,140\n2,30,60,90,200\n3,75\n')
  const found = await inspect({ files: [file] })
  expect(found.settings.find(({ name }) => name === 'firstCell')).toMatchObject({ value: 'name', guessed: true, options: ['name', 'time'] })
  expect(found.warnings.map(({ code }) => code)).toContain('first-cells-guessed')
  expect(found.spikes).toBe(7)
  expect((await inspect({ files: [file], set: { firstCell: 'time' } })).spikes).toBe(10)
})

test('a row longer than what is looked at first is read to its end', async () => {
  const long = Array.from({ length: 30_000 }, (_, s) => (s / 8).toFixed(3))
  const file = written('rows.csv', `E1,${long.join(',')}\nE2,0.5\n`)
  expect(await inspect({ files: [file] })).toMatchObject({ format: 'spike-rows-csv', channels: 2, spikes: 30_001, lastS: 3749.875 })
})

test('any ragged rows come back as they were written', async () => {
  const train = fc.array(fc.integer({ min: 0, max: 1e6 }), { maxLength: 30 }).map((times) => times.toSorted((a, b) => a - b))
  await fc.assert(
    fc.asyncProperty(fc.array(train, { minLength: 2, maxLength: 8 }), async (all) => {
      const text = all.map((times, c) => [`E${c}`, ...times.map((t) => t / 1000 + 0.0005)].join('\t')).join('\n')
      const widths = new Set(all.map(({ length }) => length))
      fc.pre(widths.size > 1 && Math.max(...widths) > 1)
      const read = trainsOf(await readAll([written('rows.txt', `${text}\n`)], { timeUnit: 's', startS: 0, endS: 2000 }))
      expect(read).toEqual(Object.fromEntries(all.map((times, c) => [`E${c}`, times.map((t) => t / 1000 + 0.0005)])))
    }),
    { numRuns: 40 },
  )
})

test('what is wrong is refused with its line and cell', async () => {
  // Far down, where nobody looked at first.
  const many = Array.from({ length: 9000 }, (_, c) => `E${c},${c % 7}.5,${(c % 7) + 1}.5${c % 2 ? '' : ',99.5'}`).join('\n')
  const refused = (row: string): Promise<unknown> => inspect({ files: [written('rows.csv', `${many}\n${row}\n`)] })
  await expectRefusal(refused('X,1.5,here'), 'import/cell-not-a-number', { file: 'rows.csv', line: 9001, column: '3', found: 'here' })
  await expectRefusal(refused('X,1.5,-2'), 'import/cell-negative-time', { line: 9001, column: '3' })
  await expectRefusal(refused('X,1.5,,2'), 'import/cell-empty', { line: 9001, column: '3' })
  await expectRefusal(refused(',1.5'), 'import/cell-empty', { line: 9001, column: '1' })
  await expectRefusal(refused('E7,1.5'), 'import/duplicate-channel', { line: 9001, channel: 'E7' })
})

test.each([
  ['columns of times', 'ch1,ch2,ch3\n0.5,0.6,0.7\n1,1.5\n2\n'],
  ['columns of times without names', '0.5,0.6,0.7\n1,1.5\n2\n'],
  ['a list of spikes', 'A1,0.5\nA2,0.75\nA1,1\n'],
  ['trials without a last answer', '1,3.1,3.9,1\n2,7.7,8.2\n3,12.9,13.1,4\n'],
])('%s are not rows of channels', async (_, text) => {
  const found = await inspect({ files: [written('table.csv', text)] }).catch(() => null)
  expect(found?.format).not.toBe('spike-rows-csv')
})
