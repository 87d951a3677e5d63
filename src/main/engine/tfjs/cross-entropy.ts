import type { Rank, Tensor2D } from '@tensorflow/tfjs-core'
import type { CrossEntropyAdjointInstruction, CrossEntropyInstruction } from '../operations/cross-entropy.ts'
import type { View } from '../program.ts'
import type { Kernel, Memory } from './memory.ts'

/** 1 at each row's target. */
function oneHotOf(target: View, classes: number, { tf, get }: Memory): Tensor2D {
  const index = tf.cast(tf.reshape<Rank.R1>(get(target), [target.rowCount]), 'int32')
  return tf.cast(tf.oneHot(index, classes), 'float32') as Tensor2D
}

export const crossEntropy: Kernel<CrossEntropyInstruction> = ({ from: { x, target }, to: { sum }, scale }, memory) => {
  const { tf, get, set } = memory,
    rows = get(x),
    logs = tf.sum(tf.logSumExp(rows, 1))
  const total = target === null ? logs : tf.sub(logs, tf.sum(tf.mul(rows, oneHotOf(target, x.columnCount, memory))))
  set(sum, tf.reshape(tf.mul(scale, total), [1, 1]))
}

export const crossEntropyAdjoint: Kernel<CrossEntropyAdjointInstruction> = ({ from: { x, target }, to: { dX }, scale }, memory) => {
  const { tf, get, add } = memory,
    shares = tf.softmax(get(x))
  add(dX, tf.mul(scale, target === null ? shares : tf.sub(shares, oneHotOf(target, x.columnCount, memory))))
}
