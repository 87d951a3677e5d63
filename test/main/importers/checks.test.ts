import { expect, test } from 'vitest'
import { inspect } from '../../../src/main/importers/read-files.ts'
import { written } from './written-files.ts'

async function warningsOf(spikes: [string, number][], more: string[] = []): Promise<Record<string, unknown>> {
  const path = written('spikes.csv', `channel,time_s\n${spikes.map((row) => row.join(',')).join('\n')}\n`)
  const { warnings } = await inspect({ files: [path, ...more] })
  return Object.fromEntries(warnings.map(({ code, details }) => [code, details]))
}

const many = Array.from({ length: 25 }, (_, c): [string, number] => [String(c), c + 0.5])
const places = (): string => written('positions.csv', `channel,x,y\n${many.map((_, c) => `${c},${c},${c * c}`).join('\n')}\n`)

test('a sound recording has no warnings', async () => {
  expect(await warningsOf(many, [places()])).toEqual({})
})

test('few channels, no places', async () => {
  expect(
    await warningsOf([
      ['1', 1],
      ['2', 2],
    ]),
  ).toEqual({ 'few-channels': { count: 2, needed: 20 }, 'no-positions': {} })
})

test('the same time on the same channel is a duplicate, on another it is not', async () => {
  expect((await warningsOf([...many, ['3', 3.5], ['4', 3.5]]))['duplicate-spikes']).toEqual({ count: 1 })
})

test('intervals below 1 ms are told above one in a hundred', async () => {
  const regular = Array.from({ length: 101 }, (_, s): [string, number] => ['0', 30 + s])
  expect(await warningsOf([...regular, ['0', 50.0005]])).not.toHaveProperty('refractory-violations')
  expect((await warningsOf([...regular, ['0', 50.0005], ['0', 60.0005]]))['refractory-violations']).toEqual({ percent: 2 })
})

test('times out of order are told by channel', async () => {
  expect((await warningsOf([...many, ['3', 1.25]]))['unsorted-times']).toEqual({ count: 1, channels: '3' })
})

test('a clock that runs before the recording is told, and the start follows it', async () => {
  const late = many.map(([channel, timeS]): [string, number] => [channel, timeS + 3600])
  expect((await warningsOf(late))['clock-starts-late']).toEqual({ firstS: 3600.5, startS: 3600 })
})

test('a pause of all channels that is far longer than any other is a jump of the clock, waves with pauses are none', async () => {
  const regular = Array.from({ length: 300 }, (_, s): [string, number] => [String(s % 25), s / 2])
  const later = regular.map(([channel, timeS]): [string, number] => [channel, timeS + 1000])
  expect((await warningsOf([...regular, ...later]))['clock-jump']).toEqual({ count: 1, fromS: 149.5, toS: 1000 })
  const waves = Array.from({ length: 600 }, (_, s): [string, number] => [String(s % 25), Math.floor(s / 60) * 120 + (s % 60) / 20])
  expect(await warningsOf(waves)).not.toHaveProperty('clock-jump')
})

test('samples whose times jump are told, with the longest step', async () => {
  const times = Array.from({ length: 60 }, (_, s) => (s < 20 ? s : s < 40 ? s + 50 : s + 150))
  const path = written('traces.csv', `time_s,a,b\n${times.map((timeS, s) => `${timeS},${s % 7}.5,${s % 5}.25`).join('\n')}\n`)
  const { warnings } = await inspect({ files: [path] })
  expect(warnings.find(({ code }) => code === 'clock-jump')?.details).toEqual({ count: 2, fromS: 89, toS: 190 })
})

test('channels all at one place are told', async () => {
  const heap = written('positions.csv', `channel,x,y\n${many.map(([channel]) => `${channel},5,5`).join('\n')}\n`)
  expect(await warningsOf(many, [heap])).toEqual({ 'positions-all-equal': {} })
})

test('the raster shows the busiest channels in the busiest ten seconds', async () => {
  const burst = Array.from({ length: 60 }, (_, s): [string, number] => [s % 2 ? 'b' : 'a', 500 + s / 10])
  const path = written('spikes.csv', `channel,time_s\n${[['c', 3], ...burst, ['c', 900]].map((row) => row.join(',')).join('\n')}\n`)
  const { raster } = await inspect({ files: [path] })
  expect(raster?.spikeS).toHaveLength(60)
  expect(raster && [...raster.channelIndexes]).toEqual([1, 2])
  expect(raster && raster.toS - raster.fromS).toBe(10)
  expect(raster && raster.fromS <= 500 && raster.toS > 505.9).toBe(true)
})

test('the raster stays small where a unit is wrong and all spikes fall into a moment', async () => {
  const path = written('spikes.csv', `channel,time_us\n${Array.from({ length: 300_000 }, (_, s) => `${s % 3},${s}`).join('\n')}\n`)
  const { raster, spikes } = await inspect({ files: [path] })
  expect(spikes).toBe(300_000)
  expect(raster?.spikeS.length).toBeLessThanOrEqual(50_003)
  expect([...new Set(raster?.spikeRow)]).toEqual([0, 1, 2])
})
