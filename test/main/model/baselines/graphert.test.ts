import { expect, test } from 'vitest'
import { graphert } from '../../../../src/main/model/baselines/graphert.ts'
import { modelRecipe } from '../../../../src/shared/domain/model-run.ts'

const channelCount = 20,
  snapshotCount = 5
const planned = (settings: Parameters<typeof modelRecipe.parse>[0]) =>
  graphert.plan(
    { channelCount, snapshotCount, edgeCount: 100 },
    modelRecipe.parse({ model: 'graphert', batchSize: 1, ...(settings as object) }),
  )

test('reduced, it keeps its six layers: parameters are those of the small BERT of hidden 8, written out', () => {
  const dense = (from: number, to: number): number => from * to + to,
    norm = 2 * 8
  const layer = 4 * dense(8, 8) + norm + dense(8, 32) + dense(32, 8) + norm
  const expected = (channelCount + 1 + 16) * 8 + norm + 6 * layer + dense(8, 8) + norm + dense(8, channelCount) + dense(8, snapshotCount)
  expect(planned({}).parameterCount).toBe(expected)
})

test('reduced, every channel has ten walks a snapshot at least, however few the epochs; as published 250 an epoch', () => {
  const places = channelCount * snapshotCount
  // a step takes one walk here
  for (const epochs of [1, 2, 3, 7, 10, 200]) expect(planned({ epochs }).runCount / places, `${epochs} epochs`).toBeGreaterThanOrEqual(10)
  expect(planned({ epochs: 200 }).runCount).toBe(200 * places)
  expect(planned({ budget: 'published' }).runCount).toBe(5 * 250 * places)
})
