import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readBeside } from '../../../src/main/importers/read-files.ts'
import { visitsOf } from '../../../src/main/importers/track-visits.ts'
import { expectRefusal, written } from './written-files.ts'

/** Runs up and down a track of 400 px, 100 to 500 along x, once a minute. */
const timesS = Float64Array.from({ length: 2400 }, (_, k) => k / 10)
const x = timesS.map((t) => 300 - 200 * Math.cos((2 * Math.PI * t) / 60))
const track = { file: 'track.csv', unit: 'px', timesS, x, y: new Float64Array(2400).fill(240) }
const valueOf = (settings: { name: string; value: unknown }[], name: string): unknown => settings.find((one) => one.name === name)?.value

test('two places and their distance in metres give the length of the track and the same visits as its length typed', () => {
  const ends = { endAPx: 100, endBPx: 500, zoneM: 0.2 }
  const typed = visitsOf(track, { ...ends, trackM: 1.6 })
  const measured = visitsOf(track, { ...ends, scaleFromPx: 150, scaleToPx: 350, scaleM: 0.8 })
  expect(valueOf(measured.settings, 'trackM')).toBeCloseTo(1.6, 12)
  expect(measured.intervals).toEqual(typed.intervals)
  expect(typed.intervals?.map(({ label }) => label)).toEqual(['A', 'B', 'A', 'B', 'A', 'B', 'A', 'B', 'A'])
})

test('visits do not change with the picture’s size, its place or its direction', () => {
  const ends = { endAPx: 100, endBPx: 500, trackM: 1.6, zoneM: 0.2 }
  const wanted = visitsOf(track, ends).intervals
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: -2000, max: 2000 }), fc.boolean(), (scale, shift, mirrored) => {
      const moved = (value: number): number => (mirrored ? -1 : 1) * scale * value + shift
      const found = visitsOf({ ...track, x: x.map(moved) }, { ...ends, endAPx: moved(100), endBPx: moved(500), trackAxis: 'x' })
      expect(found.intervals?.length).toBe(wanted?.length)
      expect(found.intervals?.map(({ label }) => label)).toEqual(wanted?.map(({ label }) => label))
    }),
    { numRuns: 50 },
  )
})

test('a length beside a measured distance is refused, and so is a distance between a place and itself', async () => {
  const scale = { scaleFromPx: 150, scaleToPx: 350, scaleM: 0.8 }
  const refused = (answers: Record<string, number>): Promise<unknown> => Promise.resolve().then(() => visitsOf(track, answers))
  await expectRefusal(refused({ ...scale, trackM: 2 }), 'import/setting-refused', { setting: 'trackM' })
  await expectRefusal(refused({ ...scale, scaleToPx: 150 }), 'import/setting-refused', { setting: 'scaleToPx' })
  await expectRefusal(refused({ trackM: -1 }), 'import/setting-refused', { setting: 'trackM' })
})

test('a table of positions goes with a recording that is there: its visits, and the trace to draw', async () => {
  const base = { taskEvents: [], intervals: [], startS: 0, endS: 120, samplingRateHz: null }
  const rows = Array.from(timesS, (t, k) => `${t},${x[k]!.toFixed(2)},240`)
  const file = written('track.csv', `time_s,x_px,y_px\n${rows.join('\n')}\n`)
  const { added, preview, warnings } = await readBeside({ file, base })
  expect(added.intervals.map(({ label }) => label)).toEqual(['A', 'B', 'A', 'B', 'A'])
  expect(warnings.map(({ code }) => code)).toEqual(['intervals-outside'])
  expect(preview.track).toMatchObject({ file: 'track.csv', unit: 'px' })
  expect(preview.track?.x.length).toBe(2400)
  await expectRefusal(
    readBeside({ file: written('track.csv', 'time_s,x,y\n0,1,1\n1,here,1\n2,3,3\n'), base }),
    'import/cell-not-a-number',
    {
      file: 'track.csv',
      line: 3,
      column: 'x',
    },
  )
})
