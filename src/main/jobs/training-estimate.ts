import type { ModelRecipe } from '../../shared/domain/model-run.ts'
import { peakMemoryMB } from '../model/memory-estimate.ts'
import { featureCountOf, usedParameterCount } from '../model/parameters.ts'

/** What a training would take, before anything is allocated. `edgeCount` counts the edges of all snapshots. */
export function estimateTraining(
  size: { channelCount: number; snapshotCount: number; edgeCount: number },
  recipe: ModelRecipe,
): { peakMemoryMB: number; parameterCount: number } {
  return {
    peakMemoryMB: peakMemoryMB(size, recipe),
    parameterCount: usedParameterCount(featureCountOf(size.channelCount, recipe), recipe),
  }
}
