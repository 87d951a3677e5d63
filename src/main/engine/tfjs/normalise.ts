import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { NormaliseAdjointInstruction, NormaliseInstruction } from '../operations/normalise.ts'
import type { View } from '../program.ts'
import type { Kernel, Memory } from './memory.ts'

/** A row over its scale, and the scale itself. */
function partsOf(
  x: View,
  { centres, epsilon }: { centres: boolean; epsilon: number },
  { tf, get }: Memory,
): { unit: Tensor2D; scale: Tensor2D } {
  const rows = get(x),
    rest = centres ? tf.sub<Tensor2D>(rows, tf.mean(rows, 1, true)) : rows
  const scale = tf.sqrt(tf.add<Tensor2D>(tf.mean(tf.square(rest), 1, true), epsilon))
  return { unit: tf.div<Tensor2D>(rest, scale), scale }
}

export const normalise: Kernel<NormaliseInstruction> = ({ from: { x }, to: { out }, ...settings }, memory) =>
  memory.set(out, memory.tf.mul(settings.factor, partsOf(x, settings, memory).unit))

export const normaliseAdjoint: Kernel<NormaliseAdjointInstruction> = ({ from, to: { dX }, ...settings }, memory) => {
  const { tf, get, add } = memory,
    { unit, scale } = partsOf(from.x, settings, memory),
    d = get(from.dOut)
  const across = settings.centres ? tf.sub<Tensor2D>(d, tf.mean(d, 1, true)) : d,
    along = tf.mul<Tensor2D>(unit, tf.mean(tf.mul<Tensor2D>(unit, d), 1, true))
  add(dX, tf.mul(tf.div(settings.factor, scale), tf.sub(across, along)))
}
