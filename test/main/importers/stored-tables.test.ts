import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import expected from '../../fixtures/tables/expected.json' with { type: 'json' }
import { readAll } from './read-all.ts'
import { expectRefusal, written } from './written-files.ts'

const made = (name: string): string => fileURLToPath(new URL(`../../fixtures/tables/${name}`, import.meta.url))

test.each(['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'].map((codec) => `spikes-${codec}.parquet`).concat('book.xlsx'))(
  '%s holds the same spikes',
  async (name) => {
    const found = await inspect({ files: [made(name)] })
    const { firstS, lastS, spikesPerChannel } = expected
    expect(found).toMatchObject({ modality: 'spikes', channels: 24, spikes: 400 })
    expect(found.firstS).toBeCloseTo(firstS, 12)
    expect(found.lastS).toBeCloseTo(lastS, 12)
    expect([...(found.spikesPerChannel ?? [])]).toEqual(spikesPerChannel)
    const { timesS } = await readAll([made(name)])
    expect(timesS.reduce((sum, timeS) => sum + timeS, 0)).toBeCloseTo(expected.sumS, 9)
  },
)

test('the sheet most like a recording is taken, another can be chosen', async () => {
  const found = await inspect({ files: [made('book.xlsx')] })
  expect(found.choices).toEqual([{ name: 'sheet', options: ['Notes', 'Spikes', 'Traces'] }])
  const traces = await inspect({ files: [made('book.xlsx')], set: { sheet: 'Traces' } })
  expect(traces).toMatchObject({ format: 'xlsx', modality: 'traces', channels: 3, samples: 80 })
  traces.traceSums?.forEach((sum, c) => expect(sum).toBeCloseTo(expected.traceSums[c] ?? 0, 9))
  await expectRefusal(inspect({ files: [made('book.xlsx')], set: { sheet: 'Notes' } }), 'import/not-recognised')
  await expectRefusal(inspect({ files: [made('book.xlsx')], set: { sheet: 'Sheet9' } }), 'import/setting-refused', {
    expected: 'Notes, Spikes, Traces',
  })
})

test('traces in Parquet', async () => {
  const found = await inspect({ files: [made('traces.parquet')] })
  expect(found).toMatchObject({
    format: 'parquet',
    modality: 'traces',
    channels: 3,
    samples: 80,
    samplingRateHz: expect.closeTo(10, 6) as number,
  })
})

test('a workbook or table that is cut off is refused by name', async () => {
  const cut = (name: string): Uint8Array => readFileSync(made(name)).subarray(0, -40)
  await expectRefusal(inspect({ files: [written('cut.xlsx', cut('book.xlsx'))] }), 'import/archive-damaged', { file: 'cut.xlsx' })
  await expectRefusal(inspect({ files: [written('cut.parquet', cut('spikes-zstd.parquet'))] }), 'import/parquet-unreadable', {
    file: 'cut.parquet',
  })
})
