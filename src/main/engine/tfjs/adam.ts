import type { AdamInstruction } from '../operations/adam.ts'
import { stretchMask } from './clip.ts'
import type { Kernel } from './memory.ts'

const meanDecay = 0.9,
  varianceDecay = 0.999,
  epsilon = 1e-8

export const adam: Kernel<AdamInstruction> = ({ from: { gradients }, to, stretches, decay }, memory) => {
  const { tf, get, set, scalar } = memory,
    rate = scalar('learningRate'),
    step = scalar('step')
  const d = get(gradients),
    mask = stretchMask(memory, gradients, stretches),
    old = { parameters: get(to.parameters), mean: get(to.mean), variance: get(to.variance) }
  const mean = tf.add(tf.mul(old.mean, meanDecay), tf.mul(d, 1 - meanDecay))
  const variance = tf.add(tf.mul(old.variance, varianceDecay), tf.mul(tf.square(d), 1 - varianceDecay))
  const size = tf.add(tf.sqrt(tf.div(variance, 1 - varianceDecay ** step)), epsilon)
  const parameters = tf.sub(tf.mul(old.parameters, 1 - rate * decay), tf.div(tf.mul(mean, rate / (1 - meanDecay ** step)), size))
  set(to.mean, tf.where(mask, mean, old.mean))
  set(to.variance, tf.where(mask, variance, old.variance))
  set(to.parameters, tf.where(mask, parameters, old.parameters))
}
