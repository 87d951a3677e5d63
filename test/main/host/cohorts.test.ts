import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readArguments } from '../../../src/main/cli/arguments.ts'
import { claimOfCohort } from '../../../src/main/cli/cohort-claim.ts'
import type { Session } from '../../../src/main/cli/command.ts'
import { createOutput } from '../../../src/main/cli/output.ts'
import type { Host } from '../../../src/main/host/create-host.ts'
import { translator } from '../../../src/shared/locales/translate.ts'
import { openHost, type Opened } from './opened-host.ts'

const snapshotRecipe = { binMs: 100, windowS: 40, stepS: 20, edges: { rule: 'proportional', density: 0.2 } } as const
const training = { epochs: 2, stopsWhenFlat: false, seed: 1 }

/** The command line on an open host. */
const sessionOn = (host: Host): Session => ({
  host,
  arguments: readArguments([]),
  output: createOutput(true),
  language: 'en',
  translate: translator('en'),
  signal: new AbortController().signal,
})

/** Small cultures through files, import, snapshots, training and alignment; the alignments in order. */
async function alignedCultures({ ask, ended, folder }: Opened, subjectCount: number) {
  const { cultures } = await ask('simulations.make', {
    recipe: { kind: 'planted', seed: 5, subjectCount, channelCount: 40, durationS: 240 },
    out: join(folder, 'files'),
  })
  const alignmentIds: number[] = [],
    setIds: number[] = []
  for (const [k, files] of cultures.entries()) {
    const imported = await ask('import.run', { files: [files.spikes, files.layout, files.events], name: '', subject: `S${k + 1}` })
    const made = await ask('snapshots.make', { recordingId: (await ended(imported.jobId)).subjectId ?? 0, recipe: snapshotRecipe })
    const snapshotSetId = (await ended(made.jobId)).subjectId ?? 0
    const { jobId, modelRunId } = await ask('modelRuns.start', { snapshotSetId, recipe: training, engine: 'cpu', beside: 'none' })
    await ended(jobId)
    const aligned = await ask('alignments.make', { modelRunId, recipe: { permutations: 0, shifts: 0 } })
    alignmentIds.push((await ended(aligned.jobId)).subjectId ?? 0)
    setIds.push(snapshotSetId)
  }
  return { alignmentIds, setIds, truthFile: cultures[0]?.truth ?? '' }
}

test('a cohort of six is tested once, said in the caller’s language, and taken away', async () => {
  const opened = await openHost(),
    { ask, ended, host, codeOf } = opened
  await ask('projects.create', { name: 'p' })
  expect(await codeOf('cohorts.make', {})).toBe('cohorts/nothing-aligned')
  const { alignmentIds, truthFile } = await alignedCultures(opened, 6)

  const made = await ask('cohorts.make', {})
  const job = await ended(made.jobId)
  expect(job).toMatchObject({ kind: 'cohort', state: 'done' })
  const cohortId = job.subjectId ?? 0
  const { cohort, sentence } = await ask('cohorts.get', { cohortId })
  expect(cohort.alignmentIds).toEqual(alignmentIds)
  expect(cohort.findings.subjects.map(({ subject }) => subject)).toEqual(['S1', 'S2', 'S3', 'S4', 'S5', 'S6'])
  const [coupling] = cohort.findings.measures
  expect(coupling).toMatchObject({
    measure: 'coupling',
    kind: 'primary',
    asRecorded: { subjectCount: 6, signFlip: { exact: true, permutationCount: 64 }, swap: { exact: true, permutationCount: 720 } },
    rateMatched: null,
  })
  const own = await ask('alignments.get', { alignmentId: alignmentIds[0] ?? 0 })
  expect(Math.tanh(coupling?.asRecorded.z[0] ?? NaN)).toBeCloseTo(own.asRecorded.measures.coupling.performance.rho ?? NaN, 12)
  expect(sentence).toContain('Over 6 subjects')
  const chinese = await host.call('cohorts.get', { cohortId }, 'zh')
  expect(chinese.ok && chinese.value.sentence).toMatch(/6 个受试对象/)

  const file = await ask('figures.export', { spec: { figure: 'cohort', cohortId }, format: 'csv' })
  expect(file.fileName).toBe('6 subjects cohort.csv')

  expect(await ask('cohorts.make', { alignmentIds })).toEqual({ jobId: null, cohortId })
  const told = await claimOfCohort(sessionOn(host), alignmentIds)
  expect(told.sentence).toBe(sentence)
  expect(told.claim).toEqual({
    subjects: 6,
    meanRho: coupling?.asRecorded.meanRho,
    interval95: coupling?.asRecorded.interval95,
    pSignFlip: coupling?.asRecorded.signFlip?.p,
    pSwap: coupling?.asRecorded.swap?.p,
    rateMatched: null,
  })
  expect((await ask('cohorts.list', {})).cohorts).toMatchObject([{ id: cohortId, subjectCount: 6, claim: cohort.findings.claim }])
  const fewer = await ask('cohorts.make', { alignmentIds: alignmentIds.slice(0, 5) })
  const { cohort: five, sentence: said } = await ask('cohorts.get', { cohortId: (await ended(fewer.jobId)).subjectId ?? 0 })
  expect(five.findings.claim.verdict).toBe('too-few-subjects')
  expect(said).toContain('1 more is needed')

  const map = await ask('validations.channelMap', { alignmentId: alignmentIds[0] ?? 0, truthFile })
  const { modulatedChannels } = JSON.parse(readFileSync(truthFile, 'utf8')) as { modulatedChannels: string[] }
  const withB = own.asRecorded.maps.b.filter(Number.isFinite).length
  expect(map.asRecorded.modulatedCount + map.asRecorded.unmodulatedCount).toBe(withB)
  expect(map.asRecorded.modulatedCount).toBeLessThanOrEqual(modulatedChannels.length)
  expect(map.asRecorded.auc).toBeGreaterThanOrEqual(0)
  const wrong = join(opened.folder, 'wrong.json')
  writeFileSync(wrong, '{}')
  expect(await codeOf('validations.channelMap', { alignmentId: alignmentIds[0] ?? 0, truthFile: wrong })).toBe('validations/not-a-truth')
  expect(await codeOf('validations.channelMap', { alignmentId: alignmentIds[0] ?? 0, truthFile: `${wrong}x` })).toBe(
    'import/file-not-found',
  )

  await ask('cohorts.remove', { cohortId })
  expect(await codeOf('cohorts.get', { cohortId })).toBe('cohorts/not-found')
}, 120_000)

test('only what was measured alike is one cohort: the newest alignment and those like it, or what is named', async () => {
  const opened = await openHost(),
    { ask, ended, codeOf, host } = opened
  await ask('projects.create', { name: 'p' })
  const { alignmentIds, setIds } = await alignedCultures(opened, 3)
  const alignOther = async (snapshotSetId: number, more: object, recipe: object): Promise<number> => {
    const { jobId, modelRunId } = await ask('modelRuns.start', {
      snapshotSetId,
      recipe: { ...training, ...more },
      engine: 'cpu',
      beside: 'none',
    })
    await ended(jobId)
    const aligned = await ask('alignments.make', { modelRunId, recipe: { permutations: 0, shifts: 0, ...recipe } })
    return (await ended(aligned.jobId)).subjectId ?? 0
  }
  const cohortOf = async (ids: number[] | null): Promise<number[]> => {
    const made = await ask('cohorts.make', { alignmentIds: ids }),
      cohortId = made.cohortId ?? (await ended(made.jobId)).subjectId ?? 0
    return (await ask('cohorts.get', { cohortId })).cohort.alignmentIds
  }
  // another seed and other nulls ask the same
  const again = await alignOther(setIds[0] ?? 0, { seed: 2 }, { shifts: 20 })
  expect(await cohortOf(null)).toEqual([...alignmentIds.slice(1), again])
  // the newest is another model's: those of the other one are not mixed in
  const other = await alignOther(setIds[1] ?? 0, { model: 'vgae' }, {})
  expect(await cohortOf(null)).toEqual([other])
  expect(await cohortOf(alignmentIds)).toEqual(alignmentIds)
  expect(await codeOf('cohorts.make', { alignmentIds: [alignmentIds[0] ?? 0, other] })).toBe('cohorts/unlike')

  const { alignments } = await ask('alignments.list', {})
  expect(alignments.map(({ training: trained }) => trained?.model)).toEqual(['tavrnn', 'tavrnn', 'tavrnn', 'tavrnn', 'vgae'])
  // a table that leaves the project says which training it is of
  for (const what of ['alignment', 'alignment-map', 'cohort'] as const) {
    const [header, row] = Buffer.from((await ask('exports.table', { what })).bytes)
      .toString()
      .split('\n')
    expect(row?.split(',')[header?.split(',').indexOf('model') ?? -1], what).toBe(what === 'cohort' ? 'tavrnn' : 'vgae')
  }
  const refused = await host.call('cohorts.make', { alignmentIds: [alignmentIds[0] ?? 0, other] })
  expect(!refused.ok && refused.error.message).toMatch(/^“.+” and “.+” were not measured alike/)
}, 120_000)

test('a training that held edges out says how well it finds them, another that it saw them all', async () => {
  const opened = await openHost(),
    { ask, ended, codeOf, folder } = opened
  await ask('projects.create', { name: 'p' })
  const { cultures } = await ask('simulations.make', {
    recipe: { kind: 'planted', seed: 6, subjectCount: 1, channelCount: 40, durationS: 240 },
    out: join(folder, 'files'),
  })
  const imported = await ask('import.run', { files: [cultures[0]?.spikes ?? '', cultures[0]?.layout ?? ''], name: 'c', subject: 'S' })
  const made = await ask('snapshots.make', { recordingId: (await ended(imported.jobId)).subjectId ?? 0, recipe: snapshotRecipe })
  const snapshotSetId = (await ended(made.jobId)).subjectId ?? 0
  const runOf = async (heldOut: object | null): Promise<number> => {
    const recipe = { ...training, epochs: 60, heldOut }
    const { jobId, modelRunId } = await ask('modelRuns.start', { snapshotSetId, recipe, engine: 'cpu', beside: 'none' })
    await ended(jobId)
    return modelRunId
  }
  const links = await ask('modelRuns.links', { modelRunId: await runOf({ share: 0.1, seed: 2 }) })
  // 11 snapshots of 156 edges
  expect(links).toMatchObject({ snapshotCount: 11, edgeCount: 11 * 16 })
  expect(links.auc).toBeGreaterThan(0.6)
  expect(links.degreeProductAuc).toBeGreaterThan(0.5)
  expect(await codeOf('modelRuns.links', { modelRunId: await runOf(null) })).toBe('model-runs/nothing-held-out')
}, 60_000)
