import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RouteOutput } from '../../../src/shared/contract/contract.ts'
import { writeSimulatedRecording } from '../simulated-spikes.ts'
import { openHost, type Opened } from './opened-host.ts'

/** What a person may bring that leaves something out (issue 6): each says what cannot be computed and why, and the rest is computed. */
type Case = {
  name: string
  /** hits and misses, one a second; null: no events */
  isHit: ((second: number) => boolean) | null
  windowS: number
  /** changes regions and roles after the import */
  layout?: (layout: RouteOutput<'recordings.get'>['layout']) => object
  /** why coupling, its correlation with performance, and the read-out of states are missing; null: computed */
  coupling: string | null
  performance: string | null
  states: string | null
}

/** Mostly hits in every second half minute. */
const often = (second: number): boolean => (second * 7919) % 101 < (Math.floor(second / 30) % 2 === 0 ? 80 : 30)
const everything = { coupling: null, performance: null, states: null }
const cases: readonly Case[] = [
  { name: 'nothing is missing but one channel is silent throughout', isHit: often, windowS: 20, ...everything },
  {
    name: 'no channel has a role',
    isHit: often,
    windowS: 20,
    layout: ({ regions }) => ({ regions: regions.map((region) => ({ ...region, role: 'other' })) }),
    ...everything,
    coupling: 'no-sensory',
    performance: 'no-sensory',
  },
  {
    name: 'the motor region has no channel',
    isHit: often,
    windowS: 20,
    layout: ({ regionOfChannel }) => ({ regionOfChannel: regionOfChannel.map((region) => (region === 1 ? -1 : region)) }),
    ...everything,
    coupling: 'no-motor',
    performance: 'no-motor',
  },
  { name: 'there are no events', isHit: null, windowS: 20, ...everything, performance: 'no-events', states: 'evaluations/no-labels' },
  { name: 'all events are hits', isHit: () => true, windowS: 20, ...everything, performance: 'performance-constant', states: 'same-ratio' },
  {
    name: 'there are fewer windows than a class needs',
    isHit: often,
    windowS: 120,
    ...everything,
    performance: 'too-few-windows',
    states: 'few-windows',
  },
]

async function imported({ ask, ended, folder }: Opened, { isHit, windowS, layout: change }: Case, durationS = 240) {
  const { spikes, layout } = writeSimulatedRecording(folder, { durationS }),
    events = join(folder, 'events.csv')
  const rows = Array.from({ length: durationS - 2 }, (_, k) => `${k + 0.5},${isHit?.(k) ? 'hit' : 'miss'}`)
  writeFileSync(events, `time_s,kind\n${rows.join('\n')}\n`)
  const { jobId } = await ask('import.run', { files: [spikes, layout, ...(isHit ? [events] : [])], name: '', subject: `S${durationS}` })
  const recordingId = (await ended(jobId)).subjectId ?? 0
  if (change) {
    const { layout: own } = await ask('recordings.get', { recordingId })
    await ask('layouts.set', { recordingId, ...own, positionsUm: null, ...change(own) })
  }
  const made = await ask('snapshots.make', {
    recordingId,
    recipe: { binMs: 100, windowS, stepS: windowS / 2, edges: { rule: 'proportional', density: 0.2 } },
  })
  const snapshotSetId = (await ended(made.jobId)).subjectId ?? 0
  const { jobId: trainingId, modelRunId } = await ask('modelRuns.start', {
    snapshotSetId,
    recipe: { epochs: 2 },
    engine: 'cpu',
    beside: 'none',
  })
  expect(await ended(trainingId)).toMatchObject({ state: 'done' })
  return { snapshotSetId, modelRunId }
}

test.each(cases)('$name', { timeout: 120_000 }, async (one) => {
  const opened = await openHost(),
    { ask, ended, codeOf } = opened
  await ask('projects.create', { name: 'p' })
  const { snapshotSetId, modelRunId } = await imported(opened, one)

  const aligning = await ask('alignments.make', { modelRunId, recipe: { permutations: 20, shifts: 20, neighbourCount: 5 } })
  const { asRecorded } = await ask('alignments.get', { alignmentId: (await ended(aligning.jobId)).subjectId ?? 0 }),
    { coupling, density } = asRecorded.measures
  expect(coupling.reason).toBe(one.coupling)
  expect(coupling.perWindow.every(Number.isNaN)).toBe(one.coupling !== null)
  // the rest: densities need no role, and a silent channel takes nothing from the others
  expect(density.perWindow.every(Number.isFinite)).toBe(true)
  expect(density.performance.windowCount).toBe(one.isHit ? density.perWindow.length : 0)
  expect(asRecorded.maps.meanLevel[23]).toBeNaN()
  expect(asRecorded.maps.meanLevel.some(Number.isFinite)).toBe(one.coupling === null)
  const { rho, reason } = coupling.performance
  expect([rho === null, reason]).toEqual([one.performance !== null, one.performance])

  const question = { snapshotSetId, recipe: { readOuts: ['logistic' as const], controls: [], models: ['tavrnn', 'density'] } }
  if (one.states?.includes('/')) expect(await codeOf('evaluations.make', question)).toBe(one.states)
  else {
    const asked = await ask('evaluations.make', question),
      { evaluation, sentences } = await ask('evaluations.get', { evaluationId: (await ended(asked.jobId)).subjectId ?? 0 })
    expect(evaluation.findings.reason?.reason ?? null).toBe(one.states)
    expect(evaluation.findings.rows.length > 0).toBe(one.states === null)
    expect(evaluation.findings.windows).toHaveLength(density.perWindow.length)
    expect(sentences.length).toBeGreaterThan(0)
  }
})

test('recordings of unequal length make one cohort; with two subjects there are numbers and no p', { timeout: 120_000 }, async () => {
  const opened = await openHost(),
    { ask, ended } = opened
  await ask('projects.create', { name: 'p' })
  const alignmentIds: number[] = []
  for (const durationS of [240, 200]) {
    const { modelRunId } = await imported(opened, cases[0]!, durationS)
    const aligning = await ask('alignments.make', { modelRunId, recipe: { permutations: 0, shifts: 0 } })
    alignmentIds.push((await ended(aligning.jobId)).subjectId ?? 0)
  }
  const made = await ask('cohorts.make', { alignmentIds }),
    { cohort, sentence } = await ask('cohorts.get', { cohortId: (await ended(made.jobId)).subjectId ?? 0 })
  expect(cohort.findings.claim.verdict).toBe('too-few-subjects')
  const { asRecorded } = cohort.findings.measures[0]!
  expect(asRecorded).toMatchObject({ subjectCount: 2, signFlip: null, swap: null })
  expect(asRecorded.meanRho).toEqual(expect.any(Number))
  expect(sentence).toContain('4 more are needed')
})

test('a channel in two regions is refused by name before anything is kept', async () => {
  const opened = await openHost(),
    { ask, ended } = opened
  await ask('projects.create', { name: 'p' })
  const { spikes, layout } = writeSimulatedRecording(opened.folder)
  writeFileSync(layout, `${readFileSync(layout, 'utf8').trimEnd()}\n3,300,0,motor,motor,left,\n`)
  const { jobId } = await ask('import.run', { files: [spikes, layout], name: '', subject: 'S' })
  expect((await ended(jobId)).error).toMatchObject({ code: 'import/duplicate-channel', details: { channel: '3' } })
  expect((await ask('recordings.list', {})).recordings).toEqual([])
})
