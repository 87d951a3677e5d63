import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { ClipInstruction, Stretch } from '../operations/clip.ts'
import type { View } from '../program.ts'
import type { Kernel, Memory } from './memory.ts'

export const clip: Kernel<ClipInstruction> = ({ to: { gradients, norm }, stretches, limit }, memory) => {
  const { tf, get, set } = memory,
    d = get(gradients),
    mask = stretchMask(memory, gradients, stretches)
  const length = tf.sqrt(tf.sum(tf.square(tf.where(mask, d, tf.zerosLike(d)))))
  set(norm, tf.reshape(length, [1, 1]))
  if (limit !== null) set(gradients, tf.where(mask, tf.mul(d, tf.minimum(1, tf.div(limit, tf.add(length, 1e-12)))), d))
}

/** True in the stretches of a flat view, in its shape. */
export function stretchMask({ tf, constant }: Memory, { rowCount, columnCount }: View, stretches: readonly Stretch[]): Tensor2D {
  return constant(`stretches ${rowCount} ${columnCount} ${stretches.join(' ')}`, () => {
    const mask = new Uint8Array(rowCount * columnCount)
    for (const [first, end] of stretches) mask.fill(1, first, end)
    return tf.tensor2d(mask, [rowCount, columnCount], 'bool')
  })
}
