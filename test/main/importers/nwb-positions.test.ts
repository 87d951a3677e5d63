import { expect, test } from 'vitest'
import { inspect, readBeside } from '../../../src/main/importers/read-files.ts'
import { visitsOf } from '../../../src/main/importers/track-visits.ts'
import { readAll } from './read-all.ts'
import { expectRefusal, hdf5Fixture, written } from './written-files.ts'

const file = hdf5Fixture('positions.nwb')
const at = (name: string): string => `/processing/behavior/Position/${name}`
const valueOf = (found: { settings: { name: string; value: unknown }[] }, name: string): unknown =>
  found.settings.find((one) => one.name === name)?.value

/** What the same samples give when they come as a table. */
const timesS = Float64Array.from({ length: 1200 }, (_, s) => s / 10)
const x = timesS.map((t) => Math.round(100 * (300 - 200 * Math.cos((2 * Math.PI * t) / 60))) / 100)
const track = { file: 'positions.nwb', unit: 'px', timesS, x, y: new Float64Array(1200).fill(240) }
const ends = { endAPx: 100, endBPx: 500 }

test('a series gives the visits that the same samples give as a table; pixels become metres by a length or by two places', async () => {
  const wanted = visitsOf(track, { ...ends, trackM: 1.6 }).intervals
  expect(wanted?.map(({ label }) => label)).toEqual(['A', 'B', 'A', 'B', 'A'])
  expect((await readAll([file], { position: at('pixels'), ...ends, trackM: 1.6 })).intervals).toEqual(wanted)
  const scale = { scaleFromPx: 150, scaleToPx: 350, scaleM: 0.8 }
  expect((await readAll([file], { position: at('pixels'), ...ends, ...scale })).intervals).toEqual(wanted)
})

test('the first series along a straight line is taken where nobody says, and that is said', async () => {
  const { intervals, warnings } = await inspect({ files: [file] })
  // Where the places are lost for a moment the first visit breaks in two.
  expect(intervals).toEqual({ A: 4, B: 2 })
  expect(warnings).toContainEqual({ code: 'position-guessed', details: { series: at('line') } })
  expect(warnings).toContainEqual({ code: 'positions-left', details: { series: 'head, field, pixels, short, tilted' } })
})

test('a unit and a conversion say how long the track is; lost places are lost; another unit can be said', async () => {
  const tilted = await inspect({ files: [file], set: { position: at('tilted'), endAPx: 0.4, endBPx: 2 } })
  expect(valueOf(tilted, 'trackM')).toBeCloseTo(1.6, 12)
  expect(tilted.behaviour?.track).toMatchObject({ unit: 'm' })
  expect(tilted.behaviour?.track?.x[1]).toBeCloseTo(0.004 * x[1]!, 12)
  const line = await inspect({ files: [file], set: { position: at('line'), endAPx: 40, endBPx: 200 } })
  expect(valueOf(line, 'trackM')).toBeCloseTo(1.6, 12)
  expect([...(line.behaviour?.track?.x.subarray(4, 6) ?? [])]).toEqual([0.4 * x[4]!, NaN])
  const metres = await inspect({ files: [file], set: { position: at('pixels'), trackUnit: 'm' } })
  expect(metres.warnings.map(({ code }) => code)).toContain('track-length-doubtful')
})

test('an open field and an angle are offered, not taken', async () => {
  const alone = await inspect({ files: [hdf5Fixture('positions-alone.nwb')] })
  expect(alone).toMatchObject({ modality: 'behaviour', intervals: {} })
  expect(alone.choices).toEqual([{ name: 'position', options: [at('field'), 'none'] }])
  expect(alone.warnings.map(({ code }) => code)).toEqual(['positions-left', 'behaviour-only'])
  const none = await inspect({ files: [file], set: { position: 'none' } })
  // It can still be chosen on the page of events.
  expect(none).toMatchObject({ modality: 'spikes', spikes: 3, intervals: {}, behaviour: { track: null } })
  const head = await inspect({ files: [file], set: { position: '/processing/behavior/CompassDirection/head' } })
  expect(head.behaviour?.track?.y.every((value) => value === 0)).toBe(true)
})

test('a series that cannot be is refused when it is picked, and keeps nobody from the units when it is not', async () => {
  await expectRefusal(inspect({ files: [file], set: { position: at('short') } }), 'import/counts-disagree', {
    file: 'positions.nwb',
    dataset: `${at('short')}/timestamps`,
    expected: 1200,
    found: 1199,
  })
  await expectRefusal(inspect({ files: [file], set: { position: '/nowhere' } }), 'import/setting-refused', { setting: 'position' })
})

test('the position of another file goes with a recording, at once or later', async () => {
  const set = { position: at('field'), trackAxis: 'x' }
  const alone = hdf5Fixture('positions-alone.nwb')
  const { intervals, behaviour } = await inspect({ files: [written('spikes.csv', 'channel,time_s\n1,0.5\n2,119\n'), alone], set })
  expect(Object.keys(intervals)).toEqual(['B', 'A'])
  expect(behaviour?.track).toMatchObject({ file: 'positions-alone.nwb', unit: 'm' })
  const base = { taskEvents: [], intervals: [], startS: 0, endS: 120, samplingRateHz: null }
  const { added, preview } = await readBeside({ file: alone, set, base })
  expect(added.intervals.map(({ label }) => label)).toEqual(['B', 'A', 'B', 'A', 'B'])
  expect(preview.track?.x.length).toBe(1200)
})
