import type { ModelRun } from '../../shared/domain/model-run.ts'
import { useRecordings } from '../stores/recordings.ts'
import { useSnapshots } from '../stores/snapshots.ts'
import { useNames } from './use-names.ts'

/** A training's name, after its recording's where there are several: "culture 7 · Studio, seed 1, 16 Mar 2025, 10:20". */
export function useRunName(): (run: ModelRun, seedCount?: number) => string {
  const names = useNames(),
    recordings = useRecordings(),
    snapshots = useSnapshots()
  return (run, seedCount = 1) => {
    const recordingId = snapshots.sets.find(({ id }) => id === run.snapshotSetId)?.recordingId
    const recording = recordings.list.length > 1 ? recordings.list.find(({ id }) => id === recordingId) : undefined
    const name = names.modelRun(run, seedCount)
    return recording ? `${recording.name} · ${name}` : name
  }
}
