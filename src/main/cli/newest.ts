import type { ModelRun } from '../../shared/domain/model-run.ts'
import type { SnapshotSet } from '../../shared/domain/snapshot.ts'
import { ask, type Session } from './command.ts'

/** Snapshot sets and finished runs as recorded, oldest first; a rate-matched one stands beside another and is nobody's newest. */
export async function resultsAsRecorded(session: Session): Promise<{ sets: SnapshotSet[]; runs: ModelRun[] }> {
  const { snapshotSets } = await ask(session, 'snapshots.list', {}),
    { modelRuns } = await ask(session, 'modelRuns.list', {})
  const sets = snapshotSets.filter(({ recipe }) => recipe.rateMatching === null),
    ids = new Set(sets.map(({ id }) => id))
  return { sets, runs: modelRuns.filter((run) => run.state === 'done' && ids.has(run.snapshotSetId)) }
}
