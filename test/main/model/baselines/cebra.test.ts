import { expect, test } from 'vitest'
import { train, type TrainResult } from '../../../../src/main/jobs/train.ts'
import type { SnapshotsInput } from '../../../../src/main/jobs/snapshots.ts'
import { modelRecipe } from '../../../../src/shared/domain/model-run.ts'
import { uniformSequence } from '../../../../src/shared/domain/random.ts'
import { snapshotRecipe } from '../../../../src/shared/domain/snapshot.ts'
import { adjustedRandIndex, twoMeans } from './planted-communities.ts'

const channelCount = 20,
  windowCount = 24,
  binsPerWindow = 40

/** Windows in one of two states: even channels fire in the first, odd ones in the second; or every channel's bins are mixed up. */
function twoStates(isShuffled: boolean): { source: SnapshotsInput; states: number[] } {
  const next = uniformSequence(5, 'simulate'),
    states = Array.from({ length: windowCount }, () => (next() < 0.5 ? 0 : 1)),
    binCount = windowCount * binsPerWindow
  const timesNs: number[] = [],
    offsets = [0]
  for (let c = 0; c < channelCount; c++) {
    const fired = Array.from({ length: binCount }, (_, b) => next() < (c % 2 === states[Math.floor(b / binsPerWindow)] ? 0.6 : 0.1))
    if (isShuffled) {
      for (let b = binCount - 1; b > 0; b--) {
        const other = Math.floor(next() * (b + 1))
        ;[fired[b], fired[other]] = [fired[other]!, fired[b]!]
      }
    }
    fired.forEach((isFired, b) => {
      if (isFired) timesNs.push(b * 50 + 25)
    })
    offsets.push(timesNs.length)
  }
  return {
    states,
    source: {
      signal: {
        kind: 'spikes',
        trains: { timesS: Float64Array.from(timesNs, (ms) => ms / 1000), offsets: Uint32Array.from(offsets) },
      },
      startS: 0,
      endS: (binCount * 50) / 1000,
      channelIndexes: Int32Array.from({ length: channelCount }, (_, c) => c),
      intervals: [],
      roles: [],
      recipe: snapshotRecipe.parse({ binMs: 50, windowS: 2, stepS: 2 }),
      previewOnly: false,
    },
  }
}

async function embed(source: SnapshotsInput, threadLimit = 1): Promise<TrainResult> {
  const graphs = { channelCount, snapshotCount: windowCount, edges: [], r: [] },
    recipe = modelRecipe.parse({ model: 'cebra', epochs: 15, stopsWhenFlat: false })
  const steps = train({ graphs, recipe, source, from: null, engine: 'cpu', threadLimit }, () => undefined)
  for (;;) {
    const { done, value } = await steps.next()
    if (done) return value
  }
}

test('CEBRA-Time tells two states of a population apart without having seen a label, the same for any number of threads', async () => {
  const { source, states } = twoStates(false),
    { mean, priorMean } = await embed(source)
  expect(mean.length).toBe(windowCount * 8)
  expect(priorMean).toBeNull()
  expect(adjustedRandIndex(twoMeans(mean, 8), states)).toBeGreaterThanOrEqual(0.8)
  expect((await embed(source, 2)).mean).toEqual(mean)
}, 240_000)

test('CEBRA-Time finds no states where every channel’s bins are mixed up', async () => {
  const { source, states } = twoStates(true)
  expect(Math.abs(adjustedRandIndex(twoMeans((await embed(source)).mean, 8), states))).toBeLessThanOrEqual(0.1)
}, 240_000)
