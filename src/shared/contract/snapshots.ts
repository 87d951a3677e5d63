import { z } from 'zod'
import { float64, int32 } from '../domain/numbers.ts'
import { densityData } from '../domain/figure.ts'
import { leftOut, snapshot, snapshotRecipe, snapshotSet } from '../domain/snapshot.ts'
import { performance } from '../domain/task-event.ts'
import { route } from './route.ts'

const id = z.int().min(1)
const making = z.strictObject({ recordingId: id, recipe: snapshotRecipe })
const refusals = [
  'project/none-open',
  'recordings/not-found',
  'recordings/too-few-channels',
  'snapshots/window-longer-than-recording',
  'snapshots/window-not-whole-bins',
  'snapshots/window-too-few-bins',
  'snapshots/too-many-windows',
  'snapshots/step-not-in-window',
  'snapshots/too-few-rate-matched',
  'snapshots/never-rate-matched',
  'snapshots/no-intervals',
  'snapshots/intervals-too-short',
  'snapshots/only-for-spikes',
  'snapshots/only-for-traces',
  'snapshots/bins-not-of-counts',
  'snapshots/no-significance-after-filter',
  'snapshots/no-significance-of-smoothed-counts',
  'snapshots/filter-needs-correlation',
  'snapshots/no-rate-matching-by-interval',
  'snapshots/bin-without-sample',
  'snapshots/baseline-not-positive',
  'jobs/cancelled',
] as const

export const snapshots = {
  /** density of every window and all r of one recipe, before anything is kept; a later preview cancels an earlier one */
  'snapshots.preview': route(
    making,
    z.object({
      density: densityData,
      /** counts of r over all windows in 100 bins from −1 to 1 */
      rHistogram: float64,
      binCount: z.int(),
      pairCount: z.int(),
      leftOut,
      /** of each window: share of pairs that significance could test; NaN where edges come by another rule */
      testedShare: float64,
    }),
    refusals,
  ),
  /** the same recipe on the same recording gives the set that is already there */
  'snapshots.make': route(making, z.object({ jobId: z.int().nullable(), snapshotSetId: z.int().nullable() }), refusals),
  'snapshots.list': route(z.strictObject({}), z.object({ snapshotSets: z.array(snapshotSet) }), ['project/none-open']),
  'snapshots.get': route(
    z.strictObject({ snapshotSetId: id }),
    z.object({
      snapshotSet,
      snapshots: z.array(snapshot),
      /** of each window, from the recording's events */
      performance: z.array(performance),
      /** index into the recording's channels, [channels] */
      channelIndexes: int32,
    }),
    ['project/none-open', 'snapshots/not-found'],
  ),
  'snapshots.remove': route(z.strictObject({ snapshotSetId: id }), z.object({}), ['project/none-open', 'snapshots/not-found']),
}
