import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import type { Inspection } from '../../../src/shared/domain/inspection.ts'
import dishbrain from '../../fixtures/recordings/dishbrain-array/expected.json' with { type: 'json' }
import retina from '../../fixtures/recordings/retina-drug-control/expected.json' with { type: 'json' }
import tables from '../../fixtures/recordings/retina-512-tables/expected.json' with { type: 'json' }
import { recorded, sample } from './written-files.ts'

/** Numbers to 10⁻⁶, arrays by their first elements, positions as pairs. */
function expectHolds(found: Inspection, expected: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(expected)) {
    const got = found[key as keyof Inspection]
    if (key === 'positionsUm')
      expect([...(found.positionsUm ?? [])].slice(0, 2 * (value as number[][]).length)).toEqual((value as number[][]).flat())
    else if (Array.isArray(value)) expect([...(got as Int32Array)].slice(0, value.length), key).toEqual(value)
    else if (typeof value === 'number') expect(Math.abs(Number(got) - value), key).toBeLessThanOrEqual(1e-6 * Math.abs(value))
    else expect(got, key).toBe(value)
  }
}

test('the shipped sample shows 913 channels, their spikes and their places', async () => {
  const found = await inspect({ files: [sample] })
  expectHolds(found, {
    format: 'retinal-wave-hdf5',
    modality: 'spikes',
    channels: 913,
    spikes: 675121,
    firstS: 0.00832012678288431,
    lastS: 1799.9721341785526,
    startS: 0,
    endS: 1800,
    spikesPerChannel: [181, 162, 30, 41, 133, 93, 102, 108],
    positionsUm: [
      [84, 0],
      [210, 2310],
      [294, 1554],
      [294, 1848],
    ],
  })
  expect(found.channelLabels.slice(0, 2)).toEqual(['Ch3.1', 'Ch6.56'])
  expect(found.warnings).toEqual([])
})

test.each(retina.inspect)('a retinal recording without names or compression: $files', async ({ files, value }) => {
  const found = await inspect({ files: files.map((file) => recorded(`retina-drug-control/${file}`)) })
  expectHolds(found, value)
  expect(found.durationS).toBeCloseTo(7279.2995 - 6.1155, 9)
})

test.each(dishbrain.inspect.flatMap((known) => [known, { ...known, files: known.files.toReversed() }]))(
  'an array layout in $files',
  async ({ files, value }) => {
    expectHolds(await inspect({ files: files.map((file) => recorded(`dishbrain-array/${file}`)) }), value)
  },
)

test.each([
  ['spikes.csv', 'positions.csv'],
  ['positions.csv', 'spikes.csv'],
])('a spike table with its positions: %s, %s', async (...names) => {
  const { spikes, firstS, lastS, spikesPerChannel } = tables['spikes.csv']
  const found = await inspect({ files: names.map((name) => recorded(`retina-512-tables/${name}`)) })
  expectHolds(found, {
    spikes,
    firstS,
    lastS,
    spikesPerChannel,
    channels: 110,
    positionsUm: [
      [465, -30],
      [435, -450],
      [405, -270],
      [375, -90],
    ],
  })
})

test('a European table: UTF-16, semicolons, decimal commas, milliseconds', async () => {
  const { spikes, firstS, lastS, channels } = tables['spikes_semicolon_decimal_comma_ms.csv']
  const found = await inspect({ files: [recorded('retina-512-tables/spikes_semicolon_decimal_comma_ms.csv')] })
  expectHolds(found, { spikes, firstS, lastS, channels, startS: 3600 })
})
