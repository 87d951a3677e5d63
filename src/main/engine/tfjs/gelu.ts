import type { Tensor2D } from '@tensorflow/tfjs-core'
import { geluCube, geluScale, type GeluAdjointInstruction, type GeluInstruction } from '../operations/gelu.ts'
import type { Kernel, Memory } from './memory.ts'

const tanhOf = (x: Tensor2D, { tf }: Memory): Tensor2D => tf.tanh(tf.mul<Tensor2D>(geluScale, tf.add(x, tf.mul(geluCube, tf.pow(x, 3)))))

export const gelu: Kernel<GeluInstruction> = ({ from, to: { out } }, memory) => {
  const { tf, get, set } = memory,
    x = get(from.x)
  set(out, tf.mul(tf.mul(0.5, x), tf.add(1, tanhOf(x, memory))))
}

export const geluAdjoint: Kernel<GeluAdjointInstruction> = ({ from, to: { dX } }, memory) => {
  const { tf, get, add } = memory,
    x = get(from.x),
    t = tanhOf(x, memory)
  const inner = tf.mul(geluScale, tf.add(1, tf.mul(3 * geluCube, tf.square(x)))),
    slope = tf.add(tf.add(1, t), tf.mul(tf.mul(x, tf.sub(1, tf.square(t))), inner))
  add(dX, tf.mul(get(from.dOut), tf.mul(0.5, slope)))
}
