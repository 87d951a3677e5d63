import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { MultiplyInstruction } from '../operations/multiply.ts'
import type { Kernel } from './memory.ts'

export const multiply: Kernel<MultiplyInstruction> = ({ from: { a, b }, to: { out }, accumulate }, { tf, get, set, add }) => {
  const product = tf.mul<Tensor2D>(get(a), get(b))
  if (accumulate) add(out, product)
  else set(out, product)
}
