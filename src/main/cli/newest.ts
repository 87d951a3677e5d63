import type { ModelRun } from '../../shared/domain/model-run.ts'
import type { SnapshotSet } from '../../shared/domain/snapshot.ts'
import { ask, WrongUse, type Session } from './command.ts'

/** Snapshot sets and finished runs as recorded, oldest first; a rate-matched one stands beside another and is nobody's newest. */
export async function resultsAsRecorded(session: Session): Promise<{ sets: SnapshotSet[]; runs: ModelRun[] }> {
  const { snapshotSets } = await ask(session, 'snapshots.list', {}),
    { modelRuns } = await ask(session, 'modelRuns.list', {})
  return {
    sets: snapshotSets.filter(({ recipe }) => recipe.rateMatching === null),
    runs: modelRuns.filter((run) => run.state === 'done' && !run.isRateMatched),
  }
}

/** The newest snapshots as recorded, or those of the recording that `--recording` names. */
export async function newestSet(session: Session): Promise<number> {
  const { arguments: given, translate } = session,
    { sets } = await resultsAsRecorded(session),
    named = given.text('recording')
  const { recordings } = await ask(session, 'recordings.list', {})
  const recording = named === undefined ? null : recordings.find(({ id, name }) => name === named || String(id) === named)
  if (recording === undefined) throw new WrongUse(translate('cli.noRecording', { names: recordings.map(({ name }) => name).join(', ') }))
  const set = sets.findLast(({ recordingId }) => recording === null || recordingId === recording.id)
  if (!set) throw new WrongUse(translate('cli.noSnapshots'))
  return set.id
}
