import { expect, test } from 'vitest'
import { alignColumn } from '../../../../src/main/science/alignment/column.ts'
import type { ColumnGraphs, ColumnInput, ColumnTraining, RecordingInput } from '../../../../src/main/science/alignment/column-input.ts'
import { performanceNull } from '../../../../src/main/science/alignment/performance-correlation.ts'
import { normalDraws } from '../../../../src/main/science/draws.ts'
import { alignmentMeasures, alignmentRecipe, type AlignmentColumn } from '../../../../src/shared/domain/alignment.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'
import { region } from '../../../../src/shared/domain/region.ts'

const windowCount = 10,
  channelCount = 24,
  latentCount = 4

const regions = [
  { name: 'sensory', role: 'sensory' },
  ...['L_down', 'L_up', 'R_down', 'R_up'].map((name) => ({ name, role: 'motor', side: name[0], paddle: name.slice(2) })),
].map((one) => region.parse(one))

/** Half of the channels sensory, the others in four motor regions, scattered over the array. */
const recording: RecordingInput = {
  regions,
  regionOfChannel: Int16Array.from({ length: channelCount }, (_, c) => (c % 2 === 0 ? 0 : 1 + (Math.floor(c / 2) % 4))),
  positionsUm: Float64Array.from({ length: 2 * channelCount }, uniformSequence(9, 'simulate', [4, 0])).map((share) => 1000 * share),
  windowStartS: Float64Array.from({ length: windowCount }, (_, t) => 60 * t),
  windowEndS: Float64Array.from({ length: windowCount }, (_, t) => 60 * t + 120),
}
const hitRatio = Float64Array.from({ length: windowCount }, (_, t) => t / windowCount)
const performance = performanceNull(
  hitRatio,
  Array.from({ length: 99 }, (_, k) => Float64Array.from({ length: windowCount }, uniformSequence(k, 'simulate'))),
)
const recipe = alignmentRecipe.parse({ permutations: 150, shifts: 99, neighbourCount: 4 })

/** Every fourth pair or so is an edge. */
function randomGraphs(seed: number): ColumnGraphs {
  const uniform = uniformSequence(seed, 'simulate', [2, 0]),
    pairCount = (channelCount * (channelCount - 1)) / 2
  const degree = new Int32Array(windowCount * channelCount),
    edges: Uint16Array[] = [],
    r: Int16Array[] = []
  for (let t = 0; t < windowCount; t++) {
    const pairs: number[] = []
    for (let i = 0; i < channelCount; i++) {
      for (let j = i + 1; j < channelCount; j++) {
        if (uniform() > 0.25) continue
        pairs.push(i, j)
        degree[t * channelCount + i]!++
        degree[t * channelCount + j]!++
      }
    }
    edges.push(Uint16Array.from(pairs))
    r.push(Int16Array.from({ length: pairCount }, () => 32767 * (uniform() - 0.5)))
  }
  return { edges, r, degree, rateHz: Float32Array.from({ length: windowCount * channelCount }, () => 2 + uniform()) }
}

/** Vectors whose sensory and motor means come nearer window by window. */
function training(seed: number, graphs = 0): ColumnTraining {
  const normal = normalDraws(uniformSequence(seed, 'simulate', [3, 0]))
  const mean = Float32Array.from({ length: windowCount * channelCount * latentCount }, (_, at) => {
    const channel = Math.floor(at / latentCount) % channelCount,
      t = Math.floor(at / latentCount / channelCount)
    const own = at % latentCount === 0 ? 2 : 0
    return 0.3 * normal() + (channel % 2 === 0 ? own : own * (t / windowCount))
  })
  return { seed, modelRunId: 100 + seed, graphs, mean }
}

const column = (change: Partial<ColumnInput> = {}): ColumnInput => ({
  channelIndexes: Int32Array.from({ length: channelCount }, (_, c) => c),
  graphs: [randomGraphs(1)],
  trainings: [training(1)],
  latentCount,
  ...change,
})

function aligned(input: ColumnInput = column(), change: Partial<RecordingInput> = {}, settings = recipe): AlignmentColumn {
  const steps = alignColumn({ recording: { ...recording, ...change }, column: input, place: 0, performance, recipe: settings }, () => {})
  for (;;) {
    const { value, done } = steps.next()
    if (done) return value
  }
}

test('coupling that rises with the hit ratio is found, with every measure in every window', () => {
  const found = aligned()
  for (const measure of alignmentMeasures) expect([measure, found.measures[measure].perWindow.some(Number.isNaN)]).toEqual([measure, false])
  const { performance: followed, roleNull } = found.measures.coupling
  expect(followed.rho).toBeGreaterThan(0.9)
  expect(followed.p).toBeLessThan(0.05)
  expect(roleNull?.p.every((p) => p > 0 && p <= 1)).toBe(true)
  expect(found.roleNull?.kind).toBe('moved')
  // roles apart in the first window
  expect(roleNull?.p[0]).toBeLessThan(0.02)
  expect(found.measures.direction.roleNull).toBeNull()
  expect(found.maps.b.every((b) => b > 0.5)).toBe(true)
  expect(found.regions).toMatchObject([{ region: 'sensory', channelCount: 12 }, { region: 'L_down', channelCount: 3 }, {}, {}, {}])
  expect(found.maps.levelZ.some((z) => z !== 0 && !Number.isNaN(z))).toBe(true)
})

test('the same seed gives the same numbers, and seeds are averaged before anything else', () => {
  expect(aligned()).toEqual(aligned())
  const both = aligned(column({ trainings: [training(1), training(2)] })),
    [one, other] = [aligned(), aligned(column({ trainings: [training(2)] }))]
  for (let t = 0; t < windowCount; t++) {
    const mean = (one.measures.coupling.perWindow[t]! + other.measures.coupling.perWindow[t]!) / 2
    expect(both.measures.coupling.perWindow[t]).toBeCloseTo(mean, 12)
  }
  expect(both.maps.level[5]).toBeCloseTo((one.maps.level[5]! + other.maps.level[5]!) / 2, 5)
  expect([both.seeds, both.modelRunIds]).toEqual([
    [1, 2],
    [101, 102],
  ])
  expect(both.maps.seedSe.every((error) => error > 0)).toBe(true)
  expect(one.maps.seedSe.every(Number.isNaN)).toBe(true)
})

test('seeds with graphs of their own are averaged over their graphs too', () => {
  const graphs = [randomGraphs(1), randomGraphs(2)],
    both = aligned(column({ graphs, trainings: [training(1, 0), training(2, 1)] })),
    [one, other] = graphs.map((own, k) => aligned(column({ graphs: [own], trainings: [training(k + 1)] })))
  const density = (found: AlignmentColumn | undefined): number => found?.measures.density.perWindow[3] ?? NaN
  expect(density(both)).toBeCloseTo((density(one) + density(other)) / 2, 12)
})

test('a turned embedding gives the same column', () => {
  const one = training(1),
    swapped = one.mean.map((_, at) => (at % 4 < 2 ? one.mean[at + 2]! : -one.mean[at - 2]!))
  const [plain, other] = [aligned(), aligned(column({ trainings: [{ ...one, mean: swapped }] }))]
  for (const measure of ['coupling', 'couplingCosine', 'direction', 'mixing', 'purity'] as const) {
    plain.measures[measure].perWindow.forEach((value, t) => expect(other.measures[measure].perWindow[t]).toBeCloseTo(value, 5))
  }
  expect(Array.from(other.maps.level, Number.isNaN)).toEqual(Array.from(plain.maps.level, Number.isNaN))
  const zeroForNone = (value: number): number => (Number.isNaN(value) ? 0 : value)
  plain.maps.level.forEach((value, at) => expect(zeroForNone(other.maps.level[at]!)).toBeCloseTo(zeroForNone(value), 4))
})

test('without roles, what needs none is there all the same, and the rest says why it is not', () => {
  const found = aligned(column(), { regions: [], regionOfChannel: new Int16Array(channelCount).fill(-1) })
  expect(found.measures.coupling.reason).toBe('no-sensory')
  expect(found.measures.coupling.performance).toMatchObject({ rho: null, reason: 'no-sensory' })
  expect(found.measures.purity.reason).toBe('no-regions')
  expect(found.measures.direction.reason).toBe('no-paddle-directions')
  expect(found.measures.density.reason).toBeNull()
  expect(found.measures.density.performance.rho).not.toBeNull()
  expect(found.maps.b.every(Number.isNaN)).toBe(true)
})

test('one role empty, one region empty: named, and the rest is computed', () => {
  const noMotor = aligned(column(), { regionOfChannel: new Int16Array(channelCount) })
  expect(noMotor.measures.crossRoleDensity.reason).toBe('no-motor')
  const oneRegion = aligned(column(), { regionOfChannel: recording.regionOfChannel.map((own) => (own === 4 ? 3 : own)) })
  expect(oneRegion.measures.coupling.reason).toBeNull()
  expect(oneRegion.regions[4]).toEqual({ region: 'R_up', channelCount: 0, meanB: null })
})

test('a window without edges has no value, and no other window suffers', () => {
  const graphs = randomGraphs(1),
    empty = { ...graphs, edges: graphs.edges.map((pairs, t) => (t === 2 ? new Uint16Array(0) : pairs)), degree: graphs.degree.slice() }
  empty.degree.fill(0, 2 * channelCount, 3 * channelCount)
  const found = aligned(column({ graphs: [empty] })),
    { coupling, mixing, density } = found.measures
  expect([coupling.perWindow[2], mixing.perWindow[2], density.perWindow[2]]).toEqual([NaN, NaN, 0])
  expect([coupling.reason, mixing.reason]).toEqual(['too-few-connected', 'too-few-neighbours'])
  expect(coupling.perWindow.filter((value) => !Number.isNaN(value))).toHaveLength(windowCount - 1)
  expect(coupling.performance.windowCount).toBe(windowCount - 1)
  expect(found.maps.connectedShare.every((share) => share < 0.91)).toBe(true)
})

test('a silent channel throughout has no level and no b, and is in no q', () => {
  const graphs = randomGraphs(1)
  const without = {
    ...graphs,
    edges: graphs.edges.map((pairs) => {
      const kept: number[] = []
      for (let e = 0; e < pairs.length; e += 2) if (pairs[e] !== 7 && pairs[e + 1] !== 7) kept.push(pairs[e]!, pairs[e + 1]!)
      return Uint16Array.from(kept)
    }),
    degree: graphs.degree.map((count, at) => (at % channelCount === 7 ? 0 : count)),
  }
  const { maps } = aligned(column({ graphs: [without] }))
  expect([maps.meanLevel[7], maps.b[7], maps.q[7], maps.connectedShare[7]]).toEqual([NaN, NaN, NaN, 0])
  expect(Array.from(maps.q).filter(Number.isNaN)).toHaveLength(1)
})

test('nulls that nobody asked for are not there', () => {
  const found = aligned(column(), {}, { ...recipe, permutations: 0 })
  expect([found.roleNull, found.roleNullReason, found.measures.coupling.roleNull]).toEqual([null, 'no-null-asked', null])
  expect(found.maps.levelZ.every(Number.isNaN)).toBe(true)
})

test('channels without a spike are counted window by window, and so may explain what is found', () => {
  const own = randomGraphs(1),
    rateHz = own.rateHz.map((rate, at) => (at % channelCount < windowCount - 1 - Math.floor(at / channelCount) ? 0 : rate))
  const { silentChannels } = aligned(column({ graphs: [{ ...own, rateHz }] })).measures
  expect(Array.from(silentChannels.perWindow)).toEqual(Array.from({ length: windowCount }, (_, t) => windowCount - 1 - t))
  expect(silentChannels.performance.rho).toBeLessThan(-0.9)
})
