import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RouteOutput } from '../../../src/shared/contract/contract.ts'
import { electrodeRange } from '../../../src/shared/charts/electrode-map.ts'
import { translator } from '../../../src/shared/locales/translate.ts'
import { unmatchedSentence } from '../../../src/shared/locales/unmatched-sentence.ts'
import { writeSimulatedRecording } from '../simulated-spikes.ts'
import { openHost, type Opened } from './opened-host.ts'

const snapshotRecipe = { binMs: 100, windowS: 40, stepS: 20, edges: { rule: 'proportional', density: 0.2 } } as const
const training = { epochs: 2, stopsWhenFlat: false }
const recipe = { permutations: 120, shifts: 49, neighbourCount: 5 }

/** A recording of 24 channels, one of them silent, with a hit or miss every second; more hits towards the end. */
async function imported({ ask, ended, folder }: Opened, withEvents = true): Promise<number> {
  const { spikes, layout } = writeSimulatedRecording(folder, { durationS: 240 }),
    events = join(folder, 'events.csv')
  const rows = Array.from({ length: 238 }, (_, k) => `${k + 0.5},${(k * 7) % 238 < k ? 'hit' : 'miss'}`)
  writeFileSync(events, `time_s,kind\n${rows.join('\n')}\n`)
  const { jobId } = await ask('import.run', { files: [spikes, layout, ...(withEvents ? [events] : [])], name: 'K', subject: 'S1' })
  return (await ended(jobId)).subjectId ?? 0
}

async function snapshotsOf({ ask, ended }: Opened, recordingId: number, change: object = {}): Promise<number> {
  const made = await ask('snapshots.make', { recordingId, recipe: { ...snapshotRecipe, ...change } })
  return made.snapshotSetId ?? (await ended(made.jobId)).subjectId ?? 0
}

/** Trains one seed and waits for it and what is beside it. */
async function trained({ ask, ended }: Opened, snapshotSetId: number, seed: number, beside: 'rate-matched' | 'none' = 'rate-matched') {
  const started = await ask('modelRuns.start', { snapshotSetId, recipe: { ...training, seed }, engine: 'cpu', beside })
  expect(await ended(started.jobId)).toMatchObject({ state: 'done' })
  const { snapshotsJobId } = started.beside
  if (beside === 'none' || (snapshotsJobId !== null && (await ended(snapshotsJobId)).state === 'failed')) return started
  const besides = await ask('modelRuns.beside', { modelRunId: started.modelRunId })
  if (besides.jobId !== null) await ended(besides.jobId)
  return started
}

async function aligned({ ask, ended }: Opened, modelRunId: number, change: object = {}): Promise<RouteOutput<'alignments.get'>> {
  const made = await ask('alignments.make', { modelRunId, recipe: { ...recipe, ...change } })
  const job = await ended(made.jobId)
  expect(job).toMatchObject({ state: 'done', kind: 'align' })
  return ask('alignments.get', { alignmentId: job.subjectId ?? 0 })
}

test('all seeds of a training are aligned in both columns, once', async () => {
  const opened = await openHost(),
    { ask, codeOf } = opened
  await ask('projects.create', { name: 'p' })
  const recordingId = await imported(opened),
    snapshotSetId = await snapshotsOf(opened, recordingId)
  const first = await trained(opened, snapshotSetId, 1)
  expect(first.beside.reason).toBeNull()
  await trained(opened, snapshotSetId, 2)
  const alignment = await aligned(opened, first.modelRunId)
  expect(alignment).toMatchObject({ recordingId, snapshotSetId, rateMatchedReason: null, recipe })
  expect(alignment.windowStartS).toHaveLength(11)
  expect([alignment.asRecorded.seeds, alignment.rateMatched?.seeds]).toEqual([
    [1, 2],
    [1, 2],
  ])
  // the silent channel cannot be matched
  expect([alignment.asRecorded.channelIndexes.length, alignment.rateMatched?.channelIndexes.length]).toEqual([24, 23])
  expect(alignment.asRecorded.measures.coupling.performance.rho).not.toBeNull()
  expect(alignment.asRecorded.maps.meanLevel[23]).toBeNaN()

  const { snapshotSets } = await ask('snapshots.list', {})
  expect(snapshotSets.map(({ recipe: { rateMatching } }) => rateMatching)).toEqual([null, { seed: 1 }, { seed: 2 }])
  expect(await ask('alignments.make', { modelRunId: first.modelRunId, recipe })).toEqual({ jobId: null, alignmentId: alignment.id })
  expect((await ask('alignments.list', {})).alignments).toMatchObject([{ id: alignment.id, seeds: [1, 2], rateMatchedSeeds: [1, 2] }])
  expect((await ask('projects.provenance', {})).steps.at(-1)).toMatchObject({ step: 'align', subjectId: alignment.id, seed: 1 })

  const besides = await ask('modelRuns.beside', { modelRunId: first.modelRunId })
  expect(besides).toMatchObject({ reason: 'is-there', jobId: null })
  expect(await codeOf('alignments.make', { modelRunId: besides.modelRunId ?? 0, recipe })).toBe('alignments/not-as-recorded')
  await ask('recordings.exclude', { recordingId, channelIndexes: Int32Array.of(3), reason: 'noise' })
  expect(await ask('modelRuns.beside', { modelRunId: first.modelRunId })).toMatchObject({ reason: 'recording-changed', modelRunId: null })
  await ask('alignments.remove', { alignmentId: alignment.id })
  expect(await codeOf('alignments.get', { alignmentId: alignment.id })).toBe('alignments/not-found')
})

test('turned spike trains go through the whole line: what the recording has beyond them is said, and kept', async () => {
  const opened = await openHost(),
    { ask, codeOf } = opened
  await ask('projects.create', { name: 'p' })
  const recordingId = await imported(opened)
  const change = { edges: { rule: 'absolute', threshold: 0.3 } } as const
  const { modelRunId } = await trained(opened, await snapshotsOf(opened, recordingId, change), 1, 'none')
  const plain = await aligned(opened, modelRunId)
  expect(plain.asRecorded.measures.density.performance.wholeLine).toBe(null)
  const alignment = await aligned(opened, modelRunId, { wholeLine: 20 })
  const { measures } = alignment.asRecorded,
    { wholeLine } = measures.density.performance
  expect(wholeLine).toMatchObject({ turnCount: 20, valueCount: 20, p: 1 / 21 })
  expect(wholeLine?.null95?.[1]).toBeLessThan(wholeLine?.mean ?? 0)
  expect(wholeLine?.windowP).toHaveLength(11)
  expect(measures.coupling.perWindow).toEqual(plain.asRecorded.measures.coupling.perWindow)
  expect(await codeOf('alignments.make', { modelRunId, recipe: { wholeLine: 5 } })).toBe('contract/input-refused')
})

test('the map of each column carries the values of the other, for one colour scale', async () => {
  const opened = await openHost(),
    { ask } = opened
  await ask('projects.create', { name: 'p' })
  const { modelRunId } = await trained(opened, await snapshotsOf(opened, await imported(opened)), 1)
  const { id } = await aligned(opened, modelRunId)
  const drawnOf = async (column: 'asRecorded' | 'rateMatched', value: 'level' | 'highMinusLow') => {
    const data = await ask('figures.data', { spec: { figure: 'alignment-map', alignmentId: id, column, value } })
    return data.figure === 'alignment-map' ? data : expect.unreachable()
  }
  for (const value of ['level', 'highMinusLow'] as const) {
    const recorded = await drawnOf('asRecorded', value),
      matched = await drawnOf('rateMatched', value)
    const own = [...matched.overall, ...matched.perSnapshot].filter(Number.isFinite)
    expect(own.length).toBeGreaterThan(10)
    expect([...recorded.otherColumn].filter(Number.isFinite)).toEqual(own)
    expect(electrodeRange(recorded)).toEqual(electrodeRange(matched))
  }
})

test('a seed more, other roles or other events make another alignment', async () => {
  const opened = await openHost(),
    { ask } = opened
  await ask('projects.create', { name: 'p' })
  const recordingId = await imported(opened),
    snapshotSetId = await snapshotsOf(opened, recordingId)
  const { modelRunId } = await trained(opened, snapshotSetId, 1, 'none')
  const first = await aligned(opened, modelRunId)
  await trained(opened, snapshotSetId, 2, 'none')
  const second = await aligned(opened, modelRunId)
  expect([first.asRecorded.seeds, second.asRecorded.seeds]).toEqual([[1], [1, 2]])
  const map = async (value: 'performance' | 'level', snapshotIndex: number | null) => {
    const data = await ask('figures.data', {
      spec: { figure: 'alignment-map', alignmentId: second.id, column: 'asRecorded', value, snapshotIndex },
    })
    if (data.figure !== 'alignment-map') return expect.unreachable()
    return [data.q, data.windowSe, data.seedSe].map((all) => all.filter(Number.isFinite).length > 12)
  }
  // what stands beside a channel's number under the mouse
  expect([await map('performance', null), await map('level', null), await map('level', 1)]).toEqual([
    [true, false, false],
    [false, true, true],
    [false, false, false],
  ])
  const { layout } = await ask('recordings.get', { recordingId })
  const regions = layout.regions.map((region) => ({ ...region, role: 'other' as const }))
  await ask('layouts.set', { recordingId, ...layout, regions, positionsUm: null })
  expect((await aligned(opened, modelRunId)).asRecorded.measures.coupling).toMatchObject({ reason: 'no-sensory' })
  expect((await ask('alignments.list', {})).alignments).toHaveLength(3)
})

test('why there is no rate-matched column is said, and which step would give one', async () => {
  const opened = await openHost(),
    { ask } = opened
  await ask('projects.create', { name: 'p' })
  const recordingId = await imported(opened, false)
  const alone = await aligned(opened, (await trained(opened, await snapshotsOf(opened, recordingId), 1, 'none')).modelRunId)
  expect(alone).toMatchObject({ rateMatched: null, rateMatchedReason: 'not-trained-beside', shortage: null })
  expect(alone.asRecorded.measures.coupling.performance).toMatchObject({ rho: null, p: null, reason: 'no-events' })

  const uneven = await trained(opened, await snapshotsOf(opened, recordingId, { stepS: 15 }), 1)
  expect(uneven.beside).toMatchObject({ reason: 'step-not-in-window', modelRunId: null })
  expect(await aligned(opened, uneven.modelRunId)).toMatchObject({ rateMatchedReason: 'rate-matching-not-applicable' })

  const short = await trained(opened, await snapshotsOf(opened, recordingId, { stepS: 4 }), 1)
  expect(short.beside).toMatchObject({ reason: 'too-few-rate-matched', snapshotsJobId: null })
  const few = await aligned(opened, short.modelRunId)
  expect(few).toMatchObject({ rateMatched: null, rateMatchedReason: 'too-few-rate-matched', shortage: { group: 'all', stepS: 4 } })
  expect(few.shortage?.longerStepS).toBeGreaterThan(4)
  const sentence = unmatchedSentence(translator('en'), few)
  expect(sentence).toMatch(/no rate-matched column.*only \d+ of \d+ channels fire.*A step of \d+ s would leave enough/)
  expect(unmatchedSentence(translator('en'), alone)).toContain('no finished training on rate-matched snapshots')
  expect((await ask('alignments.list', {})).alignments.map(({ reason }) => reason)).toContain('no-events')
})
