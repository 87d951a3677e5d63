import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import packageFile from '../../../../package.json' with { type: 'json' }
import type { SimulatedFiles } from '../../../shared/domain/simulation.ts'
import { ask, finishJob, stopped, type Session } from '../command.ts'
import { workFolder, writeRecord, type CohortRecord, type ValidationSettings } from './cohort-record.ts'

type Culture = CohortRecord['cultures'][number]

/**
 * Epochs of the training that holds edges out, at least. At 120 μ·μ finds them no better than the product of degrees does,
 * from some 300 on it does (docs/validity.md).
 */
const leastHeldOutEpochs = 400

/**
 * One cohort from nothing to its claim by the routes of a person's clicks: cultures as files, import, snapshots, a training
 * with the rate-matched one beside it, alignment, and the cohort's tests. What is left of an unfinished attempt goes first.
 * @param options.keep leaves files and project in the cohort's work folder
 */
export async function validateCohort(
  session: Session,
  settings: ValidationSettings,
  { cohort, folder, keep }: { cohort: number; folder: string; keep: boolean },
): Promise<CohortRecord> {
  const started = performance.now(),
    work = workFolder(folder, cohort)
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const { kind, seed, subjects } = settings,
    firstSubject = (cohort - 1) * subjects + 1
  // One thread each: the cores are busy with other cohorts.
  await ask(session, 'settings.set', { threads: 1 })
  const recipe = { kind, seed, subjectCount: subjects, firstSubject }
  const { cultures: files } = await ask(session, 'simulations.make', { recipe, out: join(work, 'files') })
  await ask(session, 'projects.create', { name: `${kind} ${cohort}`, path: join(work, 'cohort.tavrnn') })
  const cultures: Culture[] = []
  for (const [k, culture] of files.entries()) {
    if (session.signal.aborted) throw stopped(session)
    // One culture of a cohort is enough for a mean over cohorts, and this training is the longest of all.
    const holdsOut = kind === 'planted' && k === 0
    cultures.push(await alignCulture(session, settings, { files: culture, subject: String(firstSubject + k), holdsOut }))
  }

  const made = await ask(session, 'cohorts.make', {})
  const cohortId = made.jobId === null ? made.cohortId : await finishJob(session, made.jobId)
  const { cohort: result, sentence } = await ask(session, 'cohorts.get', { cohortId: cohortId ?? 0 })
  await ask(session, 'projects.close', {})
  const { claim, measures } = result.findings
  const record: CohortRecord = {
    settings,
    cohort,
    version: packageFile.version,
    claim,
    measures,
    cultures,
    sentence,
    seconds: (performance.now() - started) / 1000,
  }
  writeRecord(folder, record)
  if (!keep) rmSync(work, { recursive: true, force: true })
  return record
}

async function alignCulture(
  session: Session,
  settings: ValidationSettings,
  { files, subject, holdsOut }: { files: SimulatedFiles; subject: string; holdsOut: boolean },
): Promise<Culture> {
  const { jobId } = await ask(session, 'import.run', {
    files: [files.spikes, files.layout, files.events],
    set: {},
    name: '',
    subject,
    condition: '',
    recordedOn: null,
  })
  const recordingId = await finishJob(session, jobId)
  const snapshots = await ask(session, 'snapshots.make', { recordingId, recipe: {} })
  const snapshotSetId = snapshots.jobId === null ? (snapshots.snapshotSetId ?? 0) : await finishJob(session, snapshots.jobId)
  const modelRunId = await trainBoth(session, settings, snapshotSetId)
  const links = holdsOut ? await trainWithout(session, settings, snapshotSetId) : null
  const aligned = await ask(session, 'alignments.make', { modelRunId, recipe: { permutations: 0, shifts: 0 } })
  const alignmentId = aligned.jobId === null ? (aligned.alignmentId ?? 0) : await finishJob(session, aligned.jobId)
  const map = await ask(session, 'validations.channelMap', { alignmentId, truthFile: files.truth })
  return {
    subject,
    channelAuc: { asRecorded: map.asRecorded.auc, rateMatched: map.rateMatched?.auc ?? null },
    heldOutAuc: links?.auc ?? null,
    degreeProductAuc: links?.degreeProductAuc ?? null,
  }
}

/** As recorded and rate-matched, all epochs: no cohort is to end where another goes on. */
async function trainBoth(session: Session, { epochs }: ValidationSettings, snapshotSetId: number): Promise<number> {
  const recipe = { epochs, stopsWhenFlat: false, seed: 1 }
  const { jobId, modelRunId, beside } = await ask(session, 'modelRuns.start', { snapshotSetId, recipe, engine: 'cpu' })
  await finishJob(session, jobId)
  if (beside.snapshotsJobId !== null) await finishJob(session, beside.snapshotsJobId)
  const { jobId: besideJobId } = await ask(session, 'modelRuns.beside', { modelRunId })
  if (besideJobId !== null) await finishJob(session, besideJobId)
  return modelRunId
}

/** A training that does not see a tenth of the edges, and how well it finds them (model spec 6.4). */
async function trainWithout(session: Session, { epochs }: ValidationSettings, snapshotSetId: number) {
  const recipe = { epochs: Math.max(epochs, leastHeldOutEpochs), stopsWhenFlat: false, seed: 1, heldOut: {} }
  const { jobId, modelRunId } = await ask(session, 'modelRuns.start', { snapshotSetId, recipe, engine: 'cpu', beside: 'none' })
  await finishJob(session, jobId)
  return ask(session, 'modelRuns.links', { modelRunId })
}
