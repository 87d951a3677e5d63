import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { readAll, trainsOf } from './read-all.ts'
import { hdf5Fixture } from './written-files.ts'

const multiwell = hdf5Fixture('real-mcs multiwell.h5')

// Numbers of h5py.
test('entities are told by the ids of their table, not by its order; spikes go before analogue streams', async () => {
  const recording = await readAll([multiwell])
  const counts = Object.fromEntries(Object.entries(trainsOf(recording)).map(([label, times]) => [label, times.length]))
  expect(counts).toEqual({ E8: 26, E7: 29, E6: 28, E5: 29, E4: 33, E3: 30, E2: 23, E1: 26 })
  expect(recording.channelLabels).toEqual(['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7', 'E8'])
  expect([recording.startS, recording.endS]).toEqual([0, 19.7])
  expect(trainsOf(recording).E1?.slice(0, 3)).toEqual([0.944, 0.954, 0.964])
})

test('events come along, other streams are named', async () => {
  const found = await inspect({ files: [multiwell] })
  expect(found.events).toEqual({ 'Digital Events 1': 12 })
  const [other] = found.warnings.filter(({ code }) => code === 'other-streams')
  expect(other?.details.streams).toContain('Filter (1) Filter Data')
})

test('the segments of the spikes give the same times', async () => {
  const stamps = await readAll([multiwell])
  const segments = await readAll([multiwell], { stream: 'SegmentStream/Stream_0' })
  expect([...segments.timesS].sort()).toEqual([...stamps.timesS].sort())
})
