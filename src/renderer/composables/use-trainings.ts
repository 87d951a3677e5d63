import type { ModelRun } from '../../shared/domain/model-run.ts'
import { runsBySeed } from '../../shared/domain/seed-group.ts'
import { useSnapshots } from '../stores/snapshots.ts'
import { useRunName } from './use-run-name.ts'

export type Training = { value: number; label: string; runs: readonly ModelRun[] }

/** Trainings to choose from, the newest first; those that differ by their seed alone are one, which its newest stands for. */
export function useTrainings(): (runs: readonly ModelRun[]) => Training[] {
  const snapshots = useSnapshots(),
    runName = useRunName()
  return (runs) =>
    runsBySeed(runs, snapshots.sets).flatMap((ofSeeds) => {
      const newest = ofSeeds.at(-1)
      return newest ? [{ value: newest.id, label: runName(newest, ofSeeds.length), runs: ofSeeds }] : []
    })
}

export const trainingOf = (trainings: readonly Training[], runId: number | null): Training | undefined =>
  trainings.find(({ runs }) => runs.some(({ id }) => id === runId))
