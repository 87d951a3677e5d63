import type { Dataset } from 'h5wasm/node'
import { expect, test } from 'vitest'
import { makeSnapshots } from '../../../src/main/jobs/snapshots.ts'
import type { SnapshotsInput, SnapshotsResult } from '../../../src/main/jobs/snapshots.ts'
import type { StepNotice } from '../../../src/main/jobs/step.ts'
import { snapshotPresets, snapshotRecipe } from '../../../src/shared/domain/snapshot.ts'
import { binSpikes } from '../../../src/main/science/bins.ts'
import type { SpikeTrains } from '../../../src/main/science/bins.ts'
import { autoregressive, normalDraws } from '../../../src/main/science/draws.ts'
import { uniformSequence } from '../../../src/shared/domain/random.ts'
import reference from '../../fixtures/statistics/correlation.json' with { type: 'json' }
import { denseCounts, firstChannels, neverInterrupts, spikeTrains } from '../science/spike-trains.ts'

const recipe = snapshotRecipe.parse({
  binMs: 50,
  windowS: reference.windowS,
  stepS: reference.stepS,
  edges: { rule: 'proportional', density: reference.density },
})
const input: SnapshotsInput = {
  signal: { kind: 'spikes', trains: spikeTrains(reference.timesS) },
  intervals: [],
  startS: 0,
  endS: reference.endS,
  channelIndexes: firstChannels(9),
  roles: new Array<null>(9).fill(null),
  recipe,
  previewOnly: false,
}

function finish(given: SnapshotsInput, interrupt = neverInterrupts): { result: SnapshotsResult; notices: StepNotice[] } {
  const step = makeSnapshots(given, interrupt),
    notices: StepNotice[] = []
  for (;;) {
    const next = step.next()
    if (next.done) return { result: next.value, notices }
    notices.push(next.value)
  }
}

/** Spikes of the sample's 913 channels. */
async function sampleSpikes(): Promise<SpikeTrains> {
  const { ready, File } = await import('h5wasm/node')
  await ready
  const file = new File('resources/sample/Maccione2014_P11_14May12_spont_day1_1_SpkTs_12_bursts_filtered.h5', 'r')
  const read = (name: string): number[] => Array.from((file.get(name) as Dataset).value as ArrayLike<number>, Number)
  const offsets = new Uint32Array(914)
  read('/sCount').forEach((count, c) => {
    offsets[c + 1] = offsets[c]! + count
  })
  const timesS = Float64Array.from(read('/spikes'))
  file.close()
  return { timesS, offsets }
}

test('snapshots carry what an independent program finds in each window', () => {
  const { snapshots, edges, r, rateHz, degree } = finish(input).result
  expect(snapshots).toHaveLength(reference.windows.length)
  snapshots.forEach((snapshot, t) => {
    const expected = reference.windows[t]!,
      strengths = expected.r.map(Math.abs)
    expect(snapshot).toMatchObject({ index: t, edgeCount: 7, density: 7 / 36 })
    expect(snapshot.startS).toBeCloseTo(t * 1.2, 12)
    expect(snapshot.endS).toBeCloseTo(t * 1.2 + 3, 12)
    expect(snapshot.meanAbsoluteR).toBeCloseTo(strengths.reduce((sum, value) => sum + value) / 36, 12)
    expect(snapshot.thresholdR).toBeCloseTo(strengths.sort((a, b) => b - a)[6]!, 12)
    expect(snapshot.meanRateHz).toBeCloseTo(expected.rateHz.reduce((sum, value) => sum + value) / 9, 5)
    expect(snapshot.silentChannelCount).toBe(expected.rateHz.filter((rate) => rate === 0).length)
    expect([...edges[t]!]).toEqual(expected.proportional.flat())
    expected.r.forEach((value, pair) => expect(r[t]![pair]! / 32767).toBeCloseTo(value, 4))
    expected.rateHz.forEach((value, c) => {
      expect(rateHz[t * 9 + c]).toBeCloseTo(value, 5)
      expect(degree[t * 9 + c]).toBe(expected.proportional.flat().filter((channel) => channel === c).length)
    })
  })
})

test('times are from the start of the recording, whatever its clock says', () => {
  const late = {
    ...input,
    signal: { kind: 'spikes' as const, trains: spikeTrains(reference.timesS.map((times) => times.map((s) => s + 500))) },
    startS: 500,
    endS: 500 + reference.endS,
  }
  expect(finish(late).result).toEqual(finish(input).result)
})

test('a preview has the same snapshots without r and edges', () => {
  const preview = finish({ ...input, previewOnly: true }).result
  const { result } = finish(input)
  expect(preview).toEqual({ ...result, r: [], edges: [], nodeStatistics: result.nodeStatistics.map(() => 0) })
})

test('occupancy changes the correlations but not the rates', () => {
  const counts = finish(input).result,
    occupancy = finish({ ...input, recipe: { ...recipe, values: 'occupancy' } }).result
  expect(occupancy.rateHz).toEqual(counts.rateHz)
  expect(occupancy.r).not.toEqual(counts.r)
})

test('excluded channels are in no result', () => {
  const { result } = finish({ ...input, channelIndexes: Int32Array.of(0, 2, 5, 8) })
  expect(result.r[0]).toHaveLength(6)
  expect(Math.max(...result.edges.flatMap((pairs) => [...pairs]))).toBeLessThanOrEqual(3)
})

test('the histogram counts every pair of every window once', () => {
  const { rHistogram } = finish(input).result
  const expected = new Array<number>(100).fill(0)
  for (const value of reference.windows.flatMap(({ r }) => r)) expected[Math.min(99, Math.floor((value + 1) * 50))]!++
  expect([...rHistogram.counts]).toEqual(expected)
  expect([rHistogram.from, rHistogram.to]).toEqual([-1, 1])
})

test('progress ends at the last window', () => {
  expect(finish(input).notices.at(-1)).toEqual({ kind: 'progress', done: 4, total: 4, phase: 'edges' })
})

test('fewer than three channels are refused', () => {
  expect(() => finish({ ...input, channelIndexes: Int32Array.of(0, 1) })).toThrow('recordings/too-few-channels {"found":2,"needed":3}')
})

test('an interrupt ends the step', () => {
  expect(() =>
    finish(input, () => {
      throw new Error('stopped')
    }),
  ).toThrow('stopped')
})

test('significance edges say what the null is doing, window by window', () => {
  const { result, notices } = finish({ ...input, recipe: { ...recipe, edges: { rule: 'significance', alpha: 0.2 } } })
  expect(notices.filter((notice) => notice.kind === 'progress' && notice.phase === 'null')).toEqual(
    [0, 1, 2, 3].map((done) => ({ kind: 'progress', done, total: 4, phase: 'null' })),
  )
  result.snapshots.forEach((snapshot, t) => {
    const strengths = Array.from({ length: snapshot.edgeCount }, (_, e) => {
      const [i = 0, j = 0] = result.edges[t]!.subarray(2 * e)
      return Math.abs(result.r[t]![i * 9 - (i * (i + 1)) / 2 - i - 1 + j]! / 32767)
    })
    if (snapshot.thresholdR === null) expect(strengths).toEqual([])
    else expect(snapshot.thresholdR).toBeCloseTo(Math.min(...strengths), 4)
  })
  expect(result.snapshots.some(({ edgeCount }) => edgeCount > 0)).toBe(true)
})

test('the sample, with the waves preset, has 21 windows of 913 channels at density 0.05', async () => {
  const { result } = finish({
    ...input,
    signal: { kind: 'spikes', trains: await sampleSpikes() },
    endS: 1800,
    channelIndexes: firstChannels(913),
    roles: [],
    recipe: snapshotPresets.waves,
    previewOnly: true,
  })
  expect(result.snapshots).toHaveLength(21)
  for (const { edgeCount, density } of result.snapshots) {
    expect(edgeCount).toBe(20_816)
    expect(density).toBeCloseTo(0.05, 5)
  }
  expect([result.snapshots[20]!.startS, result.snapshots[20]!.endS]).toEqual([1200, 1800])
})

test('the sample has some 5 % significant pairs in windows of 10 min, and next to none in windows of 2 min', async () => {
  const sample: SnapshotsInput = {
    ...input,
    signal: { kind: 'spikes', trains: await sampleSpikes() },
    channelIndexes: firstChannels(913),
    roles: [],
    previewOnly: true,
  }
  const edges = { rule: 'significance', alpha: 0.05 } as const
  const waves = finish({ ...sample, endS: 720, recipe: { ...snapshotPresets.waves, edges } }).result.snapshots
  expect(waves).toHaveLength(3)
  for (const { density } of waves) expect(Math.abs(density - 0.053)).toBeLessThan(0.002)
  const [studio] = finish({ ...sample, endS: 120, recipe: snapshotPresets.studio }).result.snapshots
  expect(Math.abs(studio!.density - 0.0004)).toBeLessThan(0.0002)
})

/** 30 channels whose rate doubles half way; channel 4 is nearly silent. */
function driftingTrains(channelCount = 30): SpikeTrains {
  return spikeTrains(
    Array.from({ length: channelCount }, (_, c) => {
      const next = uniformSequence(c, 'simulate')
      return Array.from({ length: c === 4 ? 9 : 400 }, (_, k) => 60 * (k < 100 ? next() : Math.sqrt(next()))).sort((a, b) => a - b)
    }),
  )
}
const drifting: SnapshotsInput = {
  ...input,
  signal: { kind: 'spikes', trains: driftingTrains() },
  endS: 60,
  channelIndexes: firstChannels(30).filter((c) => c !== 7),
  roles: Array.from({ length: 30 }, (_, c) => (c < 15 ? 'sensory' : 'motor')),
  recipe: snapshotRecipe.parse({ binMs: 50, windowS: 20, stepS: 10, edges: { rule: 'proportional', density: 0.1 } }),
}
const matching = (changes: Partial<SnapshotsInput['recipe']> = {}): SnapshotsInput => ({
  ...drifting,
  recipe: { ...drifting.recipe, rateMatching: { seed: 1 }, ...changes },
})

test('rate-matched snapshots have the same rate of every channel in every window, and list who is left out', () => {
  const { channelIndexes, leftOut, rateHz, snapshots, r, degree } = finish(matching()).result,
    recorded = finish(drifting).result
  expect(leftOut).toEqual({ channelIndexes: [4], intervals: [] })
  expect(Array.from(channelIndexes)).toEqual(Array.from(drifting.channelIndexes).filter((c) => c !== 4))
  expect([snapshots.length, r[0]!.length, degree.length]).toEqual([5, (28 * 27) / 2, 5 * 28])
  for (let t = 1; t < 5; t++) expect(rateHz.subarray(t * 28, (t + 1) * 28)).toEqual(rateHz.subarray(0, 28))
  expect(recorded.snapshots[4]!.meanRateHz / recorded.snapshots[0]!.meanRateHz).toBeGreaterThan(1.5)
  expect(recorded.leftOut).toEqual({ channelIndexes: [], intervals: [] })
})

test('one thinning per seed', () => {
  expect(finish(matching()).result).toEqual(finish(matching()).result)
  expect(finish(matching({ rateMatching: { seed: 2 } })).result.r).not.toEqual(finish(matching()).result.r)
})

test('rates that cannot be matched are refused, with the step that could', () => {
  const refused = (changes: Partial<SnapshotsInput['recipe']>, signal = drifting.signal): string => {
    try {
      finish({ ...matching(changes), signal })
      return ''
    } catch (problem) {
      return String((problem as Error).message)
    }
  }
  expect(refused({ windowS: 25 })).toBe('snapshots/step-not-in-window {"windowS":25,"stepS":10}')
  expect(refused({ stepS: 1 })).toBe(
    'snapshots/too-few-rate-matched {"group":"all","kept":0,"of":29,"needed":20,"stepS":1,"longerStepS":4}',
  )
  const quiet = spikeTrains(Array.from({ length: 30 }, (_, c) => (c < 22 ? Array.from({ length: 120 }, (_, k) => k / 2 + 0.1) : [1, 2])))
  expect(refused({}, { kind: 'spikes', trains: quiet })).toBe(
    'snapshots/never-rate-matched {"group":"motor","kept":7,"of":15,"needed":8,"stepS":10}',
  )
})

/** 8 traces of 40 s at 20 Hz, in arbitrary units above a baseline; 0 and 1 go together, 7 never changes. */
const tracesSignal = (() => {
  const timesS = Float64Array.from({ length: 800 }, (_, s) => 100 + s / 20),
    values = new Float32Array(8 * 800)
  const waves = Array.from({ length: 8 }, (_, c) => autoregressive(800, 10, normalDraws(uniformSequence(c, 'simulate'))))
  for (let c = 0; c < 8; c++) {
    for (let s = 0; s < 800; s++) values[c * 800 + s] = c === 7 ? 50 : 50 + 5 * (waves[c]![s]! + (c === 1 ? waves[0]![s]! : 0))
  }
  return { kind: 'traces' as const, values, timesS }
})()
const ofTraces: SnapshotsInput = {
  signal: tracesSignal,
  intervals: [],
  startS: 100,
  endS: 140,
  channelIndexes: firstChannels(8),
  roles: new Array<null>(8).fill(null),
  recipe: snapshotRecipe.parse({ binMs: 100, windowS: 20, stepS: 10 }),
  previewOnly: false,
}

test('traces have snapshots too: means for rates, unchanging channels for silent ones, significance by a normal tail', () => {
  const { snapshots, rateHz, edges, nodeStatistics } = finish(ofTraces).result
  expect(snapshots).toHaveLength(3)
  expect(edges.map(String)).toEqual(['0,1', '0,1', '0,1'])
  expect(rateHz[7]).toBe(50)
  expect(snapshots[0]).toMatchObject({ silentChannelCount: 1, testedShare: (7 * 6) / (8 * 7), label: null })
  // of channel 0: no intervals, no Fano factor, no share of bins with a spike
  expect(Array.from(nodeStatistics.subarray(0, 6)).map(Number.isNaN)).toEqual([false, true, true, false, false, true])
})

test('ΔF/F and smoothing change what is correlated', () => {
  const r = (changes: Partial<SnapshotsInput['recipe']>): Int16Array =>
    finish({ ...ofTraces, recipe: { ...ofTraces.recipe, ...changes } }).result.r[0]!
  const plain = r({})
  expect(r({ normalise: 'running-baseline' })).not.toEqual(plain)
  expect(r({ smoothingMs: 500 })).not.toEqual(plain)
  const spikes = finish({ ...drifting, recipe: { ...drifting.recipe, smoothingMs: 200 } }).result
  expect(spikes.r[0]).not.toEqual(finish(drifting).result.r[0])
  expect(spikes.rateHz).toEqual(finish(drifting).result.rateHz)
})

test('windows by interval have their label and their own length', () => {
  const intervals = [
    { startS: 130, endS: 139, label: 'right' },
    { startS: 101, endS: 105, label: 'left' },
    { startS: 106, endS: 106.5, label: 'left' },
  ]
  const given = { ...ofTraces, intervals, recipe: { ...ofTraces.recipe, windows: { by: 'interval' as const, labels: null } } }
  const { snapshots, leftOut } = finish(given).result
  expect(snapshots.map(({ startS, endS, label }) => [startS, endS, label])).toEqual([
    [1, 5, 'left'],
    [30, 39, 'right'],
  ])
  expect(leftOut.intervals).toEqual([{ startS: 6, endS: 6.5, label: 'left' }])
  const ofSpikes = finish({
    ...drifting,
    intervals: [{ startS: 10, endS: 40, label: 'lap' }],
    recipe: { ...drifting.recipe, windows: { by: 'interval', labels: ['lap'] } },
  }).result
  // the same bins as one window by length
  const byLength = finish({ ...drifting, startS: 10, endS: 40, recipe: { ...drifting.recipe, windowS: 30 } }).result
  expect(ofSpikes.r).toEqual(byLength.r)
  expect(ofSpikes.rateHz).toEqual(byLength.rateHz)
  expect(ofSpikes.nodeStatistics).toEqual(byLength.nodeStatistics)
})

test('node statistics are of the graph that is kept', () => {
  const { nodeStatistics, rateHz, degree, r } = finish(input).result
  for (let c = 0; c < 9; c++) {
    const [logRate, , , strength, degreeShare] = nodeStatistics.subarray(6 * c, 6 * c + 6)
    expect(logRate).toBeCloseTo(Math.log(1 + rateHz[c]!), 6)
    expect(degreeShare).toBeCloseTo(degree[c]! / 8, 6)
    const own = Array.from({ length: 9 }, (_, other) => [Math.min(c, other), Math.max(c, other)] as const)
      .filter(([i, j]) => i !== j)
      .map(([i, j]) => Math.abs(r[0]![i * 9 - (i * (i + 1)) / 2 - i - 1 + j]! / 32767))
    expect(strength).toBeCloseTo(own.reduce((sum, value) => sum + value, 0) / 8, 4)
  }
})

test('settings that cannot go together are refused before anything is computed', () => {
  const refused = (given: SnapshotsInput, changes: Partial<SnapshotsInput['recipe']>): string => {
    try {
      finish({ ...given, recipe: { ...given.recipe, ...changes } })
      return ''
    } catch (problem) {
      return String((problem as Error).message).split(' ')[0]!
    }
  }
  const significance = { rule: 'significance', alpha: 0.05 } as const,
    filter = { bound: 'surrogates', dropsFirst: false, seed: 1 } as const
  expect(refused(ofTraces, { rateMatching: { seed: 1 } })).toBe('snapshots/only-for-spikes')
  expect(refused(ofTraces, { values: 'occupancy' })).toBe('snapshots/only-for-spikes')
  expect(refused(ofTraces, { association: { measure: 'tiling', deltaMs: 50, seed: 1 } })).toBe('snapshots/only-for-spikes')
  expect(refused(drifting, { normalise: 'running-baseline' })).toBe('snapshots/only-for-traces')
  expect(refused(drifting, { rateMatching: { seed: 1 }, windows: { by: 'interval', labels: null } })).toBe(
    'snapshots/no-rate-matching-by-interval',
  )
  expect(refused(drifting, { filter, edges: significance })).toBe('snapshots/no-significance-after-filter')
  expect(refused(drifting, { smoothingMs: 100, edges: significance })).toBe('snapshots/no-significance-of-smoothed-counts')
  expect(refused(ofTraces, { smoothingMs: 300 })).toBe('')
  expect(refused(drifting, { filter, association: { measure: 'partial', seed: 1 } })).toBe('snapshots/filter-needs-correlation')
  expect(refused(drifting, { filter })).toBe('')
})

test('counts are as good as spikes in bins of whole multiples, and can be rate-matched; other bins are refused', () => {
  const { trains } = drifting.signal as { kind: 'spikes'; trains: SpikeTrains },
    binned = denseCounts(binSpikes(trains, firstChannels(30), { startS: 0, endS: 60, binMs: 50 }, neverInterrupts))
  const signal = {
    kind: 'counts' as const,
    countBinMs: 50,
    values: Float32Array.from(Array.from({ length: 30 }, (_, c) => binned.map((row) => row[c]!)).flat()),
    timesS: Float64Array.from(binned, (_, b) => (b + 0.5) * 0.05),
  }
  const significance = { rule: 'significance', alpha: 0.2 } as const
  const recipes = [{ binMs: 50, edges: significance }, { binMs: 200 }, { binMs: 100, rateMatching: { seed: 2 } }]
  for (const changes of recipes) {
    const recipe = { ...drifting.recipe, ...changes },
      ofCounts = finish({ ...drifting, signal, recipe }).result,
      ofSpikes = finish({ ...drifting, recipe }).result
    expect(ofCounts.rateHz).toEqual(ofSpikes.rateHz)
    expect(ofCounts.channelIndexes).toEqual(ofSpikes.channelIndexes)
    // another thinning is drawn of the same counts only where spikes stand in another order, and here they do not
    expect(ofCounts.r).toEqual(ofSpikes.r)
    expect(ofCounts.edges).toEqual(ofSpikes.edges)
    expect(ofCounts.nodeStatistics[1]).toBeNaN()
  }
  expect(() => finish({ ...drifting, signal, recipe: { ...drifting.recipe, binMs: 75, windowS: 15, stepS: 7.5 } })).toThrow(
    'snapshots/bins-not-of-counts {"binMs":75,"countBinMs":50}',
  )
})
