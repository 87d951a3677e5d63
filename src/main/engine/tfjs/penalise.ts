import type { PenaliseInstruction } from '../operations/penalise.ts'
import { stretchMask } from './clip.ts'
import type { Kernel } from './memory.ts'

export const penalise: Kernel<PenaliseInstruction> = ({ from: { parameters }, to: { gradients }, stretches, l1, l2 }, memory) => {
  const { tf, get, set } = memory,
    p = get(parameters),
    d = get(gradients)
  const penalty = tf.add(tf.mul(l1, tf.sign(p)), tf.mul(2 * l2, p))
  set(gradients, tf.where(stretchMask(memory, gradients, stretches), tf.add(d, penalty), d))
}
