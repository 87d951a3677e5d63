import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { zoneVisits } from '../../../src/main/importers/position-visits.ts'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { CodedError } from '../../../src/shared/contract/errors.ts'
import { uniformSequence } from '../../../src/shared/domain/random.ts'
import { throwAwayFolder } from '../throw-away.ts'
import { shareOf } from './damaged-share.ts'
import { readAll, readTraces, trainsOf } from './read-all.ts'
import { expectRefusal, recorded, written } from './written-files.ts'

// Packed from the published layouts: test/fixtures/recordings/rigs/make_rigs.py.
const file = (name: string): string => recorded(`rigs/${name}`)

describe('EDF', () => {
  test('holds slower signals until their next sample, names equal labels apart, and keeps annotations', async () => {
    const found = await readTraces([file('uneven.edf')])
    const [a, b] = [[...found.values.subarray(0, 8)], [...found.values.subarray(8)]]
    expect(a).toEqual([0, 1, 2, 3, 4, 5, 6, -100])
    expect(b).toEqual([1, 1, 2, 2, 3, 3, 4, 4])
    expect(new Set(found.channelLabels).size).toBe(2)
    expect(found.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['several-rates', 'several-units', 'labels-repeated']))
    expect(found.taskEvents.map(({ timeS, label }) => [timeS, label])).toEqual([
      [0.5, 'lick'],
      [5.25, 'reward'],
    ])
  })

  test('that was interrupted has its gap', async () => {
    expect([...(await readTraces([file('uneven.edf')])).timesS]).toEqual([0, 0.25, 0.5, 0.75, 5, 5.25, 5.5, 5.75])
  })

  test('offers one of its rates alone', async () => {
    const found = await readTraces([file('uneven.edf')], { rates: '2 Hz' })
    expect([...found.values]).toEqual([1, 2, 3, 4])
  })

  test('of 24 bits keeps sign and size', async () => {
    const { values } = await readTraces([file('small.bdf')])
    const step = 524_287 / 16_777_215
    expect(values[0]).toBeCloseTo(-262_144, 2)
    expect(values[2]).toBeCloseTo(262_143, 2)
    expect(values[3]! - values[4]!).toBeCloseTo(2 * step, 2)
  })
})

describe('NeuroExplorer', () => {
  test('.nex: neurons, silent ones too, events, intervals and markers; what is left out is named', async () => {
    const found = await readAll([file('small.nex')])
    expect(trainsOf(found)).toEqual({ sig001a: [1, 2, 40], sig002a: [] })
    expect(found.taskEvents.map(({ timeS, label }) => [timeS, label])).toEqual([
      [0.5, 'Lick'],
      [0.7, 'Strobed 7'],
      [0.9, 'Strobed 12'],
      [1.5, 'Lick'],
    ])
    expect(found.intervals).toEqual([
      { startS: 1, endS: 15, label: 'Trial' },
      { startS: 20, endS: 30, label: 'Trial' },
    ])
    expect(found.warnings).toContainEqual({ code: 'variables-left-out', details: { count: 1, variables: 'LFP' } })
    expect([found.startS, found.endS]).toEqual([0, 60.001])
  })

  test('.nex: what happened outside the recording is told before the import as after it, and once', async () => {
    const set = { startS: 1 }
    const outside = [{ code: 'events-outside', details: { count: 3, file: 'small.nex', startS: 1, endS: 60.001 } }]
    const told = (warnings: { code: string }[]): unknown => warnings.filter(({ code }) => code === 'events-outside')
    expect(told((await inspect({ files: [file('small.nex')], set })).warnings)).toEqual(outside)
    expect(told((await readAll([file('small.nex')], set)).warnings)).toEqual(outside)
  })

  test('.nex5: times of 64 bits, equal names, markers of numbers', async () => {
    const found = await readAll([file('small.nex5')])
    expect(Object.values(trainsOf(found))).toEqual([[1, 5_000_000], [2.5]])
    expect(found.taskEvents).toEqual([{ timeS: 0.7, kind: 'custom', label: 'Strobed 99', value: null }])
  })
})

test.each(['v2.nev', 'v3.nev'])('Blackrock %s: a channel per electrode and unit, noise left out, digital events kept', async (name) => {
  const found = await readAll([file(name)])
  expect(trainsOf(found)).toEqual({ elec3: [1, 3], '7 unit 1': [2], '7 unit 2': [2.5] })
  expect(found.taskEvents).toEqual([{ timeS: 3.25, kind: 'custom', label: 'digital 42', value: 42 }])
  expect(found.warnings).toContainEqual({ code: 'noise-spikes-left-out', details: { count: 1 } })
})

describe('SpikeGLX', () => {
  const meta = (...lines: string[]): string =>
    ['typeThis=imec', 'nSavedChans=5', 'snsApLfSy=4,0,1', 'imSampRate=30000', ...lines, ''].join('\n')

  test('tells of raw voltage whose data file is missing, and refuses to make a recording of it', async () => {
    const path = written('run.ap.meta', meta('fileSizeBytes=3000', '~snsGeomMap=(P,1,250,70)(0:27:0:1)(0:59:0:1)(1:27:20:1)(1:59:20:0)'))
    const found = await inspect({ files: [path] })
    expect(found).toMatchObject({ modality: 'voltage', channels: 4, samples: 300, samplingRateHz: 30_000, durationS: 0.01, spikes: null })
    expect([...found.positionsUm!]).toEqual([27, 0, 59, 0, 277, 20, 309, 20])
    expect(found.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['voltage-only', 'binary-missing', 'sync-channels-left-out']),
    )
    await expectRefusal(readAll([path]), 'import/voltage-only')
  })

  test('counts the samples of the data file that is there', async () => {
    const path = written('run.ap.meta', meta('fileSizeBytes=3000'))
    const binary = join(path, '..', 'run.ap.bin')
    writeFileSync(binary, new Uint8Array(1000))
    const found = await inspect({ files: [path, binary] })
    expect(found.samples).toBe(100)
    expect(found.warnings.map(({ code }) => code)).toContain('binary-size-differs')
  })
})

describe('a position track', () => {
  test('goes with spikes of its clock: visits to the track’s ends become intervals', async () => {
    const spikes = written('spikes.csv', 'channel,time_s\na,5.1\nb,5.35\na,5.9\n')
    const set = { endAPx: 0, endBPx: 100, trackM: 1, zoneM: 0.1 }
    const found = await readAll([spikes, file('track.videoPositionTracking')], set)
    expect(found.intervals).toEqual([
      { startS: 5, endS: 5.2, label: 'A' },
      { startS: 5.4, endS: 5.6, label: 'B' },
      { startS: 5.7, endS: 5.9, label: 'B' },
    ])
  })

  test('has a visit for every stay; leaving and coming back makes two', () => {
    const track = { timesS: Float64Array.of(0, 1, 2, 3, 4, 5), along: Float64Array.of(0, 0.5, 0.05, NaN, 1, 1.2) }
    expect(zoneVisits(track, { endA: 0, endB: 1, length: 1.6, zone: 0.2 })).toEqual([
      { label: 'A', startS: 0, endS: 1 },
      { label: 'A', startS: 2, endS: 3 },
      { label: 'B', startS: 4, endS: 5 },
    ])
  })
})

test.each([
  // EDF and BDF have one reader, as have both of NeuroExplorer and of Blackrock: a thousand copies for each.
  ['uneven.edf', 500],
  ['small.bdf', 500],
  ['small.nex', 500],
  ['small.nex5', 500],
  ['v2.nev', 500],
  ['v3.nev', 500],
  ['track.videoPositionTracking', 1000],
] as const)('%s of any damage is read or refused', async (name, all) => {
  const rounds = shareOf(all),
    sound = new Uint8Array(readFileSync(file(name))),
    draw = uniformSequence(9, 'splits', [sound.length, 0]),
    folder = throwAwayFolder()
  for (let round = 0; round < rounds; round++) {
    const bytes = round % 4 === 0 ? sound.slice(0, 1 + Math.floor(draw() * sound.length)) : sound.slice()
    for (let k = 0; k < 1 + (round % 3); k++) bytes[Math.floor(draw() * bytes.length)] = Math.floor(draw() * 256)
    const path = join(folder, name)
    writeFileSync(path, bytes)
    try {
      await inspect({ files: [path] })
    } catch (problem) {
      expect(problem).toBeInstanceOf(CodedError)
    }
  }
})
