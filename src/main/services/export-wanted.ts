import type { RouteParsed } from '../../shared/contract/contract.ts'
import { fail } from '../../shared/contract/errors.ts'
import { newestAsRecorded } from '../../shared/domain/model-run.ts'
import type { SnapshotSet } from '../../shared/domain/snapshot.ts'
import { listModelRuns } from '../store/model-runs.ts'
import type { ReadableDB } from '../store/open.ts'
import { getRecording, listRecordings } from '../store/recordings.ts'
import { listSnapshotSets } from '../store/snapshots.ts'

type Wanted = RouteParsed<'exports.table'>

/** The recording that is wanted, else the newest. @throws exports/nothing-to-write */
export function recordingFor(db: ReadableDB, { what, recordingId }: Wanted) {
  const newest = recordingId === undefined ? listRecordings(db).at(-1) : getRecording(db, recordingId)
  if (!newest) throw fail('exports/nothing-to-write', { what })
  return newest
}

/** The set that is wanted, else the newest. @throws exports/nothing-to-write */
export function setFor(db: ReadableDB, { what, snapshotSetId }: Wanted) {
  const all = listSnapshotSets(db)
  const found = snapshotSetId === undefined ? newestSetAsRecorded(all) : all.find(({ id }) => id === snapshotSetId)
  if (!found) throw fail('exports/nothing-to-write', { what })
  return found
}

/** A rate-matched set stands beside another; it is the newest only where there is nothing else. */
const newestSetAsRecorded = (all: SnapshotSet[]): SnapshotSet | undefined =>
  all.findLast(({ recipe }) => recipe.rateMatching === null) ?? all.at(-1)

/** The run that is wanted, else the newest. @throws exports/nothing-to-write */
export function runFor(db: ReadableDB, { what, modelRunId }: Wanted, finished = true) {
  const all = listModelRuns(db).filter(({ state }) => !finished || state === 'done')
  const found = modelRunId === undefined ? newestAsRecorded(all) : all.find(({ id }) => id === modelRunId)
  if (!found) throw fail('exports/nothing-to-write', { what })
  return found
}
