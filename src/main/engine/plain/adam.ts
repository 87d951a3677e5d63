import type { AdamInstruction } from '../operations/adam.ts'
import { floatsOf, scalarOf, type Kernel } from './memory.ts'

const meanDecay = 0.9,
  varianceDecay = 0.999,
  epsilon = 1e-8

export const adam: Kernel<AdamInstruction> = ({ from: { gradients }, to, stretches, decay }, memory) => {
  const rate = scalarOf(memory, 'learningRate'),
    step = scalarOf(memory, 'step')
  const ps = floatsOf(memory, to.parameters),
    means = floatsOf(memory, to.mean),
    variances = floatsOf(memory, to.variance)
  const ds = floatsOf(memory, gradients),
    meanShare = 1 - meanDecay ** step,
    varianceShare = 1 - varianceDecay ** step
  for (const [first, end] of stretches) {
    for (let at = first; at < end; at++) {
      const d = ds[at]!
      means[at] = meanDecay * means[at]! + (1 - meanDecay) * d
      variances[at] = varianceDecay * variances[at]! + (1 - varianceDecay) * d * d
      ps[at] = (1 - rate * decay) * ps[at]! - (rate * (means[at]! / meanShare)) / (Math.sqrt(variances[at]! / varianceShare) + epsilon)
    }
  }
}
