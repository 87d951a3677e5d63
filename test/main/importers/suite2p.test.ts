import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readPickle } from '../../../src/main/importers/pickle.ts'
import { inspect } from '../../../src/main/importers/read-files.ts'
import expected from '../../fixtures/numpy/expected.json' with { type: 'json' }
import { throwAwayFolder } from '../throw-away.ts'
import { readTraces } from './read-all.ts'
import { expectRefusal } from './written-files.ts'

const made = (name: string): string => fileURLToPath(new URL(`../../fixtures/numpy/${name}`, import.meta.url))
const { plane0, plane1 } = expected.suite2p

function copied(change: (folder: string) => void): string {
  const folder = join(throwAwayFolder(), 'suite2p')
  cpSync(made('suite2p'), folder, { recursive: true })
  change(folder)
  return folder
}

function expectSums(found: { traceSums: Float64Array | null }, sums: number[]): void {
  expect(found.traceSums).toHaveLength(sums.length)
  found.traceSums?.forEach((sum, c) => expect(Math.abs(sum - (sums[c] ?? 0))).toBeLessThan(1e-5 * Math.abs(sum)))
}

test('two planes are one recording of their cells, cut to the shorter, at the rate noted in ops', async () => {
  const found = await inspect({ files: [made('suite2p')] })
  expect(found).toMatchObject({ format: 'suite2p', modality: 'traces', samples: 59, samplingRateHz: 15, needs: [] })
  expect(found.channelLabels).toEqual([...plane0.cells.map((roi) => `plane0 ${roi}`), ...plane1.cells.map((roi) => `plane1 ${roi}`)])
  expectSums(found, [...plane0.sumsOfDifference, ...plane1.sumsOfDifference])
  expect([...(found.positionsUm ?? [])]).toEqual([...plane0.xy, ...plane1.xy].flat())
  expect(found.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['planes-cut', 'positions-in-pixels']))
})

test('signal, regions of interest, plane and the size of a pixel can be chosen', async () => {
  const all = await inspect({ files: [made('suite2p')], set: { signal: 'F', rois: 'all', plane: 'plane0', umPerPixel: 2 } })
  expect(all).toMatchObject({ channels: 7, samples: 60 })
  expect([...(all.positionsUm ?? [])].slice(0, 2)).toEqual([80, 10])
  const spks = await inspect({ files: [made('suite2p')], set: { signal: 'spks', rois: 'all' } })
  expectSums(spks, [...plane0.sumsOfSpks, ...plane1.sumsOfSpks])
  expect(spks.choices.map(({ name }) => name)).toEqual(['signal', 'rois', 'plane'])
})

test('the folder of one plane is enough', async () => {
  expect(await inspect({ files: [made('suite2p/plane1')] })).toMatchObject({ channels: plane1.cells.length, samples: 59 })
})

test('without ops the rate is asked for; without stat there are no positions, and both are told', async () => {
  const folder = copied((path) => {
    for (const plane of ['plane0', 'plane1']) for (const name of ['ops.npy', 'stat.npy']) rmSync(join(path, plane, name))
  })
  const found = await inspect({ files: [folder] })
  expect(found).toMatchObject({ samplingRateHz: null, durationS: null, positionsUm: null })
  expect(found.needs).toEqual([{ name: 'samplingRateHz', why: 'formats.needs.imagingRateHz' }])
  expect(found.warnings.map(({ code }) => code)).toContain('no-roi-positions')
  await expectRefusal(readTraces([folder]), 'import/needs-setting', { setting: 'samplingRateHz' })
  expect((await readTraces([folder], { samplingRateHz: 15 })).timesS[58]).toBeCloseTo(58 / 15, 12)
})

test('a plane whose parts disagree is refused', async () => {
  const folder = copied((path) => cpSync(join(path, 'plane1', 'Fneu.npy'), join(path, 'plane0', 'Fneu.npy')))
  await expectRefusal(inspect({ files: [folder] }), 'import/counts-disagree', { file: 'Fneu.npy' })
})

test.each([0, 1, 2, 3, 4, 5])('a pickle of protocol %i is read as data', (protocol) => {
  const value = readPickle(readFileSync(made(`pickles/protocol${protocol}.pkl`)), { file: 'p' }, () => {})
  if (!(value instanceof Map)) throw new Error('no dictionary')
  expect(value.get('fs')).toBe(12.5)
  expect(value.get('list')).toEqual([1, -2, 2 ** 40, null, true])
  expect(value.get('text')).toBe('ü')
  expect(value.get('pair')).toEqual([1.5, 'b'])
})

test('a pickle that would run a program names it and runs nothing', () => {
  const value = readPickle(readFileSync(made('pickles/danger.pkl')), { file: 'danger.pkl' }, () => {})
  expect(value).toMatchObject({ calls: expect.stringMatching(/system$/) as string })
  expect(existsSync('/tmp/tavrnn-was-here')).toBe(false)
})

test('a pickle that is cut off or is none is refused with its place', async () => {
  const folder = copied((path) => {
    const bytes = readFileSync(join(path, 'plane0', 'stat.npy'))
    writeFileSync(join(path, 'plane0', 'stat.npy'), bytes.subarray(0, 700))
  })
  await expectRefusal(inspect({ files: [folder] }), 'import/pickle-unreadable', { file: 'stat.npy' })
  expect(() => readPickle(Buffer.from('hello'), { file: 'x' }, () => {})).toThrow('import/pickle-unreadable')
})
