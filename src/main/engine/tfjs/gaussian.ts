import type { Tensor2D } from '@tensorflow/tfjs-core'
import { drawNoise } from '../noise.ts'
import type { GaussianAdjointInstruction, GaussianInstruction } from '../operations/gaussian.ts'
import type { View } from '../program.ts'
import type { Kernel, Memory } from './memory.ts'

/** ε of a snapshot: zero, given, or drawn here and uploaded (TFJS has no 32-bit integer products); times the noise scale. */
function noiseOf({ tf, get, scalar, inRun }: Memory, noise: View | null, { rowCount, columnCount }: View, snapshot: number): Tensor2D {
  const scale = scalar('noiseScale')
  if (scale === 0) return tf.zeros([rowCount, columnCount])
  if (noise !== null) return tf.mul(get(noise), scale)
  return inRun(`noise ${snapshot} ${rowCount} ${columnCount}`, () => {
    const drawn = drawNoise({ seed: scalar('seed'), epoch: scalar('epoch'), snapshot }, rowCount, columnCount)
    return tf.mul(tf.tensor2d(drawn, [rowCount, columnCount]), scale)
  })
}

export const gaussian: Kernel<GaussianInstruction> = ({ from: { mean, std, noise }, to: { out }, snapshot }, memory) => {
  const { tf, get, set } = memory
  set(out, tf.add(get(mean), tf.mul(noiseOf(memory, noise, out, snapshot), get(std))))
}

export const gaussianAdjoint: Kernel<GaussianAdjointInstruction> = ({ from: { dOut, noise }, to, snapshot }, memory) => {
  const { tf, get, add } = memory,
    d = get(dOut)
  add(to.dMean, d)
  add(to.dStd, tf.mul(d, noiseOf(memory, noise, dOut, snapshot)))
}
