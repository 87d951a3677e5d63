import type { ModelRecipe } from '../../shared/domain/model-run.ts'
import { bytesNeeded } from '../engine/plan.ts'
import { entryCountOf } from './graph-input.ts'
import { recordTavrnn } from './tavrnn.ts'

/**
 * Memory that a training takes at most, in MB (10⁶ bytes), before anything is allocated: the recorded program's own plan,
 * and twice the snapshots as the store keeps them (once where they are read, once in the thread that trains).
 * @param size edgeCount counts the edges of all snapshots
 */
export function peakMemoryMB(size: { channelCount: number; snapshotCount: number; edgeCount: number }, recipe: ModelRecipe): number {
  const { channelCount, snapshotCount, edgeCount } = size
  const entryCount = entryCountOf(size, recipe.historyNode)
  const { program } = recordTavrnn({ channelCount, snapshotCount, entryCount }, recipe)
  const pairBytes = channelCount * (channelCount - 1), storedBytes = snapshotCount * pairBytes + 4 * edgeCount
  return (bytesNeeded(program) + 2 * storedBytes) / 1e6
}
