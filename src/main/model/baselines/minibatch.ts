import type { AwaitedMachine } from '../../engine/engine.ts'
import { adam } from '../../engine/operations/adam.ts'
import { clip, type Stretch } from '../../engine/operations/clip.ts'
import { nesterov } from '../../engine/operations/nesterov.ts'
import { penalise } from '../../engine/operations/penalise.ts'
import { sections, type Program, type View } from '../../engine/program.ts'
import type { Recorder } from '../../engine/recorder.ts'
import { multiplyAddsOf } from '../../engine/work.ts'
import { batchMemoryMB } from '../memory-estimate.ts'
import type { EpochLoss, TrainingPlan, TrainingSize } from '../trainee.ts'

/** How parameters move: by Adam, by AdamW with a decay, or by Nesterov's momentum; matrices may be held small besides. */
export type Update = {
  readonly rule: { readonly kind: 'adam'; readonly decay: number } | { readonly kind: 'nesterov'; readonly momentum: number }
  readonly l1: number
  readonly l2: number
}

/** A program that takes one step on one batch. */
export type StepProgram = {
  readonly program: Program
  readonly parameters: View
  readonly moments: readonly [View, View]
  /** loss of the batch, one term a column, and the gradient's norm; float64 */
  readonly losses: View
  readonly gradientNorm: View
}

/**
 * Writes the backward and the update section of a program whose loss is recorded. Gradients are measured, not clipped.
 * @param stretches of the flat parameters that are trained; `matrices` those that `l1` and `l2` hold small
 */
export function finishStep(
  recorder: Recorder,
  { parameters, losses }: { parameters: View; losses: View },
  { rule, l1, l2 }: Update,
  { stretches, matrices }: { stretches: readonly Stretch[]; matrices: readonly Stretch[] },
): StepProgram {
  recorder.writeBackward()
  recorder.beginUpdate()
  const gradients = recorder.gradient(parameters)!,
    kept = (name: string): View => recorder.tensor(name, parameters.tensor.shape, 'kept')
  const moments = [kept('mean'), kept('variance')] as const,
    gradientNorm = recorder.tensor('gradient norm', { one: 1 }, 'kept', 'float64')
  if (l1 > 0 || l2 > 0) penalise(recorder, parameters, gradients, { stretches: matrices, l1, l2 })
  clip(recorder, gradients, gradientNorm, { stretches, limit: null })
  if (rule.kind === 'adam') adam(recorder, { parameters, mean: moments[0], variance: moments[1] }, gradients, stretches, rule.decay)
  else nesterov(recorder, { parameters, velocity: moments[0] }, gradients, { stretches, momentum: rule.momentum })
  return { program: recorder.finish(), parameters, moments, losses, gradientNorm }
}

/**
 * One step a batch.
 * @param put writes a batch into the machine's inputs
 * @param firstStep steps taken before, for Adam's correction
 * @returns the mean loss of the batches and the last gradient's norm
 */
export async function runBatches<Batch>(
  machine: AwaitedMachine,
  { losses, gradientNorm }: StepProgram,
  batches: Iterable<Batch>,
  {
    put,
    firstStep,
    learningRate,
    interrupt,
  }: { put: (batch: Batch) => void; firstStep: number; learningRate: number; interrupt: () => void },
): Promise<EpochLoss> {
  let total = 0,
    count = 0
  for (const batch of batches) {
    put(batch)
    count++
    await machine.run(sections, { learningRate, step: firstStep + count }, interrupt)
    total += Array.from(await machine.read(losses)).reduce((sum, value) => sum + value, 0)
  }
  return { nll: total / count, kl: 0, klWeight: 0, gradientNorm: (await machine.read(gradientNorm))[0]! }
}

/** A training that runs a step's program so often. */
export const planOfSteps = (size: TrainingSize, { program, parameters }: StepProgram, runCount: number): TrainingPlan => ({
  peakMemoryMB: batchMemoryMB(size, program),
  parameterCount: parameters.tensor.length,
  runCount,
  multiplyAdds: multiplyAddsOf(program),
})
