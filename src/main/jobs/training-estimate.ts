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
