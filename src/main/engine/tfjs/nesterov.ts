import type { NesterovInstruction } from '../operations/nesterov.ts'
import { stretchMask } from './clip.ts'
import type { Kernel } from './memory.ts'

export const nesterov: Kernel<NesterovInstruction> = ({ from: { gradients }, to, stretches, momentum }, memory) => {
  const { tf, get, set, scalar } = memory,
    move = tf.mul(scalar('learningRate'), get(gradients)),
    mask = stretchMask(memory, gradients, stretches)
  const old = { parameters: get(to.parameters), velocity: get(to.velocity) },
    velocity = tf.sub(tf.mul(momentum, old.velocity), move)
  set(to.velocity, tf.where(mask, velocity, old.velocity))
  set(to.parameters, tf.where(mask, tf.add(old.parameters, tf.sub(tf.mul(momentum, velocity), move)), old.parameters))
}
