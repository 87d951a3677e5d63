import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { hdf5Fixture } from './written-files.ts'

const results = hdf5Fixture('caiman.hdf5')

test('accepted cells, deconvolved, at the rate of the parameters; centres by weight, down the columns first', async () => {
  const found = await inspect({ files: [results] })
  expect(found).toMatchObject({ format: 'caiman-hdf5', modality: 'traces', channels: 3, samples: 30, samplingRateHz: 15, durationS: 2 })
  expect(found.channelLabels).toEqual(['0', '1', '3'])
  // The second cell: one part at row 2, three at row 3, both in column 1.
  expect([...(found.positionsUm ?? [])]).toEqual([0, 0, 1, 2.75, 3, 3])
  expect(found.warnings).toContainEqual({ code: 'cells-not-accepted', details: { count: 1 } })
})

test('signal, all cells and the size of a pixel are there to pick', async () => {
  const found = await inspect({ files: [results], set: { signal: 'F_dff', rois: 'all', umPerPixel: 2 } })
  expect(found.channels).toBe(4)
  expect([...(found.positionsUm ?? [])]).toEqual([0, 0, 2, 5.5, 8, 10, 6, 6])
  for (const sum of found.traceSums ?? []) expect(sum).toBeGreaterThan(3000)
})
