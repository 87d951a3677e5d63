import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { fail } from '../../../src/shared/contract/errors.ts'
import { simulationRecipe, type SimulatedFiles, type SimulationRecipe } from '../../../src/shared/domain/simulation.ts'
import { simulate } from '../../../src/main/jobs/simulate.ts'
import { binSpikes } from '../../../src/main/science/bins.ts'
import { simulateCulture } from '../../../src/main/science/simulate.ts'
import { madeUpArray } from '../../../src/main/science/simulated-array.ts'
import { simulateSpikes } from '../../../src/main/science/simulated-spikes.ts'
import { readAll, trainsOf } from '../importers/read-all.ts'
import { throwAwayFolder } from '../throw-away.ts'

const realLayout = fileURLToPath(new URL('../../fixtures/recordings/dishbrain-array/layout.csv', import.meta.url))
const recipeOf = (settings: Partial<SimulationRecipe> = {}): SimulationRecipe =>
  simulationRecipe.parse({ kind: 'planted', seed: 11, subjectCount: 1, durationS: 60, ...settings })
type Truth = {
  skill: number[]
  coupling: number[]
  modulatedChannels: string[]
  regions: string[]
  channels: string[]
  deadChannels: string[]
  swappedRegions: [string, string][]
  turnsS: number[] | null
}

async function make(
  out: string,
  settings: Partial<SimulationRecipe> = {},
  { layoutFile = null as string | null, interrupt = (): void => {} } = {},
): Promise<SimulatedFiles[]> {
  const step = simulate({ recipe: recipeOf(settings), layoutFile, out }, interrupt)
  for (;;) {
    const { value, done } = await step.next()
    if (done) return value
  }
}
const only = async (settings: Partial<SimulationRecipe>, layoutFile: string | null = null) => {
  const [files] = await make(throwAwayFolder(), settings, { layoutFile })
  if (!files) throw new Error('no culture')
  return { files, truth: JSON.parse(readFileSync(files.truth, 'utf8')) as Truth }
}

test("what was simulated comes in by the import of a person's files: every channel, every spike, every region", async () => {
  const { files } = await only({ deadChannelCount: 2 })
  const recording = await readAll([files.spikes, files.layout])
  const array = madeUpArray(120),
    culture = simulateCulture(recipeOf({ deadChannelCount: 2 }), array, 1)
  expect(recording.channelLabels).toEqual(array.channelLabels)
  expect(recording.positionsUm).toEqual(array.positionsUm)
  expect(recording.regions).toEqual(array.regions)
  expect(recording.regionOfChannel).toEqual(array.regionOfChannel)
  expect([recording.startS, recording.endS]).toEqual([0, 60])
  const trains = trainsOf(recording)
  array.channelLabels.forEach((label, c) =>
    expect(trains[label]).toEqual(Array.from(simulateSpikes(culture, c), (sample) => sample / 20_000)),
  )
  expect(array.channelLabels.filter((label) => trains[label]?.length === 0)).toEqual(
    array.channelLabels.filter((_, c) => culture.faults[c] === 'dead'),
  )
  expect(recording.warnings.map(({ code }) => code)).not.toContain('duplicate-spikes')
})

test('events are a table of their own, and truth stands beside and agrees with them', async () => {
  const { files, truth } = await only({ durationS: 1200, channelCount: 16 })
  const [header, ...rows] = readFileSync(files.events, 'utf8')
    .trim()
    .split('\n')
    .map((row) => row.split(','))
  expect(header).toEqual(['time_s', 'kind'])
  expect(new Set(rows.map(([, kind]) => kind))).toEqual(new Set(['hit', 'miss']))
  const { events, skill } = simulateCulture(recipeOf({ durationS: 1200, channelCount: 16 }), madeUpArray(16), 1)
  expect(rows.map(([time, kind]) => ({ timeS: Number(time), kind }))).toEqual(events)
  expect(truth.skill).toHaveLength(24_000)
  expect(Math.max(...truth.skill.map((p, b) => Math.abs(p - skill[b]!)))).toBeLessThan(1e-6)
  expect(Math.max(...truth.coupling.map((c, b) => Math.abs(c - 0.05 - 0.55 * truth.skill[b]!)))).toBeLessThan(2e-6)
})

test('a culture of a cohort is the same made alone', async () => {
  const [, , third] = await make(throwAwayFolder(), { subjectCount: 3 })
  const [alone] = await make(throwAwayFolder(), { firstSubject: 3 })
  for (const name of ['spikes', 'layout', 'events'] as const)
    expect(readFileSync(alone![name], 'utf8')).toBe(readFileSync(third![name], 'utf8'))
  const truth = (files: SimulatedFiles): object => ({ ...(JSON.parse(readFileSync(files.truth, 'utf8')) as object), recipe: null })
  expect(truth(alone!)).toEqual(truth(third!))
  expect(alone!.spikes).toMatch(/culture-003.spikes\.csv$/)
})

test('in imported planted cultures the regions correlate more where skill is high; in null ones they do not', async () => {
  const difference = async (kind: SimulationRecipe['kind'], firstSubject: number): Promise<number> => {
    const { files, truth } = await only({ kind, firstSubject, durationS: 1200 })
    const { regionOfChannel, startS, endS, channelLabels, ...spikes } = await readAll([files.spikes, files.layout])
    const bins = binSpikes(spikes, Int32Array.from(channelLabels.keys()), { startS, endS, binMs: 50 }, () => {})
    const summed = [new Float64Array(bins.binCount), new Float64Array(bins.binCount)] as const
    for (let b = 0; b < bins.binCount; b++) {
      for (let e = bins.binStarts[b]!; e < bins.binStarts[b + 1]!; e++)
        summed[regionOfChannel[bins.channels[e]!] === 0 ? 0 : 1][b]! += bins.counts[e]!
    }
    const windows = Array.from({ length: 10 }, (_, k) => {
      const [from, to] = [2400 * k, 2400 * (k + 1)]
      return { skill: mean(truth.skill.slice(from, to)), r: correlation(summed[0].subarray(from, to), summed[1].subarray(from, to)) }
    }).toSorted((a, b) => a.skill - b.skill)
    return mean(windows.slice(-4).map(({ r }) => r)) - mean(windows.slice(0, 4).map(({ r }) => r))
  }
  const planted = [await difference('planted', 1), await difference('planted', 2), await difference('planted', 3)]
  const none = [await difference('null', 1), await difference('null', 2), await difference('null', 3)]
  expect(mean(planted)).toBeGreaterThan(0.1)
  expect(Math.min(...planted)).toBeGreaterThan(0)
  expect(Math.abs(mean(none))).toBeLessThan(0.08)
})

test('a real array is played on as its layout says', async () => {
  const { files, truth } = await only({ durationS: 20, variant: 'paddle' }, realLayout)
  const recording = await readAll([files.spikes, files.layout])
  const original = readFileSync(realLayout, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(','))
  expect(recording.channelLabels).toHaveLength(900)
  expect(truth.channels).toEqual(original.map(([label]) => label))
  expect(truth.regions).toEqual(original.map(([, , , region]) => region))
  const byLabel = new Map(original.map(([label, x, y, region]) => [label, [Number(x), Number(y), region]]))
  recording.channelLabels.forEach((label, c) => {
    expect([
      recording.positionsUm![2 * c],
      recording.positionsUm![2 * c + 1],
      recording.regions[recording.regionOfChannel[c]!]?.name,
    ]).toEqual(byLabel.get(label))
  })
  expect(
    recording.regions
      .filter(({ paddle }) => paddle === 'up')
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['L_up', 'R_up'])
})

test('a layout without sensory, motor or, for paddle, up regions is refused', async () => {
  const folder = throwAwayFolder(),
    layoutFile = join(folder, 'layout.csv')
  const withRegions = async (regions: [string, string, string][], settings: Partial<SimulationRecipe> = {}): Promise<unknown> => {
    writeFileSync(
      layoutFile,
      `channel,x_um,y_um,region,role,side,paddle\n${regions.map(([name, role, paddle], c) => `${c},${100 * c},0,${name},${role},,${paddle}\n`).join('')}`,
    )
    return make(join(folder, 'out'), settings, { layoutFile }).catch((problem: unknown) => problem)
  }
  expect(
    await withRegions([
      ['a', 'other', ''],
      ['b', 'motor', ''],
    ]),
  ).toMatchObject({ code: 'simulations/no-roles', details: { missing: 'sensory' } })
  expect(
    await withRegions([
      ['a', 'sensory', ''],
      ['b', 'other', ''],
    ]),
  ).toMatchObject({ code: 'simulations/no-roles', details: { missing: 'motor' } })
  expect(
    await withRegions(
      [
        ['a', 'sensory', ''],
        ['b', 'motor', 'down'],
      ],
      { variant: 'paddle' },
    ),
  ).toMatchObject({ code: 'simulations/no-roles', details: { missing: 'paddle up' } })
  expect(existsSync(join(folder, 'out'))).toBe(false)
})

test('a swapped label stands in the layout and only there', async () => {
  const { files, truth } = await only({ swappedRegionPairCount: 1 })
  const recording = await readAll([files.spikes, files.layout])
  const [pair] = truth.swappedRegions
  if (!pair) throw new Error('nothing swapped')
  const other = new Map([pair, pair.toReversed() as [string, string]])
  recording.channelLabels.forEach((_, c) => {
    expect(recording.regions[recording.regionOfChannel[c]!]?.name).toBe(other.get(truth.regions[c]!) ?? truth.regions[c])
  })
})

test('files that are there are named and left alone, and nothing is written beside them', async () => {
  const out = throwAwayFolder()
  mkdirSync(join(out, 'culture-002'))
  writeFileSync(join(out, 'culture-002', 'events.csv'), 'mine')
  const refused = await make(out, { subjectCount: 3 }).catch((problem: unknown) => problem)
  expect(refused).toMatchObject({ code: 'simulations/file-exists', details: { file: join(out, 'culture-002', 'events.csv'), count: 1 } })
  expect(readdirSync(out)).toEqual(['culture-002'])
  expect(readFileSync(join(out, 'culture-002', 'events.csv'), 'utf8')).toBe('mine')
})

test('a simulation that is stopped leaves whole cultures and no half ones', async () => {
  const out = throwAwayFolder()
  let asked = 0
  const interrupt = (): void => {
    if (++asked > 150) throw fail('jobs/cancelled', {})
  }
  expect(await make(out, { subjectCount: 3 }, { interrupt }).catch((problem: unknown) => problem)).toMatchObject({ code: 'jobs/cancelled' })
  expect(readdirSync(join(out, 'culture-001')).sort()).toEqual(['events.csv', 'layout.csv', 'spikes.csv', 'truth.json'])
  expect(readdirSync(join(out, 'culture-002'))).toEqual([])

  const step = simulate({ recipe: recipeOf({ firstSubject: 5 }), layoutFile: null, out }, () => {})
  await step.next()
  expect(readdirSync(join(out, 'culture-005')).sort()).toContain('spikes.csv.part')
  await step.return([])
  expect(readdirSync(join(out, 'culture-005'))).toEqual([])
})

test('progress counts the channels of all cultures', async () => {
  const step = simulate({ recipe: recipeOf({ subjectCount: 2, channelCount: 16 }), layoutFile: null, out: throwAwayFolder() }, () => {})
  const done: number[] = []
  for (let next = await step.next(); !next.done; next = await step.next()) {
    expect(next.value).toMatchObject({ kind: 'progress', phase: 'simulate', total: 32 })
    if (next.value.kind === 'progress') done.push(next.value.done)
  }
  expect(done).toEqual(Array.from({ length: 32 }, (_, k) => k + 1))
})

test('a folder that cannot be made is named', async () => {
  const folder = throwAwayFolder(),
    file = join(folder, 'a file')
  writeFileSync(file, '')
  expect(await make(join(file, 'out')).catch((problem: unknown) => problem)).toMatchObject({
    code: 'exports/cannot-write',
    details: { file: join(file, 'out', 'culture-001') },
  })
})

function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

function correlation(x: Float64Array, y: Float64Array): number {
  const mx = mean(x),
    my = mean(y)
  let xy = 0,
    xx = 0,
    yy = 0
  x.forEach((value, i) => {
    xy += (value - mx) * (y[i]! - my)
    xx += (value - mx) ** 2
    yy += (y[i]! - my) ** 2
  })
  return xy / Math.sqrt(xx * yy)
}
