import type { NesterovInstruction } from '../operations/nesterov.ts'
import { floatsOf, scalarOf, type Kernel } from './memory.ts'

export const nesterov: Kernel<NesterovInstruction> = (
  { from: { gradients }, to: { parameters, velocity }, stretches, momentum },
  memory,
) => {
  const rate = scalarOf(memory, 'learningRate'),
    ps = floatsOf(memory, parameters),
    vs = floatsOf(memory, velocity),
    ds = floatsOf(memory, gradients)
  for (const [first, end] of stretches) {
    for (let at = first; at < end; at++) {
      vs[at] = momentum * vs[at]! - rate * ds[at]!
      ps[at]! += momentum * vs[at]! - rate * ds[at]!
    }
  }
}
