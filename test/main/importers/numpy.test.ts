import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readNpy } from '../../../src/main/importers/npy-array.ts'
import { openFile } from '../../../src/main/importers/opened-file.ts'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { unpack, zipEntries } from '../../../src/main/importers/zip.ts'
import expected from '../../fixtures/numpy/expected.json' with { type: 'json' }
import { readAll, readTraces } from './read-all.ts'
import { expectRefusal, written } from './written-files.ts'

const made = (name: string): string => fileURLToPath(new URL(`../../fixtures/numpy/${name}`, import.meta.url))

async function arraysIn(name: string) {
  const file = await openFile(made(name))
  const arrays = []
  for (const entry of await zipEntries(file)) arrays.push(...readNpy(await unpack(file, entry), { file: name, dataset: entry.name }))
  return Object.fromEntries(arrays.map((array) => [array.name.replace('.npy', ''), array]))
}

test('every numeric type in both byte orders and both orders of axes is the same table', async () => {
  const arrays = Object.entries(await arraysIn('dtypes.npz'))
  expect(arrays).toHaveLength(44)
  for (const [name, { shape, numbers }] of arrays) {
    expect(shape, name).toEqual([3, 4])
    expect([...(numbers ?? [])], name).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  }
})

test('logical values, a single number, an empty table, three axes and texts are read', async () => {
  const { logical, scalar, empty, cube } = await arraysIn('odd.npz')
  expect([...(logical?.numbers ?? [])]).toEqual([1, 0, 1])
  expect([...(scalar?.numbers ?? [])]).toEqual([2.5])
  expect(empty).toMatchObject({ shape: [0, 4] })
  expect([...(cube?.numbers ?? [])]).toEqual(
    Array.from({ length: 24 }, (_, i) => Math.floor(i / 12) + 2 * (Math.floor(i / 4) % 3) + 6 * (i % 4)),
  )
  const { names, bytes } = await arraysIn('texts.npz')
  expect(names?.texts).toEqual(['A1', 'Ü2', '神经'])
  expect(bytes?.texts).toEqual(['x', 'yz'])
})

test.each([['spikes.npz'], ['pairs/pairs.npy']])('%s: times beside channels', async (name) => {
  const found = await inspect({ files: [made(name)] })
  const { firstS, lastS, spikesPerChannel } = expected.spikes
  expect(found).toMatchObject({ modality: 'spikes', channels: 25, spikes: 300, firstS, lastS })
  expect([...(found.spikesPerChannel ?? [])]).toEqual(spikesPerChannel)
  const { timesS } = await readAll([made(name)])
  expect(timesS.reduce((sum, timeS) => sum + timeS, 0)).toBeCloseTo(expected.spikes.sumS, 9)
})

test('positions beside spikes are taken', async () => {
  const { positionsUm, warnings } = await inspect({ files: [made('spikes.npz')] })
  expect([...(positionsUm ?? [])].slice(10, 14)).toEqual([0, 50, 50, 50])
  expect(warnings).toEqual([])
})

test('vectors in files of their own go together, and samples need a rate', async () => {
  const files = ['spike_channels.npy', 'spike_times.npy'].map((name) => made(`vectors/${name}`))
  expect(await inspect({ files })).toMatchObject({ format: 'npy', spikes: 300, firstS: null, needs: [{ name: 'samplingRateHz' }] })
  const found = await inspect({ files, set: { samplingRateHz: 20_000 } })
  expect(found.firstS).toBeCloseTo(expected.spikes.firstS, 4)
  expect([...(found.spikesPerChannel ?? [])]).toEqual(expected.spikes.spikesPerChannel)
})

test('a SpikeInterface archive brings its rate, a table of records is taken apart', async () => {
  expect(await inspect({ files: [made('spikeinterface.npz')] })).toMatchObject({
    channels: 3,
    spikes: 50,
    samplingRateHz: 30_000,
    needs: [],
  })
  expect(await inspect({ files: [made('records.npy')], set: { samplingRateHz: 30_000 } })).toMatchObject({ channels: 4, spikes: 40 })
})

test.each([['counts.npy'], ['counts_across.npy']])(
  '%s: counts need the width of their bins, whichever way the table lies',
  async (name) => {
    expect(await inspect({ files: [made(name)] })).toMatchObject({ modality: 'counts', needs: [{ name: 'binMs' }] })
    const found = await inspect({ files: [made(name)], set: { binMs: 50 } })
    expect(found).toMatchObject({ modality: 'counts', channels: 12, samples: 90, startS: 0, endS: 4.5, needs: [] })
    expect([...(found.traceSums ?? [])]).toEqual(expected.counts.sums)
    const kept = await readTraces([made(name)], { binMs: 50 })
    expect(kept.timesS[0]).toBeCloseTo(0.025, 12)
    expect(kept.timesS).toHaveLength(90)
  },
)

test('traces use their times, and say that the step is uneven', async () => {
  const found = await inspect({ files: [made('traces.npz')] })
  expect(found).toMatchObject({
    modality: 'traces',
    channels: 6,
    samples: 50,
    firstS: expected.traces.firstS,
    lastS: expected.traces.lastS,
  })
  expect(found.warnings.map(({ code }) => code)).toContain('uneven-step')
  found.traceSums?.forEach((sum, c) => expect(sum).toBeCloseTo(expected.traces.sums[c] ?? 0, 4))
  const kept = await readTraces([made('traces.npz')])
  expect([...kept.timesS.subarray(0, 1)]).toEqual([expected.traces.firstS])
})

test('traces without times need a rate, in either order of axes', async () => {
  expect(await inspect({ files: [made('traces.npy')] })).toMatchObject({ channels: 6, samples: 50, needs: [{ name: 'samplingRateHz' }] })
  const found = await inspect({ files: [made('traces.npy')], set: { samplingRateHz: 10 } })
  expect(found).toMatchObject({ durationS: 5, samplingRateHz: 10, needs: [] })
  found.traceSums?.forEach((sum, c) => expect(sum).toBeCloseTo(expected.traces.sums[c] ?? 0, 4))
})

test('objects are refused, and nothing they name is run', async () => {
  await expectRefusal(inspect({ files: [made('objects.npy')] }), 'import/array-of-objects', { file: 'objects.npy' })
  await expectRefusal(inspect({ files: [made('danger.npy')] }), 'import/array-of-objects')
})

const headed = (header: string, data: Uint8Array = new Uint8Array()): Uint8Array => {
  const text = `${header}\n`
  return Buffer.concat([
    Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8]),
    Buffer.from(text),
    data,
  ])
}

test.each([
  ["{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}", 'import/file-too-short'],
  ["{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999, 99999999999999)}", 'import/array-header'],
  ["{'descr': '<f8', 'fortran_order': False, 'shape': (-4,)}", 'import/array-header'],
  ["{'descr': '<f8', 'fortran_order': False, 'shape': (__import__('os').system('touch /tmp/x'),)}", 'import/array-header'],
  ["{'descr': '<c16', 'fortran_order': False, 'shape': (0,)}", 'import/dataset-not-numbers'],
  ["{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (0,)}", 'import/array-header'],
  ['[[[[[[[[[[[[[[', 'import/array-header'],
  ["{'descr': '<f8'}", 'import/array-header'],
] as const)('a header that cannot be is refused: %s', async (header, code) => {
  await expectRefusal(inspect({ files: [written('bad.npy', headed(header, Buffer.alloc(16)))] }), code)
})

test('numbers cut off or left over are refused', async () => {
  const sound = readFileSync(made('counts.npy'))
  await expectRefusal(inspect({ files: [written('cut.npy', sound.subarray(0, -1))] }), 'import/file-too-short', { file: 'cut.npy' })
  await expectRefusal(inspect({ files: [written('long.npy', Buffer.concat([sound, Buffer.alloc(1)]))] }), 'import/counts-disagree')
})

test('an archive whose content does not fit its checksum is refused', async () => {
  const bytes = readFileSync(made('traces.npz'))
  const at = bytes.indexOf('\n', bytes.indexOf('dff')) + 200
  bytes[at] = bytes[at]! ^ 1
  await expectRefusal(inspect({ files: [written('turned.npz', bytes)] }), 'import/archive-damaged', {
    file: 'turned.npz',
    place: 'dff.npy',
  })
})

test('an archive that claims more than it can hold is refused before memory is taken', async () => {
  const bytes = Buffer.from(readFileSync(made('spikes.npz')))
  const entry = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
  bytes.writeUInt32LE(0xfffffff0, entry + 24)
  await expectRefusal(inspect({ files: [written('bomb.npz', bytes)] }), 'import/dataset-too-large', { claimedMB: 4295 })
})

test('two rows of times and channels are pairs, too; times that would be years without firing are milliseconds', async () => {
  const rows = (times: number[]): string => {
    const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (2, ${times.length}), }\n`
    const length = Buffer.from(Uint16Array.of(header.length).buffer)
    const body = Buffer.from(Float64Array.from([...times, ...times.map((_, i) => i % 3)]).buffer)
    return written('rows.npy', Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(header), body]))
  }
  const times = Array.from({ length: 60 }, (_, i) => i / 2 + 0.25)
  expect(await inspect({ files: [rows(times)] })).toMatchObject({ modality: 'spikes', channels: 3, spikes: 60, lastS: 29.75 })
  expect(await inspect({ files: [rows(times.map((time) => 1000 * time + 0.5))] })).toMatchObject({ lastS: 29.7505 })
})
