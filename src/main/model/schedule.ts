import type { ModelRecipe } from '../../shared/domain/model-run.ts'

const smoothedEpochs = 10,
  patienceEpochs = 30,
  leastFall = 1e-4

/** β of an epoch: weight of the KL term, rising over the warm-up (model spec 2.2). */
export function klWeightOf({ klWeight, warmupEpochs }: Pick<ModelRecipe, 'klWeight' | 'warmupEpochs'>, epoch: number): number {
  return klWeight * (warmupEpochs === 0 ? 1 : Math.min(1, (epoch + 1) / warmupEpochs))
}

/**
 * Whether the loss, smoothed over 10 epochs, has not fallen by 10⁻⁴ of itself in 30 epochs (model spec 2.3).
 * Epochs of the warm-up do not count: their losses weigh the KL term differently.
 */
export function isFlat(losses: ArrayLike<number>, warmupEpochs: number): boolean {
  const now = losses.length,
    before = now - patienceEpochs
  if (before - smoothedEpochs < Math.max(0, warmupEpochs - 1)) return false
  const smoothed = (end: number): number => {
    let sum = 0
    for (let at = end - smoothedEpochs; at < end; at++) sum += losses[at]!
    return sum / smoothedEpochs
  }
  return smoothed(now) > smoothed(before) * (1 - leastFall)
}
