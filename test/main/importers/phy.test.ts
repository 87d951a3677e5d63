import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import expected from '../../fixtures/numpy/expected.json' with { type: 'json' }
import { throwAwayFolder } from '../throw-away.ts'
import { expectRefusal } from './written-files.ts'

const made = fileURLToPath(new URL('../../fixtures/numpy/phy', import.meta.url))

/** A copy of the sorting to take files out of. */
function copied(change: (folder: string) => void): string {
  const folder = join(throwAwayFolder(), 'phy')
  cpSync(made, folder, { recursive: true })
  change(folder)
  return folder
}

test('a sorting: noise is left out and named, units stand where their templates are largest', async () => {
  const found = await inspect({ files: [made] })
  const { units, spikesPerChannel, firstS, positionsUm } = expected.phy
  expect(found).toMatchObject({ format: 'phy', modality: 'spikes', channelLabels: units, samplingRateHz: 30_000, needs: [] })
  expect([...(found.spikesPerChannel ?? [])]).toEqual(spikesPerChannel)
  expect(found.firstS).toBeCloseTo(firstS, 12)
  expect([...(found.positionsUm ?? [])]).toEqual(positionsUm.flat())
  expect(found.warnings).toContainEqual({ code: 'units-left-out', details: { count: 1, units: '3 (noise)' } })
  expect(found.warnings).toContainEqual({ code: 'files-left-out', details: { count: 1, files: 'phy/amplitudes.npy' } })
})

test('only good units, or all of them, may be taken', async () => {
  expect((await inspect({ files: [made], set: { units: 'good' } })).channelLabels).toEqual(['0', '5', '7'])
  expect((await inspect({ files: [made], set: { units: 'all' } })).channelLabels).toEqual(['0', '3', '4', '5', '7', '9'])
})

test('without params.py the rate is asked for', async () => {
  const folder = copied((path) => rmSync(join(path, 'params.py')))
  expect(await inspect({ files: [folder] })).toMatchObject({ samplingRateHz: null, firstS: null, needs: [{ name: 'samplingRateHz' }] })
  expect((await inspect({ files: [folder], set: { samplingRateHz: 30_000 } })).firstS).toBeCloseTo(expected.phy.firstS, 12)
})

test('a rate that is a sum or a call is no rate: params.py is text', async () => {
  const folder = copied((path) => writeFileSync(join(path, 'params.py'), 'import os\nsample_rate = os.system("touch /tmp/x") + 30000\n'))
  expect(await inspect({ files: [folder] })).toMatchObject({ needs: [{ name: 'samplingRateHz' }] })
})

test('the channel noted in cluster_info decides, by its number in the raw file', async () => {
  const folder = copied((path) =>
    writeFileSync(
      join(path, 'cluster_info.tsv'),
      'cluster_id\tch\tgroup\n0\t10\tgood\n3\t11\tnoise\n4\t12\tmua\n5\t13\tgood\n7\t19\tgood\n9\t\t\n',
    ),
  )
  const { positionsUm } = await inspect({ files: [folder] })
  expect([...(positionsUm ?? [])]).toEqual([0, 0, 0, 20, 32, 20, 32, 80, NaN, NaN])
})

test('without templates and notes, units stand on the channel of their number, and that is told', async () => {
  const folder = copied((path) => rmSync(join(path, 'templates.npy')))
  const { positionsUm, warnings } = await inspect({ files: [folder] })
  expect([...(positionsUm ?? [])].slice(0, 4)).toEqual([0, 0, 0, 40])
  expect(warnings.map(({ code }) => code)).toContain('placed-by-number')
})

test('its files chosen one by one are the same recording', async () => {
  const files = ['params.py', 'spike_clusters.npy', 'spike_times.npy', 'cluster_group.tsv'].map((name) => join(made, name))
  expect(await inspect({ files })).toMatchObject({ format: 'phy', channelLabels: expected.phy.units })
})

test('clusters that do not belong to the times are refused', async () => {
  const folder = copied((path) => {
    const bytes = readFileSync(join(path, 'spike_times.npy'))
    const text = bytes.toString('latin1').replace('(240, 1)', '(239, 1)')
    writeFileSync(join(path, 'spike_times.npy'), Buffer.from(text, 'latin1').subarray(0, -8))
  })
  await expectRefusal(inspect({ files: [folder] }), 'import/counts-disagree', { file: 'spike_clusters.npy', expected: 239, found: 240 })
})
