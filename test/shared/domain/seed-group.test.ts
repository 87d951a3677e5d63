import { expect, test } from 'vitest'
import { modelRecipe, type ModelRun } from '../../../src/shared/domain/model-run.ts'
import { runsBySeed, setsBySeed } from '../../../src/shared/domain/seed-group.ts'
import { snapshotRecipe } from '../../../src/shared/domain/snapshot.ts'

const set = (id: number, recordingId: number, thinning: number | null) => ({
  id,
  recordingId,
  recipe: snapshotRecipe.parse({ rateMatching: thinning === null ? null : { seed: thinning } }),
})
const run = (id: number, snapshotSetId: number, recipe: Record<string, unknown>) =>
  ({ id, snapshotSetId, recipe: modelRecipe.parse(recipe) }) as ModelRun
const ids = (groups: { id: number }[][]): number[][] => groups.map((group) => group.map(({ id }) => id))

test('thinnings of one recording that differ by their seed are one group, those of another recording are not', () => {
  expect(ids(setsBySeed([set(1, 1, null), set(2, 1, 1), set(3, 2, 1), set(4, 1, 2)]))).toEqual([[2, 4], [3], [1]])
})

test('trainings are one group where only their seed differs, rate-matched ones over all thinnings', () => {
  const sets = [set(1, 1, null), set(2, 1, 1), set(3, 1, 2), set(4, 2, null)]
  const runs = [
    run(1, 1, { seed: 1 }),
    run(2, 2, { seed: 1 }),
    run(3, 1, { seed: 2 }),
    run(4, 3, { seed: 2 }),
    run(5, 4, { seed: 1 }),
    run(6, 1, { seed: 1, recurrence: false }),
    run(7, 1, { seed: 3 }),
  ]
  expect(ids(runsBySeed(runs, sets))).toEqual([[1, 3, 7], [6], [5], [2, 4]])
})
