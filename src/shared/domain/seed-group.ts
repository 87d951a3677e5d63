import { butForSeed, type ModelRun } from './model-run.ts'
import type { SnapshotSet } from './snapshot.ts'

type Made = Pick<SnapshotSet, 'id' | 'recordingId' | 'recipe'>

/** Snapshots that differ by the seed of their thinning alone: the newest group first, in a group the newest last. */
export const setsBySeed = <Set extends Made>(sets: readonly Set[]): Set[][] => grouped(sets, setKeyOf)

/**
 * Trainings that differ by their seed alone, in the same order. Rate-matched ones each have a thinning of their own and are one
 * group all the same.
 */
export function runsBySeed(runs: readonly ModelRun[], sets: readonly Made[]): ModelRun[][] {
  const keys = new Map(sets.map((set) => [set.id, setKeyOf(set)]))
  return grouped(runs, ({ snapshotSetId, recipe }) => JSON.stringify([keys.get(snapshotSetId) ?? snapshotSetId, butForSeed(recipe)]))
}

const setKeyOf = ({ recordingId, recipe }: Made): string =>
  JSON.stringify([recordingId, { ...recipe, rateMatching: recipe.rateMatching && { seed: 0 } }])

const grouped = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] =>
  [...Map.groupBy(items.toReversed(), keyOf).values()].map((group) => group.reverse())
