import { describe, expect, test } from 'vitest'
import { referenceEngine } from '../../../src/main/engine/plain/run.ts'
import { sections } from '../../../src/main/engine/program.ts'
import { inputsOf, modelInputOf, type SnapshotGraphs } from '../../../src/main/model/graph-input.ts'
import { peakMemoryMB } from '../../../src/main/model/memory-estimate.ts'
import { initialParameters, parameterCount, parameterPlaces } from '../../../src/main/model/parameters.ts'
import { isFlat, klWeightOf } from '../../../src/main/model/schedule.ts'
import { recordTavrnn } from '../../../src/main/model/tavrnn.ts'
import { modelPresets, modelRecipe, type ModelRecipe } from '../../../src/shared/domain/model-run.ts'
import { simulatedGraphs } from '../simulated-graphs.ts'

const n = 13,
  snapshotCount = 4,
  graphs = simulatedGraphs({ channelCount: n, snapshotCount, seed: 8 })
const scalars = { seed: 1, epoch: 0, noiseScale: 1, klWeight: 0.5, learningRate: 0.01, step: 1 }

/** The same recording with channel k at place order[k]. */
function reordered({ edges, r }: SnapshotGraphs, order: number[]): SnapshotGraphs {
  const place = (i: number, j: number): number => {
    const [a, b] = i < j ? [i, j] : [j, i]
    return a * n - (a * (a + 1)) / 2 + b - a - 1
  }
  return {
    channelCount: n,
    snapshotCount,
    edges: edges.map((pairs) => {
      const moved = Array.from({ length: pairs.length / 2 }, (_, e) =>
        [order[pairs[2 * e]!]!, order[pairs[2 * e + 1]!]!].sort((a, b) => a - b),
      )
      return Uint16Array.from(moved.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!).flat())
    }),
    r: r.map((values) => {
      const moved = new Int16Array(values.length)
      for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) moved[place(order[i]!, order[j]!)] = values[place(i, j)]!
      return moved
    }),
  }
}

function runOnce(recording: SnapshotGraphs, recipe: ModelRecipe, { parameters, noise }: { parameters: Float32Array; noise: Float32Array }) {
  const input = modelInputOf(recording, recipe),
    size = { channelCount: n, snapshotCount, entryCount: input.graphs.columns.length }
  const tavrnn = recordTavrnn(size, recipe, 'given'),
    machine = referenceEngine.prepare(tavrnn.program, { ...inputsOf(input), noise })
  machine.write(tavrnn.parameters, parameters)
  machine.run(sections, scalars)
  return {
    mean: machine.read(tavrnn.mean),
    nll: machine.read(tavrnn.nll),
    kl: machine.read(tavrnn.kl),
    norm: machine.read(tavrnn.gradientNorm)[0]!,
  }
}

describe.each([
  ['rows, history node', {}],
  ['identity, no history node', { features: 'identity', historyNode: false }],
  ['published', modelPresets.published],
] as const)('the order of channels means nothing: %s', (_, settings) => {
  test('with weights, noise and channels moved alike, losses stay and embeddings move along', () => {
    const recipe = modelRecipe.parse(settings),
      v = n + (recipe.historyNode ? 1 : 0),
      order = Array.from({ length: n }, (_, k) => (5 * k + 3) % n)
    const to = (i: number): number => order[i] ?? i
    const parameters = initialParameters(v, recipe),
      moved = parameters.slice()
    for (let i = 0; i < v; i++) moved.set(parameters.subarray(32 * i, 32 * i + 32), 32 * to(i))
    const noise = Float32Array.from({ length: snapshotCount * v * 8 }, (_, at) => Math.sin(at * at)),
      movedNoise = noise.slice()
    for (let row = 0; row < snapshotCount * v; row++)
      movedNoise.set(noise.subarray(8 * row, 8 * row + 8), 8 * (Math.floor(row / v) * v + to(row % v)))
    const a = runOnce(graphs, recipe, { parameters, noise }),
      b = runOnce(reordered(graphs, order), recipe, { parameters: moved, noise: movedNoise })
    a.nll.forEach((value, t) => expect(b.nll[t]! / value).toBeCloseTo(1, 5))
    a.kl.forEach((value, t) => expect(b.kl[t]! / value).toBeCloseTo(1, 5))
    expect(b.norm / a.norm).toBeCloseTo(1, 5)
    for (let row = 0; row < snapshotCount * v; row++) {
      for (let c = 0; c < 8; c++) expect(b.mean[8 * (Math.floor(row / v) * v + to(row % v)) + c]).toBeCloseTo(a.mean[8 * row + c]!, 5)
    }
  })
})

describe('parameters', () => {
  test('number 32 F + 16,944', () => {
    expect(parameterCount(901)).toBe(45_776)
    expect(parameterCount(121)).toBe(20_816)
  })
  test.each(['glorot', 'published'] as const)('start within the bounds of the %s start, and follow the seed', (start) => {
    const parameters = initialParameters(50, { seed: 4, start }),
      dense = start === 'published'
    expect(parameters).toEqual(initialParameters(50, { seed: 4, start }))
    expect(parameters).not.toEqual(initialParameters(50, { seed: 5, start }))
    let fanIn = 0
    for (const { name, offset, rowCount, columnCount } of parameterPlaces(50)) {
      if (name.endsWith('.W')) fanIn = rowCount
      const most = parameters
        .subarray(offset, offset + rowCount * columnCount)
        .reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
      const isGraphLayer = name.startsWith('enc') || name.startsWith('gru')
      if (name.endsWith('.b')) {
        expect(most > 0, name).toBe(dense && !isGraphLayer)
        expect(most, name).toBeLessThanOrEqual(1 / Math.sqrt(fanIn))
      } else {
        const limit = dense && !isGraphLayer ? 1 / Math.sqrt(rowCount) : Math.sqrt(6 / (rowCount + columnCount))
        expect(most, name).toBeLessThanOrEqual(limit)
        expect(most, name).toBeGreaterThan(0.9 * limit)
      }
    }
  })
})

describe('schedule', () => {
  test('β rises over the warm-up and is the KL weight afterwards', () => {
    expect([0, 1, 2, 3, 9].map((epoch) => klWeightOf({ klWeight: 2, warmupEpochs: 4 }, epoch))).toEqual([0.5, 1, 1.5, 2, 2])
    expect(klWeightOf({ klWeight: 2, warmupEpochs: 0 }, 0)).toBe(2)
  })
  test('a loss that falls goes on, one that stays ends after 30 epochs more, and the warm-up does not count', () => {
    const falling = Float64Array.from({ length: 100 }, (_, k) => 10 * 0.999 ** k)
    for (let end = 0; end <= 100; end++) expect(isFlat(falling.subarray(0, end), 0)).toBe(false)
    const still = new Float64Array(100).fill(3)
    const firstFlat = (warmup: number): number => Array.from(still).findIndex((_, end) => isFlat(still.subarray(0, end), warmup))
    expect(firstFlat(0)).toBe(40)
    expect(firstFlat(10)).toBe(49)
  })
})

test('the memory estimate grows with edges and, with rows, with the square of the channels', () => {
  const size = { channelCount: 300, snapshotCount: 10, edgeCount: 10_000 },
    rows = modelRecipe.parse({}),
    identity = modelRecipe.parse({ features: 'identity' })
  const mb = peakMemoryMB(size, identity)
  expect(peakMemoryMB({ ...size, edgeCount: 20_000 }, identity) - mb).toBeCloseTo((10_000 * (2 * 2 + 4)) / 1e6, 6)
  expect(peakMemoryMB(size, rows) - mb).toBeGreaterThan((10 * 301 * 301) / 1e6)
})
