import type { RouteInput } from '../../../shared/contract/contract.ts'
import { trainedName } from '../../../shared/domain/evaluation.ts'
import { measuredAlike } from '../../../shared/domain/measured-alike.ts'
import { modelLabel } from '../../../shared/locales/model-label.ts'
import { unmatchedSentence } from '../../../shared/locales/unmatched-sentence.ts'
import { wholeLineSentence } from '../../../shared/locales/whole-line-sentence.ts'
import { claimOfCohort } from '../cohort-claim.ts'
import { ask, finishJob, openNamedProject, WrongUse, type Command, type Session } from '../command.ts'
import { resultsAsRecorded } from '../newest.ts'

/**
 * Aligns the newest training of every recording with its performance, where that was not done before, and says what the cohort
 * shows: as many of them as were measured alike.
 */
export const align: Command = async (session) => {
  await openNamedProject(session)
  const { output, translate } = session,
    { recordings } = await ask(session, 'recordings.list', {}),
    { sets, runs } = await resultsAsRecorded(session)
  if (runs.length === 0) throw new WrongUse(translate('cli.noRun'))
  const aligned = [],
    alignmentIds: number[] = []
  for (const { id, name, subject } of recordings) {
    const ids = new Set(sets.filter(({ recordingId }) => recordingId === id).map(({ id: setId }) => setId)),
      run = runs.findLast(({ snapshotSetId }) => ids.has(snapshotSetId))
    if (!run) continue
    const alignment = await alignRun(session, run.id)
    const { rho, reason } = alignment.asRecorded.measures.coupling.performance,
      rhoRateMatched = alignment.rateMatched?.measures.coupling.performance.rho ?? null
    const number = (value: number | null): string => value?.toFixed(2) ?? '–'
    output.say(translate('cli.aligned', { name, subject, rho: number(rho), matched: number(rhoRateMatched) }))
    if (reason !== null) output.say(translate(`alignments.reason.${reason}`))
    for (const line of [unmatchedSentence(translate, alignment), wholeLineSentence(translate, alignment)])
      if (line !== null) output.say(line)
    aligned.push({ subject, rho, reason, rhoRateMatched, wholeLine: alignment.asRecorded.measures.coupling.performance.wholeLine })
    alignmentIds.push(alignment.id)
  }
  const { alignments } = await ask(session, 'alignments.list', {}),
    groups = measuredAlike(alignments.filter(({ id }) => alignmentIds.includes(id))),
    cohort = groups.toSorted((a, b) => b.length - a.length)[0] ?? []
  const ids = cohort.map(({ id }) => id),
    { claim, sentence } = await claimOfCohort(session, ids)
  const nameOf = (recordingId: number): string => recordings.find(({ id }) => id === recordingId)?.name ?? '',
    model = cohort[0]?.training ? modelLabel(translate, trainedName(cohort[0].training)) : '',
    leftOut = groups.flatMap((group) => (group === cohort ? [] : group.map(({ recordingId }) => nameOf(recordingId))))
  if (leftOut.length > 0) output.say(translate('cli.leftOut', { model, count: cohort.length, names: leftOut.join(', ') }))
  output.say(sentence)
  return { recordings: aligned, model, leftOut, claim, sentence }
}

async function alignRun(session: Session, modelRunId: number) {
  const recipe = session.arguments.settings() as RouteInput<'alignments.make'>['recipe']
  const made = await ask(session, 'alignments.make', { modelRunId, recipe }),
    alignmentId = made.alignmentId ?? (await finishJob(session, made.jobId ?? 0))
  return ask(session, 'alignments.get', { alignmentId })
}
