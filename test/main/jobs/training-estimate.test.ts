import { describe, expect, test } from 'vitest'
import { estimateTraining, whatFits } from '../../../src/main/jobs/training-estimate.ts'
import { modelNames, modelRecipe } from '../../../src/shared/domain/model-run.ts'

const size = { channelCount: 60, snapshotCount: 5, edgeCount: 1500, binCount: 6000 }

describe.each(modelNames)('%s', (model) => {
  test('takes twice as long for twice the epochs, more for more channels, and no time untrained', () => {
    const estimate = (epochs: number, settings = {}, channelCount = size.channelCount) =>
      estimateTraining({ ...size, channelCount }, modelRecipe.parse({ model, epochs, ...settings }))
    const { roughS, peakMemoryMB, parameterCount } = estimate(20)
    expect(roughS).toBeGreaterThan(0)
    expect(estimate(40).roughS / roughS).toBeCloseTo(2, 6)
    const larger = estimate(20, {}, 120)
    expect(larger.roughS).toBeGreaterThan(roughS)
    expect(larger.peakMemoryMB).toBeGreaterThan(peakMemoryMB)
    expect(larger.parameterCount).toBeGreaterThan(parameterCount)
    expect(estimate(20, { trained: false }).roughS).toBe(0)
  })
})

test('the full walks of GraphERT take many times as long as the reduced ones for as many epochs', () => {
  const of = (settings: object): number => estimateTraining(size, modelRecipe.parse({ model: 'graphert', ...settings })).roughS
  expect(of({ budget: 'published' }) / of({ epochs: 5 })).toBeGreaterThan(50)
})

test('what would fit is as much as fits: within a sixteenth, and nothing where memory is out', () => {
  const large = { channelCount: 2000, snapshotCount: 40, edgeCount: 4_000_000, binCount: 6000 },
    recipe = modelRecipe.parse({}),
    needed = (size: Partial<typeof large>): number => estimateTraining({ ...large, ...size }, recipe).peakMemoryMB,
    freeMB = needed({}) / 3
  const { snapshotCount, channelCount } = whatFits(large, recipe, freeMB)
  const ofWindows = (count: number): number => needed({ snapshotCount: count, edgeCount: (4_000_000 * count) / 40 }),
    ofChannels = (count: number): number => needed({ channelCount: count, edgeCount: Math.round(4_000_000 * (count / 2000) ** 2) })
  expect(ofWindows(snapshotCount)).toBeLessThanOrEqual(freeMB)
  expect(ofWindows(snapshotCount + 3)).toBeGreaterThan(freeMB)
  expect(ofChannels(channelCount)).toBeLessThanOrEqual(freeMB)
  expect(ofChannels(channelCount + 2000 / 16 + 1)).toBeGreaterThan(freeMB)
  expect(whatFits(large, recipe, 0.1)).toEqual({ snapshotCount: 0, channelCount: 0 })
})
