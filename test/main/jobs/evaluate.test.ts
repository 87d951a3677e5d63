import { describe, expect, test } from 'vitest'
import type { EvaluatedRecording, EvaluateInput, TrainedModel } from '../../../src/main/jobs/evaluation/input.ts'
import { evaluate } from '../../../src/main/jobs/evaluate.ts'
import type { SnapshotsInput } from '../../../src/main/jobs/snapshots.ts'
import type { StepNotice } from '../../../src/main/jobs/step.ts'
import { degrees } from '../../../src/main/science/rates.ts'
import { normalDraws } from '../../../src/main/science/draws.ts'
import { evaluationRecipe, type EvaluationFindings } from '../../../src/shared/domain/evaluation.ts'
import { modelRecipe } from '../../../src/shared/domain/model-run.ts'
import { uniformSequence } from '../../../src/shared/domain/random.ts'
import { snapshotRecipe } from '../../../src/shared/domain/snapshot.ts'
import type { z } from 'zod'

const channelCount = 24,
  snapshotCount = 48

/**
 * A recording of two states in turn, six windows each: rates are the same in both, but in the second the roles are linked.
 * Channels stand on a grid, the roles in stripes.
 */
function twoStates(seed: number, subject = 'a'): EvaluatedRecording {
  const uniform = uniformSequence(seed, 'simulate')
  const isMotor = (i: number): boolean => i % 2 === 1,
    isLinked = (t: number): boolean => Math.floor(t / 6) % 2 === 1
  const graphs = Array.from({ length: snapshotCount }, (_, t) => {
    const edges: number[] = [],
      r: number[] = []
    for (let i = 0; i < channelCount; i++) {
      for (let j = i + 1; j < channelCount; j++) {
        const isEdge = uniform() < (isMotor(i) === isMotor(j) ? 0.5 : isLinked(t) ? 0.45 : 0.05)
        if (isEdge) edges.push(i, j)
        r.push(Math.round((isEdge ? 0.5 : 0.05) * 32767 * (0.8 + 0.2 * uniform())))
      }
    }
    return { edges: Uint16Array.from(edges), r: Int16Array.from(r) }
  })
  const degree = new Int32Array(snapshotCount * channelCount)
  graphs.forEach(({ edges }, t) => degree.set(degrees(edges, channelCount), t * channelCount))
  return {
    recordingId: 1,
    name: `culture ${subject}`,
    subject,
    windows: Array.from({ length: snapshotCount }, (_, t) => ({ startS: 60 * t, endS: 60 * t + 120 })),
    labels: Array.from({ length: snapshotCount }, (_, t) => (isLinked(t) ? 'above' : 'below')),
    groups: new Array<null>(snapshotCount).fill(null),
    graphs: { channelCount, snapshotCount, edges: graphs.map(({ edges }) => edges), r: graphs.map(({ r }) => r) },
    rateHz: Float32Array.from({ length: snapshotCount * channelCount }, () => 1 + uniform()),
    degree,
    nodeStatistics: null,
    regionNames: ['left', 'right'],
    regionOfChannel: Int16Array.from({ length: channelCount }, (_, i) => Number(isMotor(i))),
    roles: Array.from({ length: channelCount }, (_, i) => (isMotor(i) ? 'motor' : 'sensory')),
    positionsUm: Float64Array.from({ length: 2 * channelCount }, (_, at) => (at % 2 === 0 ? (at >> 1) % 6 : Math.floor((at >> 1) / 6))),
    source: null,
  }
}

/** Three "trainings" whose vectors show role and state, as a good model's would. */
function seeing(recordings: readonly EvaluatedRecording[], name = 'tavrnn'): TrainedModel {
  const runs = [1, 2, 3].map((seed) => {
    const normal = normalDraws(uniformSequence(seed, 'noise'))
    const means = recordings.map(({ labels, roles }) =>
      Float32Array.from({ length: snapshotCount * channelCount * 8 }, (_, at) => {
        const z = at % 8,
          i = Math.floor(at / 8) % channelCount,
          t = Math.floor(at / 8 / channelCount)
        const role = roles[i] === 'motor' ? 1 : -1
        return (z === 0 ? role * (labels[t] === 'above' ? 0.2 : 1) : 0) + 0.2 * normal()
      }),
    )
    return { seed, means, parameters: recordings.map(() => new Float32Array(0)), epochs: 10, secondsPerEpoch: 0.5 }
  })
  return { name, recipe: modelRecipe.parse({ epochs: 5 }), latentCount: 8, runs, heldOut: [], memoryMB: 12 }
}

type Progress = Extract<StepNotice, { kind: 'progress' }>

async function found(
  settings: z.input<typeof evaluationRecipe>,
  given: Partial<EvaluateInput> = {},
  told?: (progress: Progress) => void,
): Promise<EvaluationFindings> {
  const recordings = given.recordings ?? [twoStates(1)]
  const stepper = evaluate(
    {
      recipe: evaluationRecipe.parse({ readOuts: ['logistic'], permutationCount: 6, ...settings }),
      recordings,
      classes: ['below', 'above'],
      trained: [seeing(recordings)],
      simple: ['who-fired', 'log-rates', 'density', 'cross-role-density', 'spectral-8'],
      imported: [],
      unparted: [],
      absent: [],
      threadLimit: 1,
      ...given,
    },
    () => undefined,
  )
  for (;;) {
    const { value, done } = await stepper.next()
    if (done) return value
    if (value.kind === 'progress') told?.(value)
  }
}
const rowOf = (findings: EvaluationFindings, model: string, readOut: string | null = 'logistic') =>
  findings.rows.find((row) => row.model === model && row.readOut === readOut)!
const accuracyOf = (findings: EvaluationFindings, model: string, readOut: string | null = 'logistic'): number =>
  rowOf(findings, model, readOut).scores.balancedAccuracy!.mean

describe('states', () => {
  test('that differ in coupling alone are read from a model and from plain density between roles, not from who fired', async () => {
    const findings = await found({})
    expect(findings.reason).toBe(null)
    expect(accuracyOf(findings, 'majority', null)).toBe(0.5)
    expect(accuracyOf(findings, 'tavrnn')).toBeGreaterThan(0.9)
    expect(accuracyOf(findings, 'cross-role-density')).toBeGreaterThan(0.9)
    expect(accuracyOf(findings, 'who-fired')).toBeLessThan(0.7)
    expect(accuracyOf(findings, 'log-rates')).toBeLessThan(0.7)
    expect(rowOf(findings, 'tavrnn')).toMatchObject({ seeds: [1, 2, 3], epochs: 10, secondsPerEpoch: 0.5, memoryMB: 12 })
    expect(rowOf(findings, 'tavrnn').scores.balancedAccuracy!.count).toBe(3)
    expect(rowOf(findings, 'density').scores.balancedAccuracy!.low).toBe(null)
    const { confusion } = rowOf(findings, 'density')
    expect(confusion!.flat().reduce((sum, count) => sum + count, 0)).toBe(snapshotCount)
    for (const { control, score } of findings.controls) expect(score!.mean, control).toBeLessThan(0.62)
    expect(findings.comparisons.find(({ other }) => other === 'who-fired')).toMatchObject({
      model: 'tavrnn',
      unit: 'seeds',
      count: 3,
      p: 0.25,
    })
  })

  test('split into blocks have a gap on both sides of every test block, and every window is tested once', async () => {
    const { folds, windows } = await found({}, { trained: [], simple: ['density'] })
    for (const sides of folds) {
      const first = sides.indexOf('test'),
        last = sides.lastIndexOf('test')
      if (first > 0) expect(sides[first - 1]).toBe('gap')
      if (last < sides.length - 1) expect(sides[last + 1]).toBe('gap')
      expect(sides.filter((side) => side === 'gap').length).toBeLessThanOrEqual(2)
    }
    expect(windows.every(({ fold }) => fold >= 0)).toBe(true)
  })

  test('of a class with few windows give no score but the windows and why', async () => {
    const recording = twoStates(1)
    const labels = recording.labels.map((_, t) => (t < 8 ? 'above' : 'below'))
    const findings = await found({}, { recordings: [{ ...recording, labels }] })
    expect(findings).toMatchObject({ reason: { reason: 'few-windows', what: 'above', found: 8, needed: 10 }, rows: [] })
    expect(findings.windows).toHaveLength(snapshotCount)
  })

  test('of subjects left out are read from what compares between arrays, with subjects as the unit', async () => {
    const recordings = ['a', 'b', 'c'].map((subject, k) => twoStates(k + 1, subject))
    const findings = await found({ scope: 'subjects', split: { kind: 'subjects' } }, { recordings })
    const { scores, perUnit } = rowOf(findings, 'tavrnn')
    expect(scores.balancedAccuracy).toMatchObject({ count: 3 })
    expect(scores.balancedAccuracy!.mean).toBeGreaterThan(0.9)
    expect(perUnit.map(({ unit }) => unit)).toEqual(['a', 'b', 'c'])
    expect(findings.comparisons.length).toBeGreaterThan(0)
    for (const compared of findings.comparisons) expect(compared).toMatchObject({ unit: 'subjects', count: 3, p: null })
    expect(accuracyOf(findings, 'who-fired')).toBeLessThan(0.65)
  })

  test('of subjects without enough of a class are not tested, and these subjects are named with why', async () => {
    const none = new Array<null>(snapshotCount).fill(null),
      reason = { reason: 'same-ratio' as const, what: '', found: 0, needed: 0 }
    const recordings = ['a', 'b', 'c', 'd', 'e']
      .map((subject, k) => twoStates(k + 1, subject))
      .map((one, k) => ({
        ...one,
        labels: k === 2 || k === 3 ? none : k === 4 ? one.labels.map((_, t) => (t === 0 ? 'above' : 'below')) : one.labels,
      }))
    const asked = { scope: 'subjects' as const, split: { kind: 'subjects' as const }, controls: [] }
    const findings = await found(asked, { recordings, simple: ['density'], unparted: [{ subject: 'c', reason }] })
    expect(rowOf(findings, 'density').perUnit.map(({ unit }) => unit)).toEqual(['a', 'b'])
    expect(findings.unscored).toEqual([
      { subject: 'c', reason },
      { subject: 'd', reason: expect.objectContaining({ reason: 'no-labels' }) },
      { subject: 'e', reason: { reason: 'few-in-fold', what: 'above', found: 1, needed: 2 } },
    ])
    const alone = { ...twoStates(1), labels: none }
    expect(await found({}, { recordings: [alone], unparted: [{ subject: 'a', reason }] })).toMatchObject({ reason, rows: [] })
  })

  test('of recordings whose regions differ are read in those that all have, and the recordings in the way are named', async () => {
    const recordings = ['a', 'b', 'c'].map((subject, k) => twoStates(k + 1, subject))
    const asked = async (last: Partial<EvaluatedRecording>) =>
      (
        await found(
          { scope: 'subjects', split: { kind: 'subjects' }, controls: [] },
          { recordings: [...recordings.slice(0, 2), { ...recordings[2]!, ...last }], trained: [], simple: ['density'] },
        )
      ).regions
    const none = new Int16Array(channelCount).fill(-1)
    expect(await asked({})).toBe(null)
    expect(await asked({ regionNames: [], regionOfChannel: none })).toEqual({
      shared: [],
      lacking: [{ recording: 'culture c', regions: ['left', 'right'], hasAny: false }],
    })
    expect(await asked({ regionNames: ['left', 'top'] })).toEqual({
      shared: ['left'],
      lacking: [
        { recording: 'culture a', regions: ['top'], hasAny: true },
        { recording: 'culture b', regions: ['top'], hasAny: true },
        { recording: 'culture c', regions: ['right'], hasAny: true },
      ],
    })
  })

  test('of six subjects are the fewest whose differences have a p', async () => {
    const recordings = ['a', 'b', 'c', 'd', 'e', 'f'].map((subject, k) => twoStates(k + 1, subject))
    const asked = async (count: number) =>
      (
        await found(
          { scope: 'subjects', split: { kind: 'subjects' }, controls: [] },
          { recordings: recordings.slice(0, count), simple: ['density'] },
        )
      ).comparisons.find(({ other }) => other === 'density')
    expect(await asked(5)).toMatchObject({ count: 5, p: null })
    expect((await asked(6))?.p).toBeGreaterThanOrEqual(2 / 64)
  })

  test('that a whole recording shares have no permuted control: within a recording every permutation is the truth', async () => {
    const recordings = ['control', 'drug'].map((condition, k) => ({
      ...twoStates(k + 1),
      labels: new Array<string>(snapshotCount).fill(condition),
    }))
    const { rows, controls } = await found({ scope: 'subjects', label: 'condition' }, { recordings })
    expect(rows.some(({ model, scores }) => model === 'density' && scores.balancedAccuracy)).toBe(true)
    expect(controls.length).toBeGreaterThan(0)
    for (const { score, reason } of controls) expect([score, reason?.reason]).toEqual([null, 'not-applicable'])
  })

  test('drawn by hand are refused where a tested window shares samples with one learned from', async () => {
    const sides = Array.from({ length: snapshotCount }, (_, t) => (t < 24 ? 'test' : 'train'))
    await expect(found({ split: { kind: 'given', sides: sides as ('test' | 'train')[] } })).rejects.toMatchObject({
      code: 'evaluations/split-leaks',
      details: { test: 24, train: 25 },
    })
    await expect(found({ split: { kind: 'shuffled' } })).rejects.toMatchObject({ code: 'evaluations/windows-overlap' })
  })

  test('are read inductively from a model that never saw the tested windows, and controls are trained', { timeout: 60_000 }, async () => {
    const given = { simple: ['pca-8'] as const }
    const inductive = await found({ embedding: 'inductive', vector: 'regions', split: { kind: 'blocks', foldCount: 2 } }, given)
    expect(rowOf(inductive, 'tavrnn').scores.balancedAccuracy!.count).toBe(3)
    expect(accuracyOf(inductive, 'pca-8')).toBeGreaterThan(0.5)
    const controls = ['random-weights', 'windows-shuffled', 'edges-rewired', 'spikes-shifted', 'roles-permuted'] as const
    const shares: number[] = []
    const controlled = await found({ controls: [...controls], controlSeedCount: 2 }, given, ({ phase, done, total }) => {
      if (phase === 'controls') shares.push(done / total)
    })
    expect(controlled.controls.map(({ control, score, reason }) => [control, score?.count ?? reason?.reason])).toEqual([
      ['random-weights', 2],
      ['windows-shuffled', 2],
      ['edges-rewired', 2],
      ['spikes-shifted', 'not-applicable'],
      ['roles-permuted', 'not-applicable'],
    ])
    // four trainings of five epochs, none of them a standstill
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(new Set(shares).size).toBeGreaterThan(15)
  })
})

/** Independent trains of 1 Hz, as long as the windows of `twoStates`. */
function unrelatedSpikes(): SnapshotsInput {
  const uniform = uniformSequence(5, 'simulate'),
    endS = 60 * (snapshotCount - 1) + 120
  const trains = Array.from({ length: channelCount }, () => Array.from({ length: endS }, () => uniform() * endS).sort((a, b) => a - b))
  return {
    signal: {
      kind: 'spikes',
      trains: { timesS: Float64Array.from(trains.flat()), offsets: Uint32Array.from({ length: channelCount + 1 }, (_, i) => i * endS) },
    },
    startS: 0,
    endS,
    channelIndexes: Int32Array.from({ length: channelCount }, (_, i) => i),
    intervals: [],
    roles: new Array<null>(channelCount).fill(null),
    recipe: snapshotRecipe.parse({ binMs: 1000, windowS: 120, stepS: 60, edges: { rule: 'proportional', density: 0.2 } }),
    previewOnly: false,
  }
}

test('turned spike trains bring node statistics of their own: a model that reads them learns nothing of the states', async () => {
  const recording = twoStates(1)
  const nodeStatistics = Float32Array.from({ length: snapshotCount * channelCount * 6 }, (_, at) =>
    recording.labels[Math.floor(at / 6 / channelCount)] === 'above' ? (at % 2) + 1 : 2 - (at % 2),
  )
  const recordings = [{ ...recording, nodeStatistics, graphs: { ...recording.graphs, nodeStatistics }, source: unrelatedSpikes() }]
  const model = { ...seeing(recordings), recipe: modelRecipe.parse({ epochs: 5, features: 'node-statistics' }) }
  const { controls } = await found(
    { controls: ['spikes-shifted', 'random-weights'], controlSeedCount: 1, vector: 'mean' },
    { recordings, trained: [model], simple: [] },
  )
  const meanOf = (name: string): number => controls.find(({ control }) => control === name)!.score!.mean
  expect(meanOf('random-weights')).toBeGreaterThan(0.9)
  expect(meanOf('spikes-shifted')).toBeLessThan(0.65)
})

test('regions of channels are read from vectors that show them, and not from regions dealt out anew', async () => {
  const findings = await found({ task: 'channels' })
  expect(findings.classes).toEqual(['left', 'right'])
  expect(accuracyOf(findings, 'tavrnn')).toBeGreaterThan(0.8)
  expect(rowOf(findings, 'density', null).reason).toMatchObject({ reason: 'no-channel-vectors' })
  const dealt = findings.controls.find(({ model }) => model === 'tavrnn')
  expect(dealt).toMatchObject({ control: 'roles-permuted' })
  expect(Math.abs(dealt!.score!.mean - 0.5)).toBeLessThan(0.15)
  const nowhere = { ...twoStates(1), positionsUm: new Float64Array(2 * channelCount).fill(NaN) }
  expect((await found({ task: 'channels' }, { recordings: [nowhere] })).reason).toMatchObject({ reason: 'no-positions' })
})

test('clusters of windows agree with the states, k given or found by silhouette, and stay between seeds', async () => {
  for (const clusterCount of [2, null]) {
    const findings = await found({ task: 'clusters', clusterCount })
    const { scores } = rowOf(findings, 'tavrnn', 'k-means')
    expect(scores.ari!.mean).toBeGreaterThan(0.9)
    expect(scores.stability!.mean).toBeGreaterThan(0.9)
    expect(rowOf(findings, 'tavrnn', 'mixture').scores.bic).toBeDefined()
  }
  const { rows } = await found({ task: 'clusters', clustered: 'channels' })
  expect(rows.find(({ model, readOut }) => model === 'tavrnn' && readOut === 'k-means')!.scores.ari!.mean).toBeGreaterThan(0.6)
})

test('too few windows or connected channels to cluster are told once for all models', async () => {
  const recording = twoStates(1),
    first = <Row>(rows: readonly Row[]): Row[] => rows.slice(0, 9)
  const { graphs, windows, labels, groups } = recording
  const short = {
    ...recording,
    windows: first(windows),
    labels: first(labels),
    groups: first(groups),
    graphs: { ...graphs, snapshotCount: 9, edges: first(graphs.edges), r: first(graphs.r) },
  }
  const findings = await found({ task: 'clusters' }, { recordings: [short], trained: [], simple: ['density', 'degree-strength'] })
  expect(findings).toMatchObject({ rows: [], reason: { reason: 'few-points', found: 9, needed: 15 } })
  const apart = { ...recording, degree: recording.degree.map((degree, at) => (at % channelCount < 12 ? degree : 0)) }
  const channels = await found({ task: 'clusters', clustered: 'channels' }, { recordings: [apart], simple: [] })
  expect(channels).toMatchObject({ rows: [], reason: { reason: 'few-connected', found: 12, needed: 15 } })
  const mixed = await found({ task: 'clusters', clustered: 'channels' }, { recordings: [apart], simple: ['density'] })
  expect(mixed.rows.map(({ model, reason }) => [model, reason?.reason])).toEqual([
    ['density', 'no-channel-vectors'],
    ['tavrnn', 'few-connected'],
  ])
})

test(
  'held-out edges are trained where none were, beside forecasts of the next snapshot that need no model',
  { timeout: 60_000 },
  async () => {
    const recordings = [twoStates(1)]
    const model = { ...seeing(recordings), runs: [] }
    const { rows } = await found({ task: 'links', controlSeedCount: 2 }, { recordings, trained: [model] })
    expect(rows.map(({ model: name }) => name)).toEqual(['tavrnn', 'copy', 'correlation', 'runningMean', 'degreeProduct'])
    expect(rows[0]!.scores.heldOutAuc).toMatchObject({ count: 2 })
    expect(rows[1]!.scores.nextAuc!.mean).toBeGreaterThan(0.5)
    expect(rows[4]!.scores.heldOutAuc!.count).toBe(2)
    expect(rows[0]!.reason).toMatchObject({ reason: 'no-prior' })
  },
)
