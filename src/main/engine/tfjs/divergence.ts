import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { DivergenceAdjointInstruction, DivergenceInstruction } from '../operations/divergence.ts'
import type { Kernel, Memory } from './memory.ts'

type Gaussians = { s1: Tensor2D; s2: Tensor2D; gap: Tensor2D }

const gaussiansOf = ({ from, epsilon }: Pick<DivergenceInstruction, 'from' | 'epsilon'>, { tf, get }: Memory): Gaussians => ({
  s1: tf.add(get(from.std), epsilon),
  s2: tf.add(get(from.priorStd), epsilon),
  gap: tf.sub(get(from.mean), get(from.priorMean)),
})

export const divergence: Kernel<DivergenceInstruction> = (instruction, memory) => {
  const { tf, set } = memory,
    { s1, s2, gap } = gaussiansOf(instruction, memory),
    { rowCount } = instruction.from.mean
  const terms = tf.add(tf.mul(2, tf.log(tf.div(s2, s1))), tf.sub(tf.div(tf.add(tf.square(s1), tf.square(gap)), tf.square(s2)), 1))
  set(instruction.to.sum, tf.reshape(tf.mul(tf.sum(terms), 0.5 / rowCount / rowCount), [1, 1]))
}

export const divergenceAdjoint: Kernel<DivergenceAdjointInstruction> = (instruction, memory) => {
  const { tf, add, scalar } = memory,
    { s1, s2, gap } = gaussiansOf(instruction, memory),
    {
      from: { mean },
      to,
      weight,
    } = instruction
  const scale = scalar(weight) / mean.rowCount / mean.rowCount,
    square = tf.square(s2)
  const dMean = tf.div<Tensor2D>(tf.mul(scale, gap), square)
  add(to.dMean, dMean)
  add(to.dPriorMean, tf.neg(dMean))
  add(to.dStd, tf.mul(scale, tf.sub(tf.div(s1, square), tf.div(1, s1))))
  add(to.dPriorStd, tf.mul(scale, tf.sub(tf.div(1, s2), tf.div(tf.add(tf.square(s1), tf.square(gap)), tf.mul(square, s2)))))
}
