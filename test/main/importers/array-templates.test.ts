import fc from 'fast-check'
import * as h5wasm from 'h5wasm/node'
import { expect, test } from 'vitest'
import { templateTable } from '../../../src/main/importers/array-templates.ts'
import { onChannels } from '../../../src/main/importers/layout-csv.ts'
import { arrayTemplateNames, arrayTemplates } from '../../../src/shared/domain/array-template.ts'
import { hdf5Fixture } from './written-files.ts'

type Name = Parameters<typeof templateTable>[0]
const guess = { pitchUm: null, numbering: null }
const grids = arrayTemplateNames.filter((name): name is Name => name !== 'dishbrain')

function placeOf(name: Name, labels: string[], label: string, options: Partial<Parameters<typeof templateTable>[2]> = {}): number[] {
  const { positionsUm } = onChannels(templateTable(name, labels, { ...guess, ...options }), labels)
  const c = labels.indexOf(label)
  return [...(positionsUm ?? [])].slice(2 * c, 2 * c + 2)
}
const refusal = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (problem) {
    return problem
  }
}

test('every array has as many electrodes as it says, all in different places, a pitch or more apart', () => {
  for (const name of grids) {
    const { channelLabels, positionsUm } = templateTable(name, [], guess)
    const [pitchUm] = arrayTemplates[name].pitchesUm
    expect([name, channelLabels.length, new Set(channelLabels).size]).toEqual([name, ...Array(2).fill(arrayTemplates[name].electrodeCount)])
    const places = new Set(channelLabels.map((_, e) => `${positionsUm?.[2 * e]} ${positionsUm?.[2 * e + 1]}`))
    expect(places.size).toBe(channelLabels.length)
    const offGrid = (positionsUm ?? []).filter((value) => Math.abs(value / pitchUm - Math.round(value / pitchUm)) > 1e-9)
    expect([name, offGrid.length]).toEqual([name, 0])
  }
})

test('a 60MEA is an 8 × 8 grid without its corners, numbered by column and row, row 1 on top', () => {
  const { channelLabels } = templateTable('mcs-60', [], guess)
  expect(channelLabels[0]).toBe('12')
  expect(channelLabels.at(-1)).toBe('87')
  for (const corner of ['11', '18', '81', '88']) expect(channelLabels).not.toContain(corner)
  expect(placeOf('mcs-60', channelLabels, '47')).toEqual([600, 200])
  expect(placeOf('mcs-60', channelLabels, '12', { pitchUm: 100 })).toEqual([0, 600])
})

test('names with a word before the number, and numbers alone, find the same electrode', () => {
  const printed = templateTable('mcs-60', [], guess).channelLabels
  const place = placeOf('mcs-60', printed, '23')
  expect(
    placeOf(
      'mcs-60',
      printed.map((label) => `E${label}`),
      'E23',
    ),
  ).toEqual(place)
  expect(placeOf('axion-12', ['A1_11', 'A1_31', 'A1_38'], 'A1_31')).toEqual([400, 0])
  expect(placeOf('axion-48', ['11', '44'], '44')).toEqual([1050, 1050])
  const fromZero = printed.map((_, c) => String(c))
  expect(placeOf('mcs-60', fromZero, '0')).toEqual(placeOf('mcs-60', printed, '12'))
  const fromOne = printed.map((_, c) => String(c + 1))
  expect(placeOf('mcs-60', fromOne, '1')).toEqual(placeOf('mcs-60', printed, '12'))
  expect(placeOf('mcs-60', fromZero, '0', { numbering: 'amplifier' })).toEqual(placeOf('mcs-60', printed, '47'))
})

test('a count that several ways of numbering fit is said to be a guess', () => {
  const fromZero = Array.from({ length: 60 }, (_, c) => String(c))
  expect(templateTable('mcs-60', fromZero, guess).warnings.map(({ code }) => code)).toEqual(['template-numbering-guessed'])
  expect(templateTable('mcs-60', fromZero, { ...guess, numbering: 'amplifier' }).warnings).toEqual([])
  expect(templateTable('mcs-60', templateTable('mcs-60', [], guess).channelLabels, guess).warnings).toEqual([])
})

test('any part of an array, in any order, is placed as the whole array is', () => {
  for (const name of ['mcs-60', 'axion-12', 'axion-48'] as const) {
    const whole = templateTable(name, [], guess).channelLabels
    fc.assert(
      fc.property(fc.shuffledSubarray(whole, { minLength: 1 }), (labels) => {
        const label = labels[0] ?? ''
        expect(placeOf(name, labels, label)).toEqual(placeOf(name, whole, label))
      }),
    )
  }
})

test('what only the array or only the recording has is named', () => {
  const labels = [...templateTable('mcs-60', [], guess).channelLabels.filter((label) => label !== '15'), 'ref 1']
  const { warnings } = onChannels(templateTable('mcs-60', labels, guess), labels)
  expect(warnings).toEqual([
    { code: 'layout-lacks-channels', details: { file: 'MCS 60MEA', count: 1, channels: 'ref 1' } },
    { code: 'layout-channels-not-recorded', details: { file: 'MCS 60MEA', count: 1, channels: '15' } },
  ])
})

test('channels of another array, and of several wells, are refused by name', () => {
  expect(refusal(() => templateTable('mcs-60', ['left', 'right', 'up'], guess))).toMatchObject({
    code: 'layouts/template-not-joined',
    details: { template: 'MCS 60MEA', found: 'left, right, up', electrodes: 60 },
  })
  expect(refusal(() => templateTable('axion-12', ['A1_11', 'B2_11', 'B2_12'], guess))).toMatchObject({
    code: 'layouts/several-wells',
    details: { count: 2, wells: 'A1, B2' },
  })
})

test('MaxWell’s electrode numbers stand where a real file of the maker says', async () => {
  await h5wasm.ready
  const file = new h5wasm.File(hdf5Fixture('real-maxtwo.raw.h5'), 'r')
  const mapping = file.get('wells/well000/rec0000/settings/mapping') as h5wasm.Dataset
  const rows = (mapping.value as [number, number, number, number][]).filter(([channel]) => channel >= 0)
  file.close()
  expect(rows.length).toBeGreaterThan(0)
  const labels = rows.map(([, electrode]) => String(electrode))
  const { positionsUm } = onChannels(templateTable('maxwell', labels, guess), labels)
  expect([...(positionsUm ?? [])]).toEqual(rows.flatMap(([, , x, y]) => [x, y]))
  expect(templateTable('maxwell', labels, guess).warnings.map(({ code }) => code)).toEqual(['template-electrode-numbers'])
})
