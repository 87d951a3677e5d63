import type { PenaliseInstruction } from '../operations/penalise.ts'
import { floatsOf, type Kernel } from './memory.ts'

export const penalise: Kernel<PenaliseInstruction> = ({ from: { parameters }, to: { gradients }, stretches, l1, l2 }, memory) => {
  const ps = floatsOf(memory, parameters),
    ds = floatsOf(memory, gradients)
  for (const [first, end] of stretches) for (let at = first; at < end; at++) ds[at]! += l1 * Math.sign(ps[at]!) + 2 * l2 * ps[at]!
}
