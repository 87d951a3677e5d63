import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeSimulatedRecording } from '../simulated-spikes.ts'
import { openHost, type Opened } from './opened-host.ts'

const cut = { binMs: 100, windowS: 10, stepS: 5, edges: { rule: 'proportional', density: 0.2 } } as const
/** Mostly hits in every second half minute, mostly misses in the others; no two windows alike. */
const isHit = (k: number): boolean => (k * 7919) % 101 < (Math.floor(k / 60) % 2 === 0 ? 80 : 30)
const eventsOf = (hits: (k: number) => boolean): string =>
  ['time_s,kind', ...Array.from({ length: 480 }, (_, k) => `${k / 4},${hits(k) ? 'hit' : 'miss'}`)].join('\n')

async function importCulture({ ask, ended, folder }: Opened, subject: string, seed: number, hits = isHit): Promise<number> {
  const files = writeSimulatedRecording(folder, { seed }),
    played = join(folder, `events ${subject}.csv`)
  writeFileSync(played, `${eventsOf(hits)}\n`)
  const { jobId } = await ask('import.run', {
    files: [files.spikes, files.layout, played],
    name: `Kultur ${subject}`,
    subject,
    condition: subject,
  })
  const recordingId = (await ended(jobId)).subjectId ?? 0
  const made = await ask('snapshots.make', { recordingId, recipe: cut })
  return made.snapshotSetId ?? (await ended(made.jobId)).subjectId ?? 0
}

async function trainSeeds({ ask, ended }: Opened, snapshotSetId: number, seeds: readonly number[]): Promise<void> {
  for (const seed of seeds) {
    const { jobId } = await ask('modelRuns.start', { snapshotSetId, recipe: { epochs: 3, seed }, beside: 'none' })
    await ended(jobId)
  }
}

type Recipe = {
  task?: 'states' | 'links' | 'clusters'
  scope?: 'subjects'
  split?: { kind: 'subjects' }
  models?: string[] | null
  label?: 'condition'
}
async function evaluated({ ask, ended }: Opened, snapshotSetId: number, recipe: Recipe = {}) {
  const made = await ask('evaluations.make', {
    snapshotSetId,
    recipe: { readOuts: ['logistic'], permutationCount: 3, models: ['tavrnn', 'who-fired', 'density'], ...recipe },
  })
  const evaluationId = made.evaluationId ?? (await ended(made.jobId)).subjectId ?? 0
  return { ...(await ask('evaluations.get', { evaluationId })), wasThere: made.jobId === null }
}

test('an evaluation asks all trainings of a set by seed, is kept, found again and removed', { timeout: 60_000 }, async () => {
  const opened = await openHost(),
    { ask, codeOf } = opened
  await ask('projects.create', { name: 'p' })
  const snapshotSetId = await importCulture(opened, 'A', 1)
  await trainSeeds(opened, snapshotSetId, [1, 2])

  const { models, labels, windowsOverlap, subjects } = await ask('evaluations.choices', { snapshotSetId })
  expect(models.find(({ name }) => name === 'tavrnn')).toMatchObject({ kind: 'learned', seedCount: 2 })
  expect(models.map(({ name }) => name)).toContain('cross-role-density')
  expect(Object.values(labels.performance).reduce((sum, count) => sum + count, 0)).toBe(23)
  expect([windowsOverlap, subjects]).toEqual([true, ['A']])

  const { evaluation, sentences } = await evaluated(opened, snapshotSetId)
  const row = evaluation.findings.rows.find(({ model }) => model === 'tavrnn')
  expect(evaluation.findings.reason).toBe(null)
  expect(row).toMatchObject({ seeds: [1, 2], epochs: 3, readOut: 'logistic' })
  expect(row?.scores.balancedAccuracy?.count).toBe(2)
  expect(row?.memoryMB).toBeGreaterThan(0)
  expect(sentences.join(' ')).toContain('TAVRNN')
  expect(sentences.join(' ')).toContain('2 seeds')
  expect((await evaluated(opened, snapshotSetId)).wasThere).toBe(true)
  expect((await ask('evaluations.list', {})).evaluations).toMatchObject([{ id: evaluation.id, best: { model: 'tavrnn' }, modelCount: 3 }])
  const { steps } = await ask('projects.provenance', {})
  expect(steps.at(-1)).toMatchObject({ step: 'evaluate', subjectId: evaluation.id })

  await trainSeeds(opened, snapshotSetId, [3])
  const more = await evaluated(opened, snapshotSetId)
  expect(more.evaluation.findings.rows.find(({ model }) => model === 'tavrnn')?.seeds).toEqual([1, 2, 3])

  expect(await codeOf('evaluations.make', { snapshotSetId, recipe: { models: ['nobody'] } })).toBe('evaluations/model-unknown')
  await ask('evaluations.remove', { evaluationId: evaluation.id })
  expect(await codeOf('evaluations.get', { evaluationId: evaluation.id })).toBe('evaluations/not-found')
  await ask('snapshots.remove', { snapshotSetId })
  expect((await ask('evaluations.list', {})).evaluations).toEqual([])
})

test(
  'vectors made elsewhere are one more model under the same folds, and are refused where rows do not fit',
  { timeout: 60_000 },
  async () => {
    const opened = await openHost(),
      { ask, codeOf, folder } = opened
    await ask('projects.create', { name: 'p' })
    const snapshotSetId = await importCulture(opened, 'A', 1)
    const csv = join(folder, 'cebra.csv'),
      rows = Array.from({ length: 23 }, (_, k) => `${Math.floor((5 * k + 5) / 15) % 2},${Math.sin(k).toFixed(4)}`)
    writeFileSync(csv, `z1,z2\n${rows.join('\n')}\n`)
    expect(await ask('evaluations.importVectors', { snapshotSetId, file: csv, name: 'CEBRA-Time' })).toMatchObject({
      unit: 'windows',
      latentCount: 2,
    })
    const { evaluation } = await evaluated(opened, snapshotSetId, { models: ['CEBRA-Time', 'who-fired'] })
    expect(evaluation.findings.rows.map(({ model, kind }) => [model, kind])).toEqual([
      ['majority', 'majority'],
      ['who-fired', 'simple'],
      ['CEBRA-Time', 'imported'],
    ])
    expect(evaluation.findings.rows[2]?.scores.balancedAccuracy?.mean).toBeGreaterThan(0.7)

    writeFileSync(csv, rows.slice(1).join('\n'))
    expect(await codeOf('evaluations.importVectors', { snapshotSetId, file: csv, name: 'x' })).toBe('evaluations/vectors-disagree')
    writeFileSync(csv, '1,2\n3,soon\n')
    expect(await codeOf('evaluations.importVectors', { snapshotSetId, file: csv, name: 'x' })).toBe('import/cell-not-a-number')
    writeFileSync(csv, '')
    expect(await codeOf('evaluations.importVectors', { snapshotSetId, file: csv, name: 'x' })).toBe('import/file-empty')
  },
)

test(
  'several recordings cut alike are read with subjects left out, never inductively; one subject alone, and no events, are said',
  { timeout: 60_000 },
  async () => {
    const opened = await openHost(),
      { ask, codeOf, ended, folder } = opened
    await ask('projects.create', { name: 'p' })
    const first = await importCulture(opened, 'A', 1)
    const left = { scope: 'subjects', split: { kind: 'subjects' } } as const
    const alone = await ask('evaluations.make', { snapshotSetId: first, recipe: left })
    expect((await ended(alone.jobId)).error?.code).toBe('evaluations/one-subject')

    const second = await importCulture(opened, 'B', 2)
    const inductive = { ...left, embedding: 'inductive' } as const
    expect(await codeOf('evaluations.make', { snapshotSetId: first, recipe: inductive })).toBe('evaluations/inductive-across-recordings')
    // a training that the second subject lacks takes no name from the one that both have
    await ended((await ask('modelRuns.start', { snapshotSetId: first, recipe: { epochs: 2 }, beside: 'none' })).jobId)
    await trainSeeds(opened, first, [1, 2])
    await trainSeeds(opened, second, [2, 5])
    const { evaluation, sentences } = await evaluated(opened, first, left)
    const row = evaluation.findings.rows.find(({ model }) => model === 'tavrnn')
    expect(row?.seeds).toEqual([2])
    expect(row?.perUnit.map(({ unit }) => unit)).toEqual(['A', 'B'])
    expect(sentences.join(' ')).toContain('with all its windows and without labels (transductive)')
    expect(evaluation.recordingIds).toHaveLength(2)
    const byCondition = await evaluated(opened, first, { label: 'condition' })
    expect(byCondition.evaluation.findings.reason).toMatchObject({ reason: 'one-class' })
    expect(byCondition.sentences[0]).toContain('one class')

    const files = writeSimulatedRecording(folder, { seed: 3 })
    const { jobId } = await ask('import.run', { files: [files.spikes, files.layout], name: 'quiet', subject: 'C' })
    const quiet = await ask('snapshots.make', { recordingId: (await ended(jobId)).subjectId ?? 0, recipe: cut })
    const quietSet = quiet.snapshotSetId ?? (await ended(quiet.jobId)).subjectId ?? 0
    expect(await codeOf('evaluations.make', { snapshotSetId: quietSet })).toBe('evaluations/no-labels')
    expect(await codeOf('evaluations.make', { snapshotSetId: quietSet, recipe: { task: 'clusters', models: ['density'] } })).toBe('ok')
  },
)

test(
  'a subject that always hits teaches no fold that its windows are bad ones, and is named as not scored',
  { timeout: 60_000 },
  async () => {
    const opened = await openHost(),
      { ask } = opened
    await ask('projects.create', { name: 'p' })
    const first = await importCulture(opened, 'A', 1)
    await importCulture(opened, 'B', 2)
    const steady = await importCulture(opened, 'C', 3, () => true)
    const { evaluation, sentences } = await evaluated(opened, first, {
      scope: 'subjects',
      split: { kind: 'subjects' },
      models: ['density'],
    })
    const { windows, unscored, folds } = evaluation.findings
    expect(windows.filter(({ subject }) => subject === 'C').every(({ label }) => label === -1)).toBe(true)
    // figures are of the subjects that were tested, not of the culture whose snapshots were named
    expect((await ask('evaluations.list', {})).evaluations[0]?.subjectCount).toBe(2)
    const spec = { figure: 'models', evaluationId: evaluation.id } as const
    expect((await ask('figures.export', { spec, format: 'csv' })).fileName).toBe('2 subjects models.csv')
    expect([folds.length, unscored]).toMatchObject([2, [{ subject: 'C', reason: { reason: 'same-ratio' } }]])
    expect(sentences.join(' ')).toContain('(2 in all). Not scored: C (its hit ratio is the same in every window).')
    const alone = await evaluated(opened, steady, { models: ['density'] })
    expect(alone.sentences).toEqual([
      'The hit ratio is the same in every window: there is nothing to tell apart.',
      'Nothing was scored; the windows and their labels are shown.',
    ])
  },
)

test('a simple model asked by name that a recording has no roles for is a row that says so', { timeout: 60_000 }, async () => {
  const opened = await openHost(),
    { ask, ended, folder } = opened
  await ask('projects.create', { name: 'p' })
  const { spikes } = writeSimulatedRecording(folder, { seed: 3 })
  const { jobId } = await ask('import.run', { files: [spikes], name: 'Kultur ohne Rollen', subject: 'C' })
  const made = await ask('snapshots.make', { recordingId: (await ended(jobId)).subjectId ?? 0, recipe: cut })
  const snapshotSetId = made.snapshotSetId ?? (await ended(made.jobId)).subjectId ?? 0
  const models = ['density', 'cross-role-density']
  for (const [task, reason] of [
    ['clusters', 'no-roles'],
    ['links', 'no-prior'],
  ] as const) {
    const { rows } = (await evaluated(opened, snapshotSetId, { task, models })).evaluation.findings
    expect(rows.at(-1)).toMatchObject({ model: 'cross-role-density', kind: 'simple', scores: {}, reason: { reason } })
  }
  const { rows } = (await evaluated(opened, snapshotSetId, { task: 'clusters', models })).evaluation.findings
  expect(rows.at(-1)?.reason?.what).toBe('Kultur ohne Rollen')
})

test('vectors made elsewhere are a row with why where subjects are left out, and where links are asked', { timeout: 60_000 }, async () => {
  const opened = await openHost(),
    { ask, folder } = opened
  await ask('projects.create', { name: 'p' })
  const first = await importCulture(opened, 'A', 1),
    second = await importCulture(opened, 'B', 2)
  const csv = join(folder, 'cebra.csv')
  writeFileSync(csv, `z1,z2\n${Array.from({ length: 23 }, (_, k) => `${k % 2},${k}`).join('\n')}\n`)
  await ask('evaluations.importVectors', { snapshotSetId: second, file: csv, name: 'CEBRA of B' })
  const rowOf = async (recipe: Recipe) =>
    (await evaluated(opened, second, recipe)).evaluation.findings.rows.find(({ model }) => model === 'CEBRA of B')
  const left = { scope: 'subjects', split: { kind: 'subjects' } } as const
  expect(await rowOf({ ...left, models: ['density', 'CEBRA of B'] })).toMatchObject({
    kind: 'imported',
    reason: { reason: 'one-recording' },
  })
  expect(await rowOf({ ...left, models: null })).toMatchObject({ reason: { reason: 'one-recording' } })
  expect(await rowOf({ ...left, models: ['density'] })).toBe(undefined)
  expect(await rowOf({ task: 'links', models: ['CEBRA of B'] })).toMatchObject({ reason: { reason: 'no-prior' } })
  expect(await rowOf({ models: ['CEBRA of B'] })).toMatchObject({ reason: null })
  expect((await evaluated(opened, first, { models: ['density'] })).evaluation.findings.rows).toHaveLength(2)
})

test('regions, links and clusters are of the recording that is named, also while subjects are left out for states', async () => {
  const opened = await openHost(),
    { ask } = opened
  await ask('projects.create', { name: 'p' })
  await importCulture(opened, 'A', 1)
  const named = await importCulture(opened, 'B', 2)
  const question: Recipe = { task: 'clusters', models: ['density'] }
  const alone = await evaluated(opened, named, question),
    beside = await evaluated(opened, named, { ...question, scope: 'subjects', split: { kind: 'subjects' } })
  expect(beside.evaluation.recordingIds).toEqual(alone.evaluation.recordingIds)
  expect(beside.evaluation.findings.windows).toEqual(alone.evaluation.findings.windows)
  expect(new Set(beside.evaluation.findings.windows.map(({ subject }) => subject))).toEqual(new Set(['B']))
})
