import { expect, test } from 'vitest'
import { modelRecipe } from '../../../src/shared/domain/model-run.ts'
import { writeSimulatedRecording } from '../simulated-spikes.ts'
import { openHost, type Opened } from './opened-host.ts'

const quick = { epochs: 2, outerUnits: 12, innerUnits: 8, stopsWhenFlat: false }

async function snapshotsOf({ ask, ended, folder }: Opened): Promise<number> {
  const files = writeSimulatedRecording(folder, { seed: 3 })
  const { jobId } = await ask('import.run', { files: [files.spikes, files.layout], name: 'A', subject: 'A', condition: 'a' })
  const recordingId = (await ended(jobId)).subjectId ?? 0
  const made = await ask('snapshots.make', {
    recordingId,
    recipe: { binMs: 100, windowS: 20, stepS: 10, edges: { rule: 'proportional', density: 0.2 } },
  })
  return made.snapshotSetId ?? (await ended(made.jobId)).subjectId ?? 0
}

test('every baseline is trained, kept and read like TAVRNN: a vector for each channel in each snapshot', { timeout: 120_000 }, async () => {
  const opened = await openHost(),
    { ask, ended } = opened
  await ask('projects.create', { name: 'p' })
  const snapshotSetId = await snapshotsOf(opened),
    { snapshotSet } = await ask('snapshots.get', { snapshotSetId })
  for (const model of ['vgae', 'dyngem', 'dynae', 'dynaernn', 'graphert'] as const) {
    const recipe = modelRecipe.parse({ model, ...quick })
    expect((await ask('modelRuns.estimate', { snapshotSetId, recipe })).roughS).toBeGreaterThan(0)
    const { jobId, modelRunId } = await ask('modelRuns.start', { snapshotSetId, recipe, beside: 'none' })
    await ended(jobId)
    const { mean, shape } = await ask('embeddings.get', { modelRunId })
    expect(shape).toEqual({ snapshotCount: snapshotSet.snapshotCount, channelCount: snapshotSet.channelCount, latentCount: 8 })
    expect(mean.every(Number.isFinite), model).toBe(true)
    const projected = await ask('embeddings.project', { modelRunId, recipe: { method: 'pca' } })
    if (projected.jobId !== null) expect((await ended(projected.jobId)).state).toBe('done')
  }
})

test('CEBRA-Time has a vector for each window: states are read out from it, and channels are refused', { timeout: 120_000 }, async () => {
  const opened = await openHost(),
    { ask, ended, codeOf } = opened
  await ask('projects.create', { name: 'p' })
  const snapshotSetId = await snapshotsOf(opened),
    { snapshotSet } = await ask('snapshots.get', { snapshotSetId })
  const { jobId, modelRunId } = await ask('modelRuns.start', {
    snapshotSetId,
    recipe: modelRecipe.parse({ model: 'cebra', ...quick }),
    beside: 'none',
  })
  await ended(jobId)
  const { mean, shape } = await ask('embeddings.get', { modelRunId })
  expect(shape).toEqual({ snapshotCount: snapshotSet.snapshotCount, channelCount: 1, latentCount: 8 })
  expect(mean.every(Number.isFinite)).toBe(true)
  expect(await codeOf('embeddings.project', { modelRunId, recipe: { method: 'pca' } })).toBe('model-runs/no-channel-vectors')
  expect(await codeOf('alignments.make', { modelRunId })).toBe('model-runs/no-channel-vectors')
  const { models } = await ask('evaluations.choices', { snapshotSetId })
  expect(models.find(({ name }) => name === 'cebra')).toMatchObject({ kind: 'learned', seedCount: 1 })
  const made = await ask('evaluations.make', {
    snapshotSetId,
    recipe: { readOuts: ['logistic'], permutationCount: 3, models: ['cebra', 'who-fired'], label: 'condition' },
  })
  const evaluationId = made.evaluationId ?? (await ended(made.jobId)).subjectId ?? 0
  expect((await ask('evaluations.get', { evaluationId })).evaluation.id).toBe(evaluationId)
})
