import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { SquaredErrorAdjointInstruction, SquaredErrorInstruction } from '../operations/squared-error.ts'
import type { Kernel, Memory } from './memory.ts'

function partsOf(
  { from: { x, y }, edgeWeight }: Pick<SquaredErrorInstruction, 'from' | 'edgeWeight'>,
  { tf, get }: Memory,
): { gap: Tensor2D; weight: Tensor2D } {
  const wanted = get(y)
  return { gap: tf.sub(get(x), wanted), weight: tf.add(1, tf.mul(edgeWeight - 1, tf.cast(tf.greater(wanted, 0), 'float32'))) }
}

export const squaredError: Kernel<SquaredErrorInstruction> = (instruction, memory) => {
  const { tf, set } = memory,
    { gap, weight } = partsOf(instruction, memory)
  set(instruction.to.sum, tf.reshape(tf.mul(instruction.scale, tf.sum(tf.mul(weight, tf.square(gap)))), [1, 1]))
}

export const squaredErrorAdjoint: Kernel<SquaredErrorAdjointInstruction> = (instruction, memory) => {
  const { tf, add } = memory,
    { gap, weight } = partsOf(instruction, memory),
    d = tf.mul(2 * instruction.scale, tf.mul(weight, gap))
  add(instruction.to.dX, d)
  add(instruction.to.dY, tf.neg(d))
}
