import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { CodedError } from '../../../src/shared/contract/errors.ts'
import { uniformSequence } from '../../../src/shared/domain/random.ts'
import { shareOf } from './damaged-share.ts'
import { readAll, readTraces, trainsOf } from './read-all.ts'
import { expectRefusal, recorded, written } from './written-files.ts'

// Written by SciPy and h5py: test/fixtures/recordings/matlab/make_matlab.py.
const file = (name: string): string => recorded(`matlab/${name}.mat`)

describe('a MATLAB file', () => {
  test.each(['cell-v6', 'cell-v7'])('with a cell of lists has a channel per list, silent ones too: %s', async (name) => {
    const found = await readAll([file(name)])
    const labels = name === 'cell-v6' ? ['A', 'B', 'C'] : ['1', '2', '3']
    expect(trainsOf(found)).toEqual({ [labels[0]!]: [0.5, 1.25, 9.75], [labels[1]!]: [], [labels[2]!]: [2, 2.5] })
    expect([...found.positionsUm!]).toEqual([0, 10, 100, 20, 200, 30])
    expect(found.samplingRateHz).toBe(20_000)
  })

  test('with times beside channels keeps the channels’ own numbers', async () => {
    expect(trainsOf(await readAll([file('list')]))).toEqual({ 1: [7], 2: [5, 9] })
  })

  test('with nested cells of structs has a channel per unit; empty ones are left out and told', async () => {
    const found = await readAll([file('nested')])
    expect(Object.values(trainsOf(found))).toEqual([
      [1, 2],
      [3, 4.5],
    ])
    expect(found.warnings).toContainEqual({ code: 'empty-cells', details: { count: 2, variable: 'spikes' } })
  })

  test('with a struct per unit takes their labels', async () => {
    expect(trainsOf(await readAll([file('units')]))).toEqual({ u1: [10, 20], u7: [15] })
  })

  test('with whole numbers too large for seconds asks for the sampling rate', async () => {
    const found = await inspect({ files: [file('samples')] })
    expect(found.needs.map(({ name }) => name)).toEqual(['samplingRateHz'])
    expect(found.firstS).toBeNull()
    expect(trainsOf(await readAll([file('samples')], { samplingRateHz: 20_000 }))).toEqual({ 1: [1, 2, 100], 2: [1.5] })
    expect(trainsOf(await readAll([file('samples')], { timeUnit: 'ms', endS: 3000 }))[1]).toEqual([20, 40, 2000])
  })

  test.each(['counts', 'sparse'])('with a matrix of whole numbers holds counts, and asks how long a bin is: %s', async (name) => {
    const found = await inspect({ files: [file(name)] })
    expect(found).toMatchObject({ modality: 'counts', channels: 4, needs: [{ name: 'binMs' }] })
    const { values, timesS } = await readTraces([file(name)], { binMs: 50 })
    expect([...values.subarray(0, 6)]).toEqual([0, 1, 2, 0, 1, 2])
    expect([...values.subarray(30, 33)]).toEqual([0, 1, 2])
    expect(timesS[1]! - timesS[0]!).toBeCloseTo(0.05, 12)
  })

  test('with a matrix of any numbers holds traces; the longer side is time', async () => {
    const { values, channelLabels, samplingRateHz } = await readTraces([file('traces')])
    expect(channelLabels.length).toBe(5)
    expect(samplingRateHz).toBe(12.5)
    expect(values[0]).toBe(-1)
    expect(values[199]).toBe(1)
    expect(values[1]! - values[0]!).toBeCloseTo((5 * 2) / 199, 6)
  })

  test('of MEA-NAP asks by which method spikes were detected, and takes rate, duration and channels', async () => {
    const found = await inspect({ files: [file('meanap-output')] })
    expect(found.choices).toEqual([{ name: 'signal', options: ['spikeTimes.thr4', 'spikeTimes.bior1p5'] }])
    expect(found).toMatchObject({ channelLabels: ['12', '13', '24'], samplingRateHz: 12_500, startS: 0, endS: 5 })
    expect(trainsOf(await readAll([file('meanap-output')], { signal: 'spikeTimes.bior1p5' }))).toEqual({ 12: [0.1], 13: [0.3], 24: [] })
  })

  test('of MEA-NAP in version 7.3 has its times in the unit it says', async () => {
    const found = await readAll([file('meanap-spikes-v73')], { signal: 'spikeTimes.thr4' })
    expect(trainsOf(found)).toEqual({ 12: [0.001, 0.002], 13: [], 24: [0.004] })
    expect(found.samplingRateHz).toBe(25_000)
  })

  test('with no signal is refused, with what it holds', async () => {
    await expectRefusal(inspect({ files: [file('nothing')] }), 'import/no-signal', { found: 'note: text [1 × 9], x: numbers [1 × 1]' })
  })

  test('whose packed data grow beyond the file’s reach is refused before they are written out', async () => {
    const bytes = new Uint8Array(readFileSync(file('cell-v7')))
    bytes.fill(0x41, 140, 180)
    await expectRefusal(inspect({ files: [written('bad.mat', bytes)] }), 'import/matlab-damaged')
  })

  test.each(['cell-v6', 'cell-v7', 'nested', 'units', 'sparse', 'meanap-output'])('of any damage is read or refused: %s', async (name) => {
    const sound = new Uint8Array(readFileSync(file(name))),
      draw = uniformSequence(5, 'splits', [sound.length, 0])
    for (let round = 0; round < shareOf(250); round++) {
      const bytes = round % 4 === 0 ? sound.slice(0, Math.floor(draw() * sound.length)) : sound.slice()
      for (let k = 0; k < 1 + (round % 3); k++) bytes[Math.floor(draw() * bytes.length)] = Math.floor(draw() * 256)
      if (bytes.length === 0) continue
      try {
        const found = await inspect({ files: [written('broken.mat', bytes)] })
        expect(found.channels).toBeLessThanOrEqual(4096)
      } catch (problem) {
        expect(problem).toBeInstanceOf(CodedError)
      }
    }
  })
})
