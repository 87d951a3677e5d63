import { readsR, type ModelRecipe } from '../../shared/domain/model-run.ts'
import { matrixBytes } from '../engine/cpu/symmetric.ts'
import { bytesNeeded } from '../engine/plan.ts'
import type { Program } from '../engine/program.ts'
import { entryCountOf } from './graph-input.ts'
import { recordTavrnn } from './tavrnn.ts'
import type { TrainingSize } from './trainee.ts'

/** What the cpu engine keeps besides a program's own tensors, as a share of them: measured 4 to 6 %. */
const engineShare = 0.06,
  /** weights packed both ways, partial sums of their gradients, and what the host has a copy of */
  batchShare = 1

/**
 * Memory that a training on the cpu engine takes at most, in MB (10⁶ bytes), before anything is allocated: the recorded
 * program's own plan, |r| as halves in 16 bits, bits of the graphs, and of the snapshots as the store keeps them what is read.
 * @param size edgeCount counts the edges of all snapshots
 */
export function peakMemoryMB(size: { channelCount: number; snapshotCount: number; edgeCount: number }, recipe: ModelRecipe): number {
  const { channelCount, snapshotCount, edgeCount } = size,
    entryCount = entryCountOf(size, recipe.historyNode)
  const { program } = recordTavrnn({ channelCount, snapshotCount, entryCount }, recipe)
  const bytesAsArray = (name: string, perNumber: number): number =>
    perNumber * (program.tensors.find((tensor) => tensor.name === name)?.length ?? 0)
  const own = bytesNeeded(program) - (recipe.features === 'rows' ? bytesAsArray('features', 4) : 0) - bytesAsArray('columns', 2)
  const rows =
    recipe.features === 'rows' ? snapshotCount * matrixBytes({ halves: [], size: channelCount, onesCount: recipe.historyNode ? 1 : 0 }) : 0
  const graphs = 2 * entryCount + snapshotCount * Math.ceil(channelCount / 64) ** 2 * 512
  const stored = (readsR(recipe) ? snapshotCount * channelCount * (channelCount - 1) : 0) + 4 * edgeCount
  return (own * (1 + engineShare) + rows + graphs + stored) / 1e6
}

/**
 * The same for a model that takes many steps on batches: its program, the edges as the store keeps them, and what it keeps of
 * the graphs besides.
 */
export function batchMemoryMB({ channelCount, snapshotCount, edgeCount }: TrainingSize, program: Program): number {
  const stored = 4 * edgeCount,
    neighbours = 4 * edgeCount + 100 * snapshotCount * channelCount
  return (bytesNeeded(program) * (1 + batchShare) + stored + neighbours) / 1e6
}
