import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { unpacked } from '../../../src/main/importers/message-pack.ts'
import { readAll, trainsOf } from './read-all.ts'
import { hdf5Fixture } from './written-files.ts'

test.each(['cortical-labs.h5', 'cortical-labs-relative.h5'])(
  '%s: times since the start, whichever clock the file says it used',
  async (name) => {
    const recording = await readAll([hdf5Fixture(name)])
    const trains = trainsOf(recording)
    expect([trains['8'], trains['9'], trains['62']]).toEqual([[0.001, 1], [0.002, 3.99996], [2]])
    expect([recording.startS, recording.endS, recording.samplingRateHz]).toEqual([0, 4, 25_000])
    expect(recording.taskEvents.map(({ timeS, kind, value }) => [timeS, kind, value])).toEqual([
      [0, 'stimulus', 16],
      [0.4, 'hit', 1],
      [0.5, 'stimulus', 17],
      [0.8, 'miss', null],
      [1.2, 'hit', null],
      [1.5, 'stimulus', 16],
      [1.6, 'hit', null],
    ])
  },
)

test('ground and reference are no channels; a channel stands in its column and row', async () => {
  const found = await inspect({ files: [hdf5Fixture('cortical-labs.h5')], set: { pitchUm: 100 } })
  expect(found.channels).toBe(59)
  const at = found.channelLabels.indexOf('10')
  expect([...(found.positionsUm ?? [])].slice(2 * at, 2 * at + 2)).toEqual([100, 200])
})

test('what the task logged at every tick is named, not taken for events', async () => {
  const found = await inspect({ files: [hdf5Fixture('cortical-labs.h5')] })
  expect(found.warnings).toContainEqual({ code: 'task-log-left', details: { streams: 'ball' } })
})

test.each<[string, number[], unknown]>([
  ['a map', [0x82, 0xa1, 0x61, 0x01, 0xa1, 0x62, 0x93, 0xc3, 0xc2, 0xc0], { a: 1, b: [true, false, null] }],
  [
    'numbers of every size',
    [
      0x95, 0xff, 0xcd, 0x01, 0x00, 0xd1, 0xff, 0x00, 0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xd3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xfe,
    ],
    [-1, 256, -256, 1.5, -2],
  ],
  ['an extension and binary', [0x92, 0xd4, 0x01, 0x02, 0xc4, 0x02, 0x09, 0x09], [null, null]],
  ['a list that claims more than there is', [0xdd, 0xff, 0xff, 0xff, 0xff, 0x01], undefined],
  ['a text that ends early', [0xa5, 0x61], undefined],
  ['nesting without an end', Array.from({ length: 64 }, () => 0x91), undefined],
])('MessagePack: %s', (_, bytes, value) => {
  expect(unpacked(Uint8Array.from(bytes))).toEqual(value)
})
