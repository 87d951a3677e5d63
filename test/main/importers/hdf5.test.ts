import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { withHdf5 } from '../../../src/main/importers/hdf5.ts'
import type { Hdf5File } from '../../../src/main/importers/hdf5-file.ts'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { hdf5Tree } from '../../../src/main/importers/hdf5-tree.ts'
import { expectRefusal, hdf5Fixture, written } from './written-files.ts'

const opened = <Answer>(name: string, ask: (file: Hdf5File) => Answer): Promise<Answer> => withHdf5(hdf5Fixture(name), ask, 1e6)

test('every place of a file is listed once, by its own name, though links go in circles', async () => {
  const places = await opened('own-layout.h5', (file) => hdf5Tree(file))
  const paths = places.map(({ path }) => path)
  expect(paths).toContain('/lab/units/when')
  expect(paths).not.toContain('/lab/soft')
  expect(paths.filter((path) => path.includes('again'))).toEqual([])
  expect(new Set(places.map(({ identity }) => identity)).size).toBe(places.length)
  expect(places.find(({ path }) => path === '/lab/outside')?.kind).toBe('elsewhere')
})

test('links that come round to themselves are walked around, and the rest of the file is read', async () => {
  const places = await opened('cyclic.h5', (file) => hdf5Tree(file))
  expect(places.map(({ path, kind }) => `${path} ${kind}`).toSorted()).toEqual([
    '/outside elsewhere',
    '/rec group',
    '/rec/channel dataset',
    '/rec/times dataset',
  ])
  expect(await opened('cyclic.h5', (file) => ['/self', '/down/x', '/rec/there', '/chain00', '/rec/me/me'].map(file.kindOf))).toEqual([
    null,
    null,
    null,
    null,
    'group',
  ])
  expect(await opened('cyclic.h5', (file) => file.attribute('/rec', 'me'))).toBe('/rec')
  expect(await inspect({ files: [hdf5Fixture('cyclic.h5')] })).toMatchObject({ format: 'hdf5', channels: 3, spikes: 6 })
})

test('a link inside the file is followed, a dangling one is nothing', async () => {
  const [soft, dangling, kind] = await opened('own-layout.h5', (file) => [
    [...file.numbers('/lab/soft', 1).data],
    file.kindOf('/lab/dangling'),
    file.kindOf('/lab/again/units'),
  ])
  expect(soft).toEqual([12.5, 20, 30, 1000, 1500.5, 2999])
  expect(dangling).toBe(null)
  expect(kind).toBe('group')
})

test.each([
  ['/link', 'import/dataset-elsewhere', {}],
  ['/chain', 'import/dataset-elsewhere', {}],
  ['/virtual', 'import/dataset-elsewhere', {}],
  ['/stored', 'import/dataset-unreadable', {}],
  ['/packed', 'import/dataset-filtered', { filter: 'LZF (32000)' }],
] as const)('%s would need another file or filter: neither is loaded, and it is said', async (dataset, code, details) => {
  await expectRefusal(
    opened('reaches-out.h5', (file) => file.numbers(dataset, 1)),
    code,
    { file: 'reaches-out.h5', dataset, ...details },
  )
})

test('tables of records, references, texts and attributes come as values', async () => {
  const row = await opened('real-mcs multiwell.h5', (file) => file.values('/Data/Recording_0/TimeStampStream/Stream_0/InfoTimeStamp')[0])
  expect(row).toMatchObject({ TimeStampEntityID: 7, Unit: 's', Exponent: -6, SourceChannelIDs: '7' })
  const groups = await opened('real-neuropixels.nwb', (file) => file.values('/units/electrode_group'))
  expect(groups).toEqual(Array.from({ length: 3 }, () => '/general/extracellular_ephys/group0_psb'))
  const attributes = await opened('real-neuropixels.nwb', (file) => [
    file.attribute('/units/spike_times_index', 'target'),
    file.attribute('/units', 'colnames'),
    file.attribute('/units', 'not there'),
    file.text('/general/subject/species'),
  ])
  expect(attributes).toEqual(['/units/spike_times', ['location', 'group', 'spike_times', 'electrode_group'], null, expect.any(String)])
})

test('columns of a table come in pieces, a missing one is named', async () => {
  const at = '/wells/well000/rec0000/spikes'
  const first = await opened('real-maxtwo.raw.h5', (file) =>
    [...file.columnPieces(at, ['channel', 'frameno'])].map((columns) => columns.map((column) => column[0])),
  )
  expect(first).toEqual([[56, 9_568_937]])
  await expectRefusal(
    opened('real-maxtwo.raw.h5', (file) => [...file.columnPieces(at, ['voltage'])]),
    'import/dataset-missing',
    { dataset: `${at}/voltage` },
  )
})

test('a table is read in blocks that tile it', async () => {
  const seen = await opened('caiman.hdf5', (file) => {
    const whole = file.numbers('/estimates/C', 2)
    const tiled = new Float64Array(whole.data.length)
    for (const { row, column, rowCount, columnCount, data } of file.blocks('/estimates/C')) {
      for (let r = 0; r < rowCount; r++) tiled.set(data.subarray(r * columnCount, (r + 1) * columnCount), (row + r) * 30 + column)
    }
    return [tiled, whole.data]
  })
  expect(seen[0]).toEqual(seen[1])
})

test.each<[string, (bytes: Buffer, at: number) => void]>([
  ['objects without a length', (bytes, at) => bytes.fill(0, at + 16, at + 32)],
  ['an object that reaches beyond it', (bytes, at) => bytes.writeBigUInt64LE(2n ** 32n - 16n, at + 24)],
  ['a size that takes in what follows', (bytes, at) => bytes.writeBigUInt64LE(15_872n, at + 8)],
])('a heap of texts with %s is refused at once, and the library goes on', async (_, spoil) => {
  const bytes = Buffer.from(readFileSync(hdf5Fixture('real-nwb-TimeIntervals.nwb')))
  const places = [...bytes.keys()].filter((at) => bytes.toString('latin1', at, at + 4) === 'GCOL')
  expect(places.length).toBeGreaterThan(0)
  for (const at of places) spoil(bytes, at)
  const path = written('spoilt.nwb', bytes)
  const begun = performance.now()
  await expectRefusal(
    withHdf5(path, (file) => file.values('/identifier'), bytes.length),
    'import/dataset-unreadable',
    { dataset: '/identifier' },
  )
  expect(performance.now() - begun).toBeLessThan(2000)
  expect(await opened('real-nwb-TimeIntervals.nwb', (file) => file.text('/identifier'))).not.toBe(null)
})

test('a trap inside the library spoils no other file', async () => {
  const bytes = readFileSync(hdf5Fixture('real-nwb-RoiResponseSeries.nwb'))
  await withHdf5(hdf5Fixture('own-layout.h5'), async (file) => {
    expect([...file.numbers('/lab/units/when', 1).data]).toHaveLength(6)
    const cut = written('cut.nwb', bytes.subarray(0, 9000))
    await expect(withHdf5(cut, (other) => other.values('/identifier'), 9000)).rejects.toMatchObject({ name: 'CodedError' })
  })
  expect(await opened('own-layout.h5', (file) => file.lengthOf('/lab/units/when'))).toBe(6)
})
