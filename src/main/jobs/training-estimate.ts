import type { ModelRecipe } from '../../shared/domain/model-run.ts'
import { models } from '../model/registry.ts'
import type { TrainingSize } from '../model/trainee.ts'

/** Multiply-adds of one thread of a lab PC in a second, as `multiplyAddsOf` counts them: measured 12 to 16 · 10⁹ with TAVRNN. */
const perSecond = 1.4e10

/** What a training would take, before anything is allocated; the time is rough. */
export function estimateTraining(
  size: TrainingSize,
  recipe: ModelRecipe,
): { peakMemoryMB: number; parameterCount: number; roughS: number } {
  const { peakMemoryMB, parameterCount, runCount, multiplyAdds } = models[recipe.model].plan(size, recipe)
  return { peakMemoryMB, parameterCount, roughS: (runCount * multiplyAdds) / perSecond }
}

/** How much of a set would fit: the most windows with all channels, and the most channels with all windows; 0 where not even few do. */
export type WhatFits = { snapshotCount: number; channelCount: number }

/** Parts of a set that are weighed: what fits is found to within one of them. */
const finest = 16

/**
 * What of a set that is too large would fit into the memory that is free. Of fewer channels as large a share of the pairs is
 * taken to be edges.
 */
export function whatFits(size: TrainingSize, recipe: ModelRecipe, freeMemoryMB: number): WhatFits {
  const largest = (whole: number, sizeOf: (count: number) => TrainingSize): number => {
    let fits = 0
    for (let step = finest / 2; step >= 1; step /= 2) {
      const count = Math.floor((whole * (fits + step)) / finest)
      if (count > 0 && models[recipe.model].plan(sizeOf(count), recipe).peakMemoryMB <= freeMemoryMB) fits += step
    }
    return Math.floor((whole * fits) / finest)
  }
  return {
    snapshotCount: largest(size.snapshotCount, (snapshotCount) => ({
      ...size,
      snapshotCount,
      edgeCount: Math.round((size.edgeCount * snapshotCount) / size.snapshotCount),
    })),
    channelCount: largest(size.channelCount, (channelCount) => ({
      ...size,
      channelCount,
      edgeCount: Math.round(size.edgeCount * (channelCount / size.channelCount) ** 2),
    })),
  }
}
